"""`unreachable`: the realtime server cannot be reached; what is connected stays so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable(Kind):
    """New websockets and polls of this client fail at once, as without a route. REST calls go on."""

    name: ClassVar[str] = "unreachable"
    concern: ClassVar[Concern] = Concern.CONNECTION
