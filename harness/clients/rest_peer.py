"""A person without a browser: calls the target's REST API in their name."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpx

from harness.errors import RestError

_TIMEOUT_S = 10.0


class RestPeer:
    """Acts as `person` by REST; answers are the `data` of the target's envelope.

    What the scenario calls `atlas` or `t1` may be called so in paths and in fields like `epicId`.

    Raises RestError when there is no answer, or one that is not a success.
    """

    def __init__(
        self,
        *,
        person: str,
        token: str,
        gateway_url: str,
        verify: ssl.SSLContext | bool = True,
        ids: Callable[[str], str] = lambda alias: alias,
        marked: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _path, body: body,
        told: Callable[[str, Any], None] = lambda _path, _made: None,
    ) -> None:
        """`verify`: what the server's certificate is checked with; `ids`: what the server calls an alias.

        `marked` gives the body of a POST the marker of the run; `told` hears what each has made.
        """
        self.person = person
        self._ids = ids
        self._marked = marked
        self._told = told
        self._http = httpx.Client(
            base_url=gateway_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT_S,
            verify=verify,
            trust_env=False,
        )

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        made = self._call("POST", path, self._marked(path, body or {}))
        self._told(path, made)
        return made

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        path = "/".join(map(self._ids, path.split("/")))
        if body is not None:
            body = {key: self._own_id(key, value) for key, value in body.items()}
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise RestError(f"{self.person}: {method} {path} got no answer: {error}") from error
        if answer.is_error:
            raise RestError(f"{self.person}: {method} {path} got {answer.status_code}: {answer.text.strip()}")
        return answer.json()["data"] if answer.content else None

    def _own_id(self, key: str, value: Any) -> Any:
        return self._ids(value) if key.endswith("Id") and isinstance(value, str) else value

    def close(self) -> None:
        self._http.close()
