"""`swallow_ack`, `ack_error`, `ack_delay`: what a server answers to an event, spoilt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.fault import Concern, not_negative
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class AckFault(StubKind):
    """The acknowledgements of the next `times` matching events (None: all); `after`: the change is made."""

    name: ClassVar[str]
    concern: ClassVar[Concern] = Concern.PACKET
    event: str | None = None
    after: bool = False
    times: int | None = 1

    def spoilt(self) -> dict[str, Any]:
        """What it asks for beside the match."""
        raise NotImplementedError

    def start(self, stub: StubControl, person: str | None) -> str:
        match = {"event": self.event, "user": person, "after": self.after, "times": self.times}
        return stub.ack_fault(**match, **self.spoilt())

    def stop(self, stub: StubControl, person: str | None, started: str) -> None:
        stub.disarm(started)

    def touched(self, entries: Sequence[Json], started: str) -> Iterator[dict[str, Any]]:
        for each in entries:
            if each.get("name") == "ack-fault" and each.get("id") == started:
                yield {"did": self.name, "event": each["event"]}


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

    def __post_init__(self) -> None:
        not_negative(self.name, delay_ms=self.delay_ms)

    def spoilt(self) -> dict[str, Any]:
        return {"delay_ms": self.delay_ms}
