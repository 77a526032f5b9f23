"""`starve_ping`: a server that sends no heartbeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.spoilt_lines import Spoilt
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class StarvePing(StubKind):
    """A client that minds its heartbeat gives the connection up; with `coming` those made later too."""

    name: ClassVar[str] = "starve_ping"
    single: ClassVar[bool] = True
    coming: bool = False

    def start(self, stub: StubControl, person: str | None) -> Spoilt:
        return Spoilt(person, stub.starve(person, coming=self.coming))

    def stop(self, stub: StubControl, person: str | None, started: Spoilt) -> None:
        started.mend(stub, "starve", coming=self.coming)

    def touched(self, entries: Sequence[Json], started: Spoilt) -> Iterator[dict[str, Any]]:
        yield from ({"did": "left without heartbeat"} for _ in range(started.count(entries, "starve")))
