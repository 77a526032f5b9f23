"""`http_hold`: REST calls that are held until they are released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.errors import UnknownName
from harness.faults.fault import Concern, Kind
from harness.faults.held import Holding

_POINTS = ("request", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHoldKind(Kind):
    """Keeps the answer, then as old as it is late; with `at="request"` the call before it is sent."""

    name: ClassVar[str] = "http_hold"
    concern: ClassVar[Concern] = Concern.CALL
    at: str = "answer"

    def check(self) -> None:
        known_point(self.at)


class HttpHold(Holding):
    """`hold.wait()`, then `hold.release()`. A call that is dropped fails as the network does."""


def known_point(at: str) -> None:
    """Raises UnknownName unless `at` is a point of a call that can be held."""
    if at not in _POINTS:
        raise UnknownName("point of a call", at, _POINTS)
