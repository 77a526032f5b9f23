"""`swallow_ack`, `ack_error`, `ack_delay`: what a server answers to an event, spoilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.answer import AnswerFault
from harness.faults.fault import Concern
from harness.faults.parameters import at_least
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class AckFault(AnswerFault):
    """Of an event."""

    NOTED: ClassVar[str] = "ack-fault"
    FIELDS: ClassVar[Sequence[str]] = ("event",)
    concern: ClassVar[Concern] = Concern.PACKET
    event: str | None = None

    def start(self, stub: StubControl, person: str | None) -> str:
        return stub.ack_fault(**self.asked(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwallowAck(AckFault):
    """It never comes."""

    name: ClassVar[str] = "swallow_ack"

    def spoilt(self) -> dict[str, Any]:
        return {"swallow": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class AckError(AckFault):
    """It refuses."""

    name: ClassVar[str] = "ack_error"
    code: str = "INTERNAL"
    message: str = "refused by a fault"

    def spoilt(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True, kw_only=True)
class AckDelay(AckFault):
    """It comes `delay_ms` later."""

    name: ClassVar[str] = "ack_delay"
    delay_ms: int

    def check(self) -> None:
        AckFault.check(self)
        at_least(self.name, 1, delay_ms=self.delay_ms)

    def spoilt(self) -> dict[str, Any]:
        return {"delay_ms": self.delay_ms}
