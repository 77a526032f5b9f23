"""`rest_error`, `rest_abort`, `rest_hold`: REST answers that the stub spoils."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.errors import UsageError
from harness.faults.answer import AnswerFault
from harness.faults.fault import Concern
from harness.faults.held import Act, Holding
from harness.faults.parameters import error_status
from harness.faults.stub_edge import Json
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFault(AnswerFault):
    """Of a REST call."""

    NOTED: ClassVar[str] = "rest-fault"
    FIELDS: ClassVar[Sequence[str]] = ("method", "path")
    concern: ClassVar[Concern] = Concern.CALL
    method: str | None = None
    path: str | None = None

    def start(self, stub: StubControl, person: str | None) -> str:
        return stub.rest_fault(**self.asked(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class RestError(RestFault):
    """They are answered with `status`."""

    name: ClassVar[str] = "rest_error"
    status: int = 500

    def check(self) -> None:
        RestFault.check(self)
        error_status(self.name, self.status)

    def spoilt(self) -> dict[str, Any]:
        return {"status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestAbort(RestFault):
    """Their TCP connection is reset."""

    name: ClassVar[str] = "rest_abort"

    def spoilt(self) -> dict[str, Any]:
        return {"abort": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestHold(RestFault):
    """They are held until they are released; what is read was read when it was asked for."""

    name: ClassVar[str] = "rest_hold"

    def spoilt(self) -> dict[str, Any]:
        return {"hold": True}

    def held(self, entries: Sequence[Json], started: str) -> Iterator[tuple[str, float]]:
        kept: list[tuple[str, float]] = []
        for each in entries:
            if each.get("name") == "release" and each.get("id") in (None, started):
                kept.clear()
            elif each.get("name") == self.NOTED and each.get("id") == started:
                kept.append((f"{each['method']} {each['path']}", each["t"] * 1000))
        yield from kept


class RestHeld(Holding):
    """`hold.wait()`, then `hold.release()`, which lets all go at once; the stub drops none."""

    def _part(self, order: Sequence[int] | None, verb: str, act: Act) -> None:
        if verb == "drop":
            raise UsageError(f"{self.name}: the stub cannot drop what it holds; use http_hold")
        if order is not None:
            raise UsageError(f"{self.name}: the stub lets all go at once: release() without an order")
        super()._part(None, verb, act)
