"""`unknown_sid`: requests meet a server that does not know their session, as without sticky sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.parameters import at_least
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSid(StubKind):
    """The next `times` requests (None: all) of the sessions there are: long polls, their POSTs, upgrades."""

    name: ClassVar[str] = "unknown_sid"
    single: ClassVar[bool] = True
    times: int | None = 1

    def check(self) -> None:
        at_least(self.name, 1, times=self.times)

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.unknown_sid(person, times="all" if self.times is None else self.times)

    def stop(self, stub: StubControl, person: str | None, started: list[str]) -> None:
        stub.unknown_sid(person, times=0)

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        missed = (each for each in entries if each.get("fault") and each.get("eio_sid") in started)
        yield from ({"did": "unknown session"} for _ in missed)
