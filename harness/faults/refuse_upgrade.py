"""`refuse_upgrade`: no websocket comes about; long-polling works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseUpgrade(StubKind):
    """A websocket is answered with 403, or with `hang` never."""

    name: ClassVar[str] = "refuse_upgrade"
    single: ClassVar[bool] = True
    hang: bool = False

    def start(self, stub: StubControl, person: str | None) -> None:
        stub.refuse_upgrade("hang" if self.hang else True)

    def stop(self, stub: StubControl, person: str | None, started: None) -> None:
        stub.refuse_upgrade(False)

    def touched(self, entries: Sequence[Json], started: None) -> Iterator[dict[str, Any]]:
        did = "left hanging" if self.hang else "refused"
        yield from ({"did": did} for each in entries if each.get("code") == "UPGRADE")
