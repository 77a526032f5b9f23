"""`hold`: keeps packets until they are released, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.held import Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldKind(Kind):
    """Nothing to say but which packets."""

    name: ClassVar[str] = "hold"
    concern: ClassVar[Concern] = Concern.PACKET


class Hold(Holding):
    """`hold.wait(3)`, then `hold.release([2, 0, 1])`."""
