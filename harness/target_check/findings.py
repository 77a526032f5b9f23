"""What a probe of a target has found: lines for a person, and facts for a target file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.doctor import Check, Status


@dataclass(slots=True)
class Facts:
    """Grows while the probe goes on; `said` hears of each line as it is found."""

    said: Callable[[Check], None] = lambda _check: None
    checks: list[Check] = field(default_factory=list)
    #: Keys of a target file, dotted, with what the target turned out to have there.
    found: dict[str, Any] = field(default_factory=dict)
    #: Whether what is wrong is that the target is not there or lets nobody in.
    environment: bool = False

    def ok(self, name: str, found: str) -> None:
        self._add(Check(name=name, status=Status.OK, found=found))

    def note(self, name: str, found: str, fix: str = "") -> None:
        self._add(Check(name=name, status=Status.NOTE, found=found, fix=fix))

    def wrong(self, name: str, found: str, fix: str = "", *, environment: bool = True) -> None:
        self.environment = self.environment or environment
        self._add(Check(name=name, status=Status.WRONG, found=found, fix=fix))

    def compare(self, name: str, key: str, *, found: Any, says: Any, fix: str = "") -> None:
        """The target does `found`, and its file `says` something about it."""
        self.found[key] = found
        if found == says:
            self.ok(name, f"{found}")
        else:
            self.wrong(
                name, f"{found}, and the file says {says}", fix or f"set {key}: {found}", environment=False
            )

    def _add(self, check: Check) -> None:
        self.checks.append(check)
        self.said(check)
