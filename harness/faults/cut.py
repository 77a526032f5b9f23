"""`cut`: connections that end without a word, or with the close code of a server that goes away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.parameters import close_code
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(StubKind):
    """Aborts the TCP connections there are (a client sees 1006), or closes websockets by `code`."""

    name: ClassVar[str] = "cut"
    code: int | None = None

    def check(self) -> None:
        close_code(self.name, self.code)

    def start(self, stub: StubControl, person: str | None) -> list[str]:
        return stub.cut(person, code=self.code)

    def touched(self, entries: Sequence[Json], started: list[str]) -> Iterator[dict[str, Any]]:
        yield from ({"did": "cut"} for _ in started)
