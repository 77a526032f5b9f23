"""`duplicate`: packets that arrive more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate(Kind):
    """Each matching packet arrives `times` times, one right behind the other."""

    name: ClassVar[str] = "duplicate"
    concern: ClassVar[Concern] = Concern.PACKET
    times: int = 2

    def check(self) -> None:
        at_least(self.name, 2, times=self.times)
