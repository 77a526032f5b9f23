"""What became of a spec, made of what pytest said and what the checkers said."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a spec, worst last when sorted by `severity`."""

    SKIPPED = "skipped"
    PASSED = "passed"
    #: What was under test was not there: nothing is said of the app.
    ENVIRONMENT = "environment"
    UNKNOWN = "unknown"
    ERROR = "error"
    FAILED = "failed"

    @property
    def severity(self) -> int:
        return list(Verdict).index(self)

    @property
    def is_red(self) -> bool:
        """Whether somebody has to look: anything but passed and skipped."""
        return self.severity > Verdict.PASSED.severity


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of `verdicts`; unknown when there is none, since nothing was judged."""
    return max(verdicts, key=lambda each: each.severity, default=Verdict.UNKNOWN)


def combined(
    *,
    reported: Verdict | None,
    judged: Verdict | None,
    own: Verdict | None,
    by_checkers_alone: bool = False,
) -> Verdict:
    """One verdict of three: `reported` by the runner, `judged` by the checkers, the body's `own`.

    A spec that failed `by_checkers_alone` counts as they say now, so that judging a saved run again can
    change it; any other failure, an error outside the body (set-up, tear-down), a skip and a target that was
    not there stay what they were.
    """
    if reported in (Verdict.SKIPPED, Verdict.ENVIRONMENT):
        return reported
    if judged is None:
        return reported or Verdict.UNKNOWN
    parts = [judged, own or reported or judged]
    if reported is Verdict.ERROR or (reported is Verdict.FAILED and not by_checkers_alone):
        parts.append(reported)
    return worst(parts)
