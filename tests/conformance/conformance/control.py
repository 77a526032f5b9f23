"""What both servers can be told from outside: a fresh world, an event to send, a cut, a restart."""

from __future__ import annotations

from typing import Any

import aiohttp


class RefusedError(Exception):
    """The server would not do it; the text is its own."""


class Control:
    """A client of `/__stub__/`, which the official server has too."""

    def __init__(self, url: str, token: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.secret = token
        self._http = http
        self.people: dict[str, Any] = {}

    async def reset(self, document: dict[str, Any]) -> str:
        """Begin anew with a scenario; returns the address to talk to."""
        state = await self.do("reset", document=document)
        self.people = state["people"]
        return str(state.get("url", self.url))

    def token(self, person: str) -> str:
        return str(self.people[person]["token"])

    async def emit(self, event: str, data: Any, **to: str | bool) -> None:
        """Send an event to a `room`, a `sid` or a `user`; a `volatile` one may be lost."""
        await self.do("emit", event=event, data=data, **to)

    async def until_connected(self, count: int) -> None:
        """Return when exactly `count` sockets are connected to the default namespace."""
        while len((await self.do("connections"))["connections"]) != count:
            pass

    async def do(self, verb: str, **body: Any) -> Any:
        """Call a verb; raises RefusedError."""
        headers = {"X-Stub-Token": self.secret}
        method = "GET" if verb == "connections" else "POST"
        url = f"{self.url}/__stub__/{verb}"
        async with self._http.request(method, url, json=body, headers=headers) as answer:
            if answer.status != 200:
                raise RefusedError(f"{verb}: {answer.status} {await answer.text()}")
            return await answer.json()
