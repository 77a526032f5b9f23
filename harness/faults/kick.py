"""`kick`: the server sends a client away on the Socket.IO level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Kick(StubKind):
    """A DISCONNECT packet: a client does not come back from it by itself."""

    name: ClassVar[str] = "kick"

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.kick(person)

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        yield from ({"did": "sent away"} for _ in started)
