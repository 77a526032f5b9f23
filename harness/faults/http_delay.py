"""`http_delay`: REST calls that take longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.http_hold import known_point
from harness.faults.parameters import not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDelay(Kind):
    """Matching calls wait `delay_ms`: their answer, or with `at="request"` the call itself."""

    name: ClassVar[str] = "http_delay"
    concern: ClassVar[Concern] = Concern.CALL
    delay_ms: float
    at: str = "answer"

    def check(self) -> None:
        not_negative(self.name, delay_ms=self.delay_ms)
        known_point(self.at)
