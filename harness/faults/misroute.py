"""`misroute`: events that reach somebody whose room they are not for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.fault import Kind
from harness.faults.parameters import at_least
from harness.faults.stub_edge import Json, StubKind
from harness.scenario import matches
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Misroute(StubKind):
    """The next `times` matching events (None: all) go astray."""

    name: ClassVar[str] = "misroute"
    event: str = "*"
    times: int | None = 1

    def check(self) -> None:
        at_least(self.name, 1, times=self.times)

    def is_one_with(self, other: Kind) -> bool:
        return isinstance(other, Misroute) and other.event == self.event

    def start(self, stub: StubControl, person: str | None) -> str | None:
        assert person is not None, "the composer names one"
        stub.misroute(self.event, person, times="all" if self.times is None else self.times)
        return person

    def stop(self, stub: StubControl, person: str | None, started: str | None) -> None:
        assert person is not None
        stub.misroute(self.event, person, times=0)

    def touched(self, entries: Sequence[Json], started: str | None) -> Iterator[dict[str, Any]]:
        for each in entries:
            if each.get("name") != "misrouted" or started not in each["users"]:
                continue
            if matches(self.event, each["event"]):
                yield {"did": "misrouted", "event": each["event"]}
