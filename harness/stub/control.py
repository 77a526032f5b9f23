"""A typed client of the stub's control API (`/__stub__/`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx

from harness.errors import NotSeen, StubError
from harness.stub.seen import describe, why_not_joined

Json = dict[str, Any]

_HTTP_TIMEOUT_S = 15.0
_DEFAULT_WAIT_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the scenario names: `token` is what a signed-in browser of theirs holds."""

    id: str
    name: str
    email: str
    password: str
    role: str
    token: str | None


class StubControl:
    """Calls the control API of one stub.

    Every method raises StubError when the stub cannot be reached or refuses; `wait_*` raise NotSeen at
    their deadline, saying what the stub had seen until then.
    """

    def __init__(self, gateway_url: str, control_token: str) -> None:
        self.gateway_url = gateway_url
        self._http = httpx.Client(
            base_url=f"{gateway_url}/__stub__/",
            headers={"X-Stub-Token": control_token},
            timeout=_HTTP_TIMEOUT_S,
            trust_env=False,
        )
        self.people: dict[str, Person] = {}

    # -- the world -------------------------------------------------------------------------------------------

    def reset(self, document: Json, *, origin: Json | None = None) -> None:
        """Replace the stub's world by the scenario `document`; connections of the old one are closed.

        `origin` says which file it is from, so that the stub finds its handlers and names its rules by line.
        """
        state = self._call("POST", "reset", {"document": document, "origin": origin})
        self.people = {name: Person(**person) for name, person in state["people"].items()}

    def store(self) -> Json:
        """The truth: `{projects, epics, sprints, tasks}`, whole entities."""
        store: Json = self._call("GET", "store")
        return store

    def tasks(self, project: str) -> list[Json]:
        """The project's tasks as the store has them."""
        return [task for task in self.store()["tasks"] if task["projectId"] == project]

    def journal(self, since: int = 0, **fields: Any) -> list[Json]:
        """Entries from `since` on whose top-level fields equal `fields` (`kind="rest", method="GET"`)."""
        entries: list[Json] = self._call("GET", f"journal?since={since}")["entries"]
        return [entry for entry in entries if all(entry.get(key) == value for key, value in fields.items())]

    def journal_page(self, since: int) -> Json:
        """`{entries, next, now}`: the entries from `since` on, the seq to ask for next, the stub's clock."""
        page: Json = self._call("GET", f"journal?since={since}")
        return page

    def mark(self) -> int:
        """The sequence number that the next journal entry will get: pass it as `since` later."""
        return int(self._call("GET", "journal?since=1000000000")["next"])

    def connections(self, user: str | None = None) -> list[Json]:
        found: list[Json] = self._call("GET", "connections")["connections"]
        return [each for each in found if user is None or each["user"] == user]

    def rooms(self) -> dict[str, list[Json]]:
        rooms: dict[str, list[Json]] = self._call("GET", "rooms")
        return rooms

    # -- waiting ---------------------------------------------------------------------------------------------

    def wait_for(
        self, condition: Json, *, failure: Callable[[Json], str], timeout_ms: int = _DEFAULT_WAIT_MS
    ) -> Json:
        """Long-poll until `condition` holds (the forms are listed in `mock_server.control`)."""
        answer: Json = self._call(
            "POST", "wait", {"for": condition, "timeout_ms": timeout_ms}, timeout_s=timeout_ms / 1000 + 5
        )
        if not answer["met"]:
            seen = answer["seen"]
            raise NotSeen(f"{failure(seen)} (waited {timeout_ms} ms). The stub saw:\n{describe(seen)}")
        return answer

    def wait_for_join(
        self, user: str, room: str, *, newer_than: str | None = None, timeout_ms: int = _DEFAULT_WAIT_MS
    ) -> None:
        """Until a socket of `user` (another one than sid `newer_than`) is in `room`."""
        condition = {"room": room, "user": user, "newer_than": newer_than}
        self.wait_for(
            condition,
            failure=lambda seen: why_not_joined(user, room, newer_than, seen),
            timeout_ms=timeout_ms,
        )

    def wait_for_entry(
        self,
        *,
        since: int = 0,
        count: int = 1,
        missing: str | None = None,
        timeout_ms: int = _DEFAULT_WAIT_MS,
        **fields: Any,
    ) -> list[Json]:
        """Until `count` journal entries from `since` on match `fields`; returns them.

        `missing` says in the words of the spec what it means when they do not come.
        """
        condition = {"journal": fields, "since": since, "count": count}
        words = " ".join(f"{key}={value}" for key, value in fields.items())
        unseen = f"the stub did not see {count} x [{words}]"
        answer = self.wait_for(
            condition,
            failure=lambda _seen: f"{missing}: {unseen}" if missing else unseen,
            timeout_ms=timeout_ms,
        )
        entries: list[Json] = answer["entries"]
        return entries

    def wait_until_gone(self, sid: str, *, timeout_ms: int = _DEFAULT_WAIT_MS) -> None:
        self.wait_for(
            {"gone": sid}, failure=lambda _seen: f"connection {sid} did not end", timeout_ms=timeout_ms
        )

    # -- acting ----------------------------------------------------------------------------------------------

    def emit(self, event: str, data: Any, *, room: str | None = None, user: str | None = None) -> list[str]:
        """Send a raw event, unvalidated and without touching the store; returns the sids it went to."""
        body = {"event": event, "data": data} | _given(room=room, user=user)
        sids: list[str] = self._call("POST", "emit", body)["to"]
        return sids

    def cut(self, user: str | None = None, *, code: int | None = None) -> list[str]:
        """Abort the TCP connections of `user` (of everybody when None); the engine session is gone.

        With `code` a websocket is closed by that code instead, and a poll by a close packet.
        """
        return list(self._call("POST", "cut", _who(user) | _given(code=code))["cut"])

    def kick(self, user: str | None = None) -> list[str]:
        """Disconnect on the Socket.IO level, as a server does that no longer wants this client."""
        return list(self._call("POST", "kick", _who(user))["kicked"])

    def restart(self) -> None:
        """As if the gateway had been restarted: every session and room is lost, the data stays."""
        self._call("POST", "restart", {})

    def freeze(self, user: str | None = None) -> list[str]:
        """Let nothing pass on the connections of `user`; returns the Engine.IO ids that `mend` takes."""
        return self._spoil("freeze", _who(user))

    def starve(self, user: str | None = None, *, coming: bool = False) -> list[str]:
        """Send no heartbeat on the connections of `user`; returns the Engine.IO ids that `mend` takes.

        With `coming` neither on those to come, until `mend_all`.
        """
        return self._spoil("starve", _who(user) | {"coming": coming})

    def slow(self, user: str | None = None, *, delay_ms: int, coming: bool = False) -> list[str]:
        """Send everything to `user` so much later; returns the Engine.IO ids that `mend` takes.

        With `coming` also on connections to come, until `mend_all`.
        """
        return self._spoil("slow", _who(user) | {"delay_ms": delay_ms, "coming": coming})

    def silent(self) -> list[str]:
        """The Engine.IO ids of connections that `freeze` or `starve` leaves without heartbeat."""
        return list(self._call("GET", "silent")["eio_sids"])

    def mend(self, eio_sids: Collection[str], fault: str) -> None:
        """End `freeze`, `starve` or `slow` on these connections."""
        self._call("POST", "mend", {"eio_sids": list(eio_sids), "faults": [fault]})

    def mend_all(self, user: str | None, fault: str) -> None:
        """End `freeze`, `starve` or `slow` on the connections of `user` (None: all), also to come."""
        self._call("POST", "mend", {"user": user, "faults": [fault]})

    def unknown_sid(self, user: str | None = None, *, times: int | str = 1) -> list[str]:
        """The next requests of `user` (or "all") meet a server that does not know their session."""
        return self._spoil("unknown-sid", _who(user) | {"times": times})

    def misroute(self, event: str, user: str, *, times: int | str = 1) -> None:
        """The next events (a glob) also reach `user`, in the room or not; 0 ends it."""
        self._call("POST", "misroute", {"event": event, "user": user, "times": times})

    def _spoil(self, verb: str, body: Json) -> list[str]:
        return list(self._call("POST", verb, body)["eio_sids"])

    def refuse(self, *, connections: int | str = 0, mode: str = "http503") -> None:
        """Refuse the next `connections` handshakes, or "all"; 0 ends it."""
        self._call("POST", "refuse", {"connections": connections, "mode": mode})

    def refuse_upgrade(self, how: bool | str) -> None:
        """Refuse every websocket, with "hang" by never answering; False ends it."""
        self._call("POST", "refuse", {"upgrade": how})

    @contextmanager
    def refusing(self, *, upgrade: bool = False, mode: str = "http503") -> Iterator[None]:
        """No new connection gets in during the block (with `upgrade`: no websocket, long-polling works)."""
        if upgrade:
            self.refuse_upgrade(True)
        else:
            self.refuse(connections="all", mode=mode)
        try:
            yield
        finally:
            self.refuse_upgrade(False)
            self.refuse(connections=0)

    @contextmanager
    def outage(self, *, rest: bool = True) -> Iterator[None]:
        """The server is gone during the block: connections are aborted, new requests too (REST if `rest`)."""
        self.set_outage(True, rest=rest)
        try:
            yield
        finally:
            self.set_outage(False, rest=rest)

    def set_outage(self, on: bool, *, rest: bool = True) -> None:
        """Begin or end an outage; see `outage`."""
        self._call("POST", "outage", {"on": on, "rest": rest})

    def rest_fault(self, **fault: Any) -> str:
        """Spoil REST calls: `method path user status code message delay_ms hold abort after times`."""
        return str(self._call("POST", "rest-fault", fault)["id"])

    def ack_fault(self, **fault: Any) -> str:
        """Spoil matching acks: `event user error delay_ms swallow hold after times`."""
        return str(self._call("POST", "ack-fault", fault)["id"])

    def release(self, fault_id: str | None = None) -> None:
        """Let held answers go (those of one fault, or all)."""
        self._call("POST", "release", _given(id=fault_id))

    def disarm(self, fault_id: str) -> None:
        """End one `rest_fault` or `ack_fault`; what it holds goes on."""
        self._call("POST", "disarm", {"id": fault_id})

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def expire_tokens(self, user: str) -> None:
        """Every token of `user` issued until now counts as expired."""
        self._call("POST", "expire", {"user": user})

    def set_member(self, project: str, user: str, *, member: bool) -> None:
        self._call("POST", "member", {"project": project, "user": user, "member": member})

    # -- plumbing --------------------------------------------------------------------------------------------

    def _call(
        self, method: str, path: str, body: Json | None = None, *, timeout_s: float | None = None
    ) -> Any:
        try:
            answer = self._http.request(method, path, json=body, timeout=timeout_s or _HTTP_TIMEOUT_S)
        except httpx.HTTPError as error:
            raise StubError(f"the stub at {self.gateway_url} did not answer {path}: {error}") from error
        if answer.status_code >= 400:
            raise StubError(f"the stub refused {path}: {answer.text.strip()}")
        return answer.json()

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _who(user: str | None) -> Json:
    return {"all": True} if user is None else {"user": user}


def _given(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value is not None}
