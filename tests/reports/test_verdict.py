"""One verdict from what the runner, the checkers and the spec's body said."""

from __future__ import annotations

import pytest

from reports.verdict import Verdict, combined, worst


@pytest.mark.parametrize(
    ("reported", "judged", "own", "verdict"),
    [
        ("passed", "passed", "passed", "passed"),
        ("passed", None, None, "passed"),
        ("failed", None, None, "failed"),
        ("failed", "passed", "failed", "failed"),
        ("failed", "unknown", "failed", "failed"),
        # Neither the body nor the checkers failed, so something behind them did.
        ("failed", "passed", "passed", "failed"),
        ("failed", "unknown", "passed", "failed"),
        ("passed", "failed", "passed", "failed"),
        # A tear-down that broke is no business of the checkers.
        ("error", "passed", "passed", "error"),
        ("error", "failed", "passed", "failed"),
        ("skipped", "unknown", None, "skipped"),
        (None, None, None, "unknown"),
        (None, "passed", None, "passed"),
        ("unknown", "passed", None, "unknown"),
    ],
)
def test_combined(reported: str | None, judged: str | None, own: str | None, verdict: str) -> None:
    reading = [Verdict(word) if word else None for word in (reported, judged, own)]
    assert combined(reported=reading[0], judged=reading[1], own=reading[2]) is Verdict(verdict)


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [
        ("failed", "failed"),
        # The runner shows an unknown as failed.
        ("unknown", "unknown"),
        # Judged again after a checker was mended.
        ("passed", "passed"),
    ],
)
def test_what_failed_by_the_checkers_alone_is_what_they_say_now(judged: str, verdict: str) -> None:
    said = combined(
        reported=Verdict.FAILED, judged=Verdict(judged), own=Verdict.PASSED, by_checkers_alone=True
    )
    assert said is Verdict(verdict)


def test_nothing_judged_is_unknown() -> None:
    assert worst([]) is Verdict.UNKNOWN
    assert worst([Verdict.SKIPPED, Verdict.PASSED]) is Verdict.PASSED
