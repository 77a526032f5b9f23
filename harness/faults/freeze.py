"""`freeze`: a half-open connection. It stays open, and nothing passes in either direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Kind):
    """Takes every packet of Engine.IO and Socket.IO, heartbeats too; polls and their POSTs hang.

    REST calls go on. When it is lifted, what was on its way arrives, in order, where there is still a socket.
    """

    name: ClassVar[str] = "freeze"
    concern: ClassVar[Concern] = Concern.PACKET
