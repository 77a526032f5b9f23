"""Waiting for something to be true of a world: rooms joined, entries journaled, connections come and gone."""

import asyncio
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mock_server.entities import Json
from mock_server.world import World

_SEEN_ENTRIES = 20


class Condition(BaseModel):
    """One of `room` (with `user`, `newer_than`), `journal` (with `since`, `count`), `connections`, `gone`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    room: str | None = None
    user: str | None = None
    newer_than: str | None = None
    journal: dict[str, Any] | None = None
    since: int = Field(default=0, ge=0)
    count: int = Field(default=1, ge=1)
    connections: int | None = Field(default=None, ge=0)
    gone: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Condition":
        given = [self.room, self.journal, self.connections, self.gone]
        if sum(each is not None for each in given) != 1:
            raise ValueError("give exactly one of room, journal, connections, gone")
        return self


async def wait_for(world: World, condition: Condition, timeout_ms: int) -> Json:
    """Return `{met: true, ...}` as soon as the condition holds, or `{met: false, seen}` at the deadline.

    A reset ends every wait of the old world, unmet.
    """
    check = _check_of(world, condition)
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            while (found := check()) is None and not world.journal.closed:
                await world.journal.changed()
    except TimeoutError:
        found = check()
    if found is not None:
        return {"met": True, **found}
    return {"met": False, "seen": _seen(world, condition)}


def _check_of(world: World, condition: Condition) -> Callable[[], Json | None]:
    """Return what says, each time it is called, what was found, or None while it does not hold."""
    if condition.room is not None:
        return lambda: _in_room(world, condition)
    if condition.journal is not None:
        return _Journaled(world, condition.journal, since=condition.since, count=condition.count)
    if condition.connections is not None:
        return lambda: _connected(world, condition)
    return lambda: None if world.connections.get(condition.gone or "") else {"gone": condition.gone}


def _in_room(world: World, condition: Condition) -> Json | None:
    after = world.connections.number_of(condition.newer_than)
    for each in world.connections.in_room(condition.room or ""):
        if condition.user in (None, each.user) and each.number > after:
            return {"sid": each.sid, "user": each.user}
    return None


def _connected(world: World, condition: Condition) -> Json | None:
    live = world.connections.of(user=condition.user)
    return {"connections": len(live)} if len(live) == condition.connections else None


class _Journaled:
    """Collects matching entries, each looked at once: a burst must not cost the square of its length."""

    def __init__(self, world: World, fields: Json, *, since: int, count: int) -> None:
        self._journal = world.journal
        self._fields = fields
        self._next = since
        self._count = count
        self._found: list[Json] = []

    def __call__(self) -> Json | None:
        self._found += self._journal.matching(self._fields, self._next)
        self._next = max(self._next, self._journal.next_seq)
        if len(self._found) < self._count:
            return None
        return {"entries": self._found, "next": self._journal.next_seq}


def _seen(world: World, condition: Condition) -> Json:
    """Return what there was instead: the rooms, and the last entries of the kind that was waited for."""
    kind = (condition.journal or {}).get("kind")
    entries = world.journal.matching({} if kind is None else {"kind": kind}, condition.since)
    return {
        "connections": [{"sid": each.sid, "user": each.user} for each in world.connections],
        "rooms": {
            name: [each.user for each in members] for name, members in world.connections.rooms().items()
        },
        "journal": entries[-_SEEN_ENTRIES:],
    }
