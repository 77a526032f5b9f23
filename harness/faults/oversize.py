"""`oversize`: events larger than any server takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversize(Kind):
    """A field `padding` of `size_bytes` is added to the payload; servers close on more than 1,000,000.

    One whose payload is no object, or that has attachments, is left alone.
    """

    name: ClassVar[str] = "oversize"
    concern: ClassVar[Concern] = Concern.PACKET
    size_bytes: int = 2_000_000

    def check(self) -> None:
        at_least(self.name, 1, size_bytes=self.size_bytes)
