"""The stub's own history: every notable thing in order, free of secrets, with waiting for what is to come."""

import asyncio
import re
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from mock_server.entities import Json
from mock_server.secret_keys import is_secret

REDACTED = "[redacted]"
DEEPER = "[deeper]"
_LEVELS = 60
"""Of a value that is nested deeper no reader, and no JSON encoder, sees the end."""

_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")


class Kind(StrEnum):
    """Kinds of journal entries; each entry is `{seq, t, kind, ...}` with the fields named here."""

    CONNECT = "connect"  # sid, eio_sid, user, transport, recovered
    REFUSED = "refused"  # user?, code, stage: http | connect
    DISCONNECT = "disconnect"  # sid, user, reason
    UPGRADE = "upgrade"  # sid, user, transport
    JOIN = "join"  # sid, user, room
    LEAVE = "leave"  # sid, user, room
    RECEIVED = "received"  # sid, user, event, data, ack: bool
    ACK = "ack"  # sid, user, event, data
    EMITTED = "emitted"  # event, data, room, to: [{sid, user}], version?
    REST = "rest"  # method, path, status (0: never answered), user, body?, duration_ms, sent_bytes?
    STORE = "store"  # op, entity, id, version
    FAULT = "fault"  # name, ...
    UNSCRIPTED = "unscripted"  # event | method and path, policy, user, near_miss?
    NEAR_MISS = (
        "near_miss"  # event | method and path, user, near_miss: {index, line, on, field, expected, got, why}
    )
    RULE = "rule"  # index, on, turn?, missing?
    RELOAD = "reload"  # ok, rules: how many | problems
    ERROR = "error"  # message


class Journal:
    """Append-only list of entries; `seq` counts from 0, so it is also the number of entries before.

    `since` in all queries is inclusive: pass the `next` of the answer before to see only what is new.
    """

    def __init__(self, now_s: Callable[[], float] = time.time) -> None:
        self._now_s = now_s
        self._entries: list[Json] = []
        self._watchers: list[asyncio.Future[None]] = []
        self.closed = False
        """Nothing is added any more: the world is over."""

    @property
    def next_seq(self) -> int:
        return len(self._entries)

    def now(self) -> float:
        """The moment that an entry added now would carry."""
        return self._now_s()

    def append(self, kind: Kind, at: float | None = None, /, **fields: Any) -> int:
        """Add an entry, secrets blotted out, and wake everybody who waits; returns its `seq`.

        What was sent before it is noted carries the moment before (`at`): however long the machine lets this
        process stand still between the two, nobody has received what was not yet sent.
        `to`, the receivers, is kept as it is: it may be long, and there is nothing secret in it.
        """
        seq = len(self._entries)
        to = fields.pop("to", None)
        entry = {"seq": seq, "t": self._now_s() if at is None else at, "kind": kind.value, **redacted(fields)}
        if to is not None:
            entry["to"] = to
        self._entries.append(entry)
        self._wake()
        return seq

    def close(self) -> None:
        """Mark the end, and wake everybody who waits."""
        self.closed = True
        self._wake()

    def since(self, seq: int = 0) -> list[Json]:
        return self._entries[max(seq, 0) :]

    def matching(self, fields: Json, since: int = 0) -> list[Json]:
        """Return the entries from `since` on whose top-level fields equal all of `fields`."""
        return [
            entry
            for entry in self.since(since)
            if all(name in entry and entry[name] == value for name, value in fields.items())
        ]

    async def changed(self) -> None:
        """Return after the next entry was added, or the journal closed."""
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        await watcher

    def _wake(self) -> None:
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)


def redacted(value: Any, *, levels: int = _LEVELS) -> Any:
    """Return a copy of `value` in which no password and no token is left, cut off below so many levels."""
    if isinstance(value, dict | list | tuple):
        if levels == 0:
            return DEEPER
        if isinstance(value, list | tuple):
            return [redacted(item, levels=levels - 1) for item in value]
        return {
            key: REDACTED if is_secret(str(key)) and item is not None else redacted(item, levels=levels - 1)
            for key, item in value.items()
        }
    if isinstance(value, str):
        return _JWT.sub(REDACTED, value) if "eyJ" in value else value
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value
