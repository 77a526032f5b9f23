"""What all faults of the stub's answers have in common, be they acknowledgements or REST answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.parameters import at_least
from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFault(StubKind):
    """The next `times` matching answers (None: all); `after`: the change is made, only the answer spoilt."""

    #: How the stub's journal calls it, and what it says of each answer.
    NOTED: ClassVar[str]
    FIELDS: ClassVar[Sequence[str]]
    after: bool = False
    times: int | None = 1

    def check(self) -> None:
        at_least(self.name, 1, times=self.times)

    def spoilt(self) -> dict[str, Any]:
        """What it asks for beside the match."""
        raise NotImplementedError

    def asked(self, person: str | None) -> dict[str, Any]:
        """All that the stub is asked for: which answers of whom, and what becomes of them."""
        match = {name: getattr(self, name) for name in self.FIELDS}
        return {**match, "user": person, "after": self.after, "times": self.times, **self.spoilt()}

    def stop(self, stub: StubControl, person: str | None, started: str) -> None:
        stub.disarm(started)

    def touched(self, entries: Sequence[Json], started: str) -> Iterator[dict[str, Any]]:
        for each in entries:
            if each.get("name") == self.NOTED and each.get("id") == started:
                yield {"did": self.name, **{name: each[name] for name in self.FIELDS}}
