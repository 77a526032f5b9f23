"""`offline`: the client's network is gone, as the browser itself sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline(Kind):
    """The browser's own: requests fail, `navigator.onLine` is false; open websockets depend on the engine."""

    name: ClassVar[str] = "offline"
    single: ClassVar[bool] = True
    concern: ClassVar[Concern] = Concern.NETWORK
