"""A fault that touched nothing leaves the verdict open, unless it was allowed to miss."""

from __future__ import annotations

from typing import Any

from harness.checkers import CHECKERS
from harness.checkers.verdicts import Result, Verdict
from harness.journal.entries import Entry, EntryKind, Header, Journal
from harness.journal.view import JournalView


def _judged(*entries: dict[str, Any]) -> Result:
    common = {"fault": "drop-1", "name": "drop", "params": {"event": ["task:deleted"]}}
    told = [
        Entry(
            seq=n, t=float(n), lane=each.pop("lane", "bob"), kind=EntryKind.FAULT, fields={**common, **each}
        )
        for n, each in enumerate(entries, 1)
    ]
    return CHECKERS["faults_hit"](JournalView(Journal(header=Header(spec="it"), entries=tuple(told))))


def test_fault_that_touched_nothing_is_unknown_and_says_what_passed_it_by() -> None:
    result = _judged(
        {"id": "drop-1@bob", "phase": "start"},
        {"id": "drop-1@bob", "phase": "end", "passed_by": {"task:updated": 3}},
    )
    assert result.verdict is Verdict.UNKNOWN
    assert result.findings[0].message == (
        "the fault drop (event task:deleted) touched nothing at bob: task:updated x3 passed it by. "
        "A fault that may touch nothing is armed with may_miss=True"
    )


def test_touch_at_one_of_its_clients_is_enough() -> None:
    result = _judged(
        {"id": "drop-1@bob", "phase": "start"},
        {"id": "drop-1@alice", "phase": "start", "lane": "alice"},
        {"id": "drop-1@alice", "phase": "touch", "did": "dropped", "lane": "alice"},
        {"id": "drop-1@bob", "phase": "end"},
    )
    assert (result.verdict, result.judged) == (Verdict.PASSED, 1)


def test_fault_that_may_miss_has_missed() -> None:
    result = _judged({"id": "drop-1@bob", "phase": "start", "may_miss": True})
    assert result.verdict is Verdict.PASSED
