"""`slow`: everything that the server sends comes later, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.fault import not_negative
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(StubKind):
    """`delay_ms` for each packet of the connections there are, heartbeats too."""

    name: ClassVar[str] = "slow"
    delay_ms: int

    def __post_init__(self) -> None:
        not_negative(self.name, delay_ms=self.delay_ms)

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.slow(person, delay_ms=self.delay_ms)

    def stop(self, stub: StubControl, person: str | None, started: list[str]) -> None:
        stub.mend(started, "slow")

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        yield from ({"did": "slowed down"} for _ in started)
