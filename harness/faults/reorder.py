"""`reorder`: packets that arrive in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(Kind):
    """Keeps matching packets until there are `window`, then lets them go in another order, by its seed.

    Those of a last window that is not full go in their order when the fault is lifted.
    """

    name: ClassVar[str] = "reorder"
    concern: ClassVar[Concern] = Concern.PACKET
    window: int = 3

    def check(self) -> None:
        at_least(self.name, 2, window=self.window)
