"""`restart`: the gateway is started again; sessions and rooms are lost, the data stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(StubKind):
    """All sockets end at once, and nobody is in any room."""

    name: ClassVar[str] = "restart"

    def start(self, stub: StubControl, person: str | None) -> int:
        connected = len(stub.connections())
        stub.restart()
        return connected

    def touched(self, entries: Sequence[Json], started: int) -> Iterator[dict[str, Any]]:
        yield from ({"did": "session lost"} for _ in range(started))
