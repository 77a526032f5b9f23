"""`freeze` at the stub: a half-open connection on which the server reads and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class StubFreeze(StubKind):
    """No TCP connection ends, and nobody is told; what was on its way goes out when it is lifted."""

    name: ClassVar[str] = "freeze"
    single: ClassVar[bool] = True

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.freeze(person)

    def stop(self, stub: StubControl, person: str | None, started: list[str]) -> None:
        stub.mend(started, "freeze")

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        yield from ({"did": "frozen"} for _ in started)
