"""`delay`: packets that come later, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Kind):
    """Each matching packet waits `delay_ms` and up to `spread_ms` more, drawn from the fault's seed.

    The times are real ones, also on a driven clock. None overtakes another that the fault delays.
    """

    name: ClassVar[str] = "delay"
    concern: ClassVar[Concern] = Concern.PACKET
    delay_ms: float
    spread_ms: float = 0

    def check(self) -> None:
        not_negative(self.name, delay_ms=self.delay_ms, spread_ms=self.spread_ms)
