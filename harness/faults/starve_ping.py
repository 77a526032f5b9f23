"""`starve_ping`: a server that sends no heartbeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class StarvePing(StubKind):
    """Events still come; a client that minds its heartbeat gives the connection up."""

    name: ClassVar[str] = "starve_ping"

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.starve(person)

    def stop(self, stub: StubControl, person: str | None, started: list[str]) -> None:
        stub.mend(started, "starve")

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        yield from ({"did": "left without heartbeat"} for _ in started)
