"""Faults hit: what a spec broke on purpose was really broken; else it has shown nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.checkers.verdicts import Judging, Result
from harness.journal.entries import Entry, EntryKind
from harness.journal.view import JournalView

NAME = "faults_hit"


def check(view: JournalView) -> Result:
    """Unknown for each fault that touched nothing, unless it was allowed to miss."""
    judging = Judging(view, NAME, senses=())
    faults: dict[str, list[Entry]] = {}
    touched: set[object] = set()
    for entry in view.entries:
        if entry.kind is not EntryKind.FAULT:
            continue
        if entry.get("phase") == "touch":
            touched.add(entry.get("id"))
        elif entry.get("fault") is not None:
            faults.setdefault(str(entry.get("fault")), []).append(entry)
    for entries in faults.values():
        judging.judged()
        if not any(entry.get("may_miss") or entry.get("id") in touched for entry in entries):
            where = sorted({entry.lane for entry in entries})
            judging.unclear(
                f"the fault {entries[0].get('name')}{_words(entries[0])} touched nothing "
                f"at {', '.join(where)}: "
                f"{_passed_by(entries)}. A fault that may touch nothing is armed with may_miss=True",
                [entry.seq for entry in entries],
                rule=str(entries[0].get("fault")),
            )
    return judging.result()


def _words(entry: Entry) -> str:
    params = entry.get("params")
    asked = params if isinstance(params, Mapping) else {}
    told = [
        f"{name} {_plain(asked[name])}"
        for name in ("event", "entity", "method", "path", "nth")
        if name in asked
    ]
    return f" ({', '.join(told)})" if told else ""


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _passed_by(entries: Sequence[Entry]) -> str:
    counts: Counter[str] = Counter()
    for entry in entries:
        passed = entry.get("passed_by")
        counts.update(
            {str(what): int(times) for what, times in passed.items()} if isinstance(passed, Mapping) else {}
        )
    if not counts:
        return "nothing passed it by"
    return ", ".join(f"{what} x{times}" for what, times in sorted(counts.items())) + " passed it by"
