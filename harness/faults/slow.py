"""`slow`: everything that the server sends comes later, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.parameters import at_most, not_negative
from harness.faults.spoilt_lines import Spoilt
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl

#: What the stub takes.
_MOST_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(StubKind):
    """`delay_ms` for each packet, heartbeats too, on all connections there are; `coming`: and later ones."""

    name: ClassVar[str] = "slow"
    single: ClassVar[bool] = True
    delay_ms: int
    coming: bool = False

    def check(self) -> None:
        not_negative(self.name, delay_ms=self.delay_ms)
        at_most(self.name, _MOST_MS, delay_ms=self.delay_ms)

    def start(self, stub: StubControl, person: str | None) -> Spoilt:
        return Spoilt(person, stub.slow(person, delay_ms=self.delay_ms, coming=self.coming))

    def stop(self, stub: StubControl, person: str | None, started: Spoilt) -> None:
        started.mend(stub, "slow", coming=self.coming)

    def touched(self, entries: Sequence[Json], started: Spoilt) -> Iterator[dict[str, Any]]:
        yield from ({"did": "slowed down"} for _ in range(started.count(entries, "slow")))
