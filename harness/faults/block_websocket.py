"""`block_websocket`: new websockets do not come about, as behind a proxy that knows none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockWebsocket(Kind):
    """A new websocket fails at once, or with `hang` stays connecting until the app gives it up.

    Those that are open stay open. Nothing of a blocked one reaches the network.
    """

    name: ClassVar[str] = "block_websocket"
    concern: ClassVar[Concern] = Concern.CONNECTION
    hang: bool = False
