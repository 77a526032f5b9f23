"""`alter`: packets that say something else than was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from harness.errors import UsageError
from harness.faults.fault import Concern, Kind
from harness.faults.parameters import as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Alter(Kind):
    """Another payload: `set` and `unset` change it at dotted paths, `replace` takes its place.

    Only the first argument of an event is altered; one with attachments is left alone.
    """

    name: ClassVar[str] = "alter"
    concern: ClassVar[Concern] = Concern.PACKET
    set: Mapping[str, Any] = field(default_factory=dict)
    unset: Sequence[str] = ()
    replace: Any = None

    def check(self) -> None:
        if self.replace is not None and (self.set or self.unset):
            raise UsageError(
                "alter: replace= takes the whole payload away, so set= and unset= change nothing"
            )
        if self.replace is None and not self.set and not self.unset:
            raise UsageError(
                "alter: say what changes: set={'title': '...'}, unset=['version'] or replace=..."
            )
        as_json(self.name, "set", self.set)
        as_json(self.name, "replace", self.replace)
