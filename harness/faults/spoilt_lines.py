"""The connections whose line a fault at the stub has spoilt: those there were, and those that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.faults.stub_edge import Json
from harness.stub import StubControl


@dataclass(frozen=True, slots=True)
class Spoilt:
    """`person`'s connections (None: everybody's) at the start of the fault, by their Engine.IO ids."""

    person: str | None
    eio_sids: Sequence[str]

    def mend(self, stub: StubControl, fault: str, *, coming: bool) -> None:
        """End it on these, or with `coming` on all that there are, and were to come."""
        if coming:
            stub.mend_all(self.person, fault)
        else:
            stub.mend(self.eio_sids, fault)

    def count(self, entries: Sequence[Json], fault: str) -> int:
        """How many it has spoilt, by the stub's journal since its start."""
        came = [each for each in entries if each.get("name") == fault and each.get("coming")]
        return len(self.eio_sids) + sum(self.person in (None, each["user"]) for each in came)
