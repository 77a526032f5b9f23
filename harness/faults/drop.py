"""`drop`: packets that never arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Kind):
    """Nothing to say but which packets."""

    name: ClassVar[str] = "drop"
    concern: ClassVar[Concern] = Concern.PACKET
