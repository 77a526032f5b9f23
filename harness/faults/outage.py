"""`outage`: the server is gone; what is connected is aborted, and so is what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(StubKind):
    """With `rest` REST calls are aborted too."""

    name: ClassVar[str] = "outage"
    single: ClassVar[bool] = True
    rest: bool = True

    def start(self, stub: StubControl, person: str | None) -> int:
        connected = len(stub.connections())
        stub.set_outage(True, rest=self.rest)
        return connected

    def stop(self, stub: StubControl, person: str | None, started: int) -> None:
        stub.set_outage(False, rest=self.rest)

    def touched(self, entries: Sequence[Json], started: int) -> Iterator[dict[str, Any]]:
        yield from ({"did": "cut"} for _ in range(started))
        yield from ({"did": "refused"} for each in entries if each.get("code") == "OUTAGE")
