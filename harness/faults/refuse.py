"""`refuse`: new connections are turned away before they have a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.parameters import at_least
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(StubKind):
    """The next `connections` handshakes (None: all) are answered with 503, or with `abort` reset."""

    name: ClassVar[str] = "refuse"
    single: ClassVar[bool] = True
    connections: int | None = None
    abort: bool = False

    def check(self) -> None:
        at_least(self.name, 1, connections=self.connections)

    def start(self, stub: StubControl, person: str | None) -> None:
        count = "all" if self.connections is None else self.connections
        stub.refuse(connections=count, mode="abort" if self.abort else "http503")

    def stop(self, stub: StubControl, person: str | None, started: None) -> None:
        stub.refuse(connections=0)

    def touched(self, entries: Sequence[Json], started: None) -> Iterator[dict[str, Any]]:
        codes = ("UNAVAILABLE", "ABORTED")
        turned_away = (each for each in entries if each.get("code") in codes and each.get("stage") == "http")
        yield from ({"did": "refused"} for _ in turned_away)
