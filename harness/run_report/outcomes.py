"""What became of each spec, put together from pytest's reports of its phases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr

from harness.journal.redact import redact

#: The user property by which a test's reports tell the controller that it is a spec: it asked for a stage.
_HAS_STAGE = "lockstep_stage"
#: The user property of a report whose failure says nothing of the app: the target was not there.
ENVIRONMENT = "lockstep_environment"
#: That of a report whose failure is no more than what the checkers said.
BY_CHECKERS = "lockstep_by_checkers"
_NEEDS = {"stage", "lockstep_settings"}  # by the second one, a stage is ours
#: pytest colours the difference of two values for the terminal that it writes to.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BEFORE_THE_LAST = {"setup", "call"}


def is_spec(item: pytest.Item) -> bool:
    """Whether a test asks for a stage; those that do not are none of the report's business."""
    return set(getattr(item, "fixturenames", ())) >= _NEEDS


def mark_spec(report: pytest.TestReport, item: pytest.Item) -> None:
    """Have `report` say that it is of a spec, to whom only the report comes: the controller of workers."""
    if is_spec(item):
        report.user_properties.append((_HAS_STAGE, True))


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One test, as far as its reports have come in; `outcome` is one of the words of `reports.Verdict`."""

    nodeid: str
    outcome: str = "unknown"
    duration_s: float = 0.0
    #: The line that the test begins in, from 1.
    line: int | None = None
    is_spec: bool = False
    #: Whether nothing failed but what its checkers said.
    by_checkers: bool = False
    messages: list[str] = field(default_factory=list)

    @property
    def message(self) -> str | None:
        return "\n".join(self.messages) or None

    def document(self, slug: str) -> dict[str, Any]:
        """The spec's line in specs.jsonl."""
        told = {"nodeid": self.nodeid, "slug": slug, "outcome": self.outcome}
        by = "checkers" if self.by_checkers else None
        more = {"message": redact(self.message), "line": self.line, "by": by}
        known = {key: value for key, value in more.items() if value is not None}
        return {**told, "duration_s": round(self.duration_s, 4), **known}

    def take(self, report: pytest.TestReport) -> None:
        """Count in one phase: the first failure is what the test is known for."""
        self.is_spec = self.is_spec or any(key == _HAS_STAGE for key, _ in report.user_properties)
        self.duration_s += report.duration
        if report.location[1] is not None:
            self.line = report.location[1] + 1
        message = _COLOUR.sub("", _message(report) or "")
        if report.failed and any(key == ENVIRONMENT for key, _ in report.user_properties):
            self.outcome = "environment"
        elif report.failed:
            if self.outcome not in {"failed", "error", "environment"}:
                self.outcome = "failed" if report.when == "call" else "error"
                self.by_checkers = any(key == BY_CHECKERS for key, _ in report.user_properties)
            else:
                self.by_checkers = False
                message = message and f"and in its {report.when}: {message}"
        elif report.skipped:
            self.outcome = "skipped"
        elif report.when == "call":
            self.outcome = "passed"
        if message:
            self.messages.append(message)


class Outcomes:
    """Follows all tests of a session."""

    def __init__(self) -> None:
        self._open: dict[str, Outcome] = {}

    def take(self, report: pytest.TestReport) -> Outcome:
        """The test that `report` is of, with this phase counted in."""
        outcome = self._open.setdefault(report.nodeid, Outcome(nodeid=report.nodeid))
        outcome.take(report)
        return outcome

    def end(self, report: pytest.TestReport) -> Outcome | None:
        """The test, when `report` is the last of it: its tear-down, or the crash of its worker."""
        return None if report.when in _BEFORE_THE_LAST else self._open.pop(report.nodeid, None)

    def unfinished(self) -> list[Outcome]:
        """The specs that began and never ended, as when the run was interrupted."""
        left = [each for each in self._open.values() if each.is_spec]
        for each in left:
            if each.outcome not in {"failed", "error"}:
                each.outcome = "unknown"
            each.messages.append("the run was ended before this spec was")
        return left


def _message(report: pytest.TestReport) -> str | None:
    """What pytest has to say of the phase: `FILE:LINE: ERROR`, or why it was skipped."""
    told: Any = report.longrepr
    if report.passed or told is None:
        return None
    if report.skipped:
        expected = getattr(report, "wasxfail", None)
        if expected is not None:
            return f"failed as expected: {expected}".removesuffix(": ")
        reason = told[2] if isinstance(told, tuple) else str(told)
        return str(reason).removeprefix("Skipped: ")
    crash = getattr(told, "reprcrash", None)
    if crash is None:
        return str(told)
    line = _line_in_spec(told, report.location[0])
    return f"{report.location[0]}:{line}: {crash.message}" if line is not None else str(crash.message)


def _line_in_spec(told: Any, file: str) -> int | None:
    """Where in the spec's own file the error came through, however deep below it was raised."""
    entries = told.reprtraceback.reprentries if isinstance(told, ExceptionChainRepr) else ()
    places = [getattr(entry, "reprfileloc", None) for entry in entries]
    lines = [place.lineno for place in (told.reprcrash, *places) if place and _is_same(place.path, file)]
    return lines[-1] if lines else None


def _is_same(path: str, file: str) -> bool:
    """Whether one ends in the other: pytest names files from the root, and from where it was called."""
    parts, others = Path(path).parts, Path(file).parts
    shared = min(len(parts), len(others))
    return parts[-shared:] == others[-shared:]
