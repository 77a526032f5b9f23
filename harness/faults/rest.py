"""`rest_error`, `rest_abort`, `rest_hold`: REST answers that the stub spoils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.answer import AnswerFault
from harness.faults.fault import Concern
from harness.faults.parameters import error_status
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
    """They are held until it is lifted; what is read was read when it was asked for."""

    name: ClassVar[str] = "rest_hold"

    def spoilt(self) -> dict[str, Any]:
        return {"hold": True}
