"""Whether a target is there: its frontend answers, and its server speaks Engine.IO."""

from __future__ import annotations

import json
from typing import Any

import httpx

from harness.backend.api import explain, trust
from harness.errors import EnvironmentTrouble
from harness.target import Target

_TIMEOUT_S = 10.0


def check_reachable(target: Target) -> dict[str, Any]:
    """What the server says to a new connection: `{sid, upgrades, pingInterval, pingTimeout, maxPayload}`.

    Raises EnvironmentTrouble, which says which of frontend and gateway does not answer, and why.
    """
    check_frontend(target)
    return check_gateway(target)


def check_frontend(target: Target) -> None:
    """Raises EnvironmentTrouble unless `frontend.url` answers with a page."""
    answer = _get(target, target.app_url + "/", "the frontend")
    if answer.status_code >= 500:
        raise EnvironmentTrouble(
            f"the frontend of target {target.name} answers {answer.status_code} at {target.app_url}"
        )


def check_gateway(target: Target) -> dict[str, Any]:
    """Raises EnvironmentTrouble unless the server opens an Engine.IO 4 session; closes it again."""
    url = f"{target.gateway_url}{target.gateway.path}"
    answer = _get(target, f"{url}?EIO=4&transport=polling", "the gateway")
    text = answer.text
    if answer.status_code == 200 and text.startswith("0{"):
        told: dict[str, Any] = json.loads(text[1:])
        return told
    if answer.status_code == 400 and "ransport" in text:
        return {}  # it takes websockets only
    what = f"{answer.status_code}: {text.strip()[:80]!r}" if text.strip() else str(answer.status_code)
    raise EnvironmentTrouble(
        f"no Engine.IO 4 at {url} (target {target.name}): it answers {what}. "
        "Are gateway.url and gateway.path right?"
    )


def _get(target: Target, url: str, what: str) -> httpx.Response:
    try:
        # A client of its own for each: a connection that is kept would not notice a server that is gone.
        with httpx.Client(verify=trust(target), timeout=_TIMEOUT_S, trust_env=False) as http:
            return http.get(url, follow_redirects=True)
    except httpx.HTTPError as error:
        raise EnvironmentTrouble(f"{what} of target {target.name}: {explain(error, url)}") from error


def gone(target: Target) -> str | None:
    """Why the target cannot be spoken to now; None when it can."""
    try:
        check_reachable(target)
    except EnvironmentTrouble as error:
        return str(error)
    return None
