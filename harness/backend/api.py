"""REST on a server that is not ours: certificates checked, calls spread out, trouble told as its own."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from typing import Any

import httpx

from harness.errors import EnvironmentTrouble
from harness.target import Target

_TIMEOUT_S = 10.0


def trust(target: Target) -> ssl.SSLContext | bool:
    """What certificates of the target are checked with. Raises EnvironmentTrouble for a CA that is none."""
    if target.tls.insecure:
        return False
    if target.tls.ca is None:
        return True
    path = target.folder / target.tls.ca
    try:
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        raise EnvironmentTrouble(f"tls.ca of target {target.name}: {path} cannot be used: {error}") from error


def certificate_options(target: Target) -> dict[str, Any]:
    """What a browser context needs: an own authority is checked here, for no context can be told of one."""
    return {"ignore_https_errors": True} if target.tls.ca or target.tls.insecure else {}


def explain(error: httpx.HTTPError, url: str) -> str:
    """What kept `url` from answering, in words of the person who has to mend it."""
    text = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        why = text.partition("certificate verify failed: ")[2].partition(" (_ssl")[0] or "not trusted"
        return (
            f"the certificate of {url} is not trusted ({why}): "
            "give the authority's file as `tls: {ca: FILE}` in the target, or `tls: {insecure: true}`"
        )
    if isinstance(error, httpx.TimeoutException):
        return f"{url} did not answer within {_TIMEOUT_S:.0f} s"
    return f"{url} cannot be reached: {text}"


class Api:
    """Calls one server's REST API, at most `writes.rate_per_s` times a second."""

    def __init__(self, target: Target) -> None:
        self.base_url = target.api_url
        self.verify = trust(target)
        self._least_s = 1 / target.writes.rate_per_s
        self._next = 0.0
        self._http = httpx.Client(
            base_url=self.base_url, verify=self.verify, timeout=_TIMEOUT_S, trust_env=False
        )

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> httpx.Response:
        """The answer, whatever its status. Raises EnvironmentTrouble when there is none."""
        self._wait_for_turn()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            return self._http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise EnvironmentTrouble(explain(error, self.base_url + path)) from error

    def data(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> Any:
        """What a call that succeeded answers, out of the contract's envelope if there is one.

        Raises EnvironmentTrouble for any other answer.
        """
        answer = self.call(method, path, body, token=token)
        if answer.is_error:
            said = answer.text.strip()[:200]
            raise EnvironmentTrouble(
                f"{method} {self.base_url}{path} was answered {answer.status_code}: {said}"
            )
        return unwrapped(json_of(answer))

    def _wait_for_turn(self) -> None:
        """A rate is a promise to somebody else's server, so this waits by the clock."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._least_s

    def close(self) -> None:
        self._http.close()


def json_of(answer: httpx.Response) -> Any:
    """The answer's JSON; None when it has none."""
    try:
        return answer.json() if answer.content else None
    except ValueError:
        return None


def unwrapped(body: Any) -> Any:
    """`data` of `{"success": …, "data": …}`, else the body itself."""
    return body.get("data") if isinstance(body, dict) and "success" in body else body


def at(body: Any, path: str) -> Any:
    """The value at a dotted path such as `data.user.id`; None when there is none."""
    for name in path.split("."):
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body
