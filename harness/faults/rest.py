"""`rest_error`, `rest_abort`, `rest_hold`: REST answers that the stub spoils."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.fault import Concern
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFault(StubKind):
    """The next `times` matching calls (None: all); `after`: the change is made, only the answer spoilt."""

    name: ClassVar[str]
    concern: ClassVar[Concern] = Concern.CALL
    method: str | None = None
    path: str | None = None
    after: bool = False
    times: int | None = 1

    def spoilt(self) -> dict[str, Any]:
        """What it asks for beside the match."""
        raise NotImplementedError

    def start(self, stub: StubControl, person: str | None) -> str:
        match = {"method": self.method, "path": self.path, "user": person}
        return stub.rest_fault(**match, after=self.after, times=self.times, **self.spoilt())

    def stop(self, stub: StubControl, person: str | None, started: str) -> None:
        stub.disarm(started)

    def touched(self, entries: Sequence[Json], started: str) -> Iterator[dict[str, Any]]:
        for each in entries:
            if each.get("name") == "rest-fault" and each.get("id") == started:
                yield {"did": self.name, "method": each["method"], "path": each["path"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestError(RestFault):
    """They are answered with `status`."""

    name: ClassVar[str] = "rest_error"
    status: int = 500

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
