"""Findings in words: the message, and the lines of the journal that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checkers.judge import Judgement
from harness.checkers.verdicts import Finding, Verdict
from harness.journal.lines import line
from harness.journal.view import JournalView

_LINES_MAX = 12


def finding_lines(view: JournalView, finding: Finding) -> Iterator[str]:
    """The message with scenario and seed, then one indented line for each entry that proves it."""
    where = [f"scenario {view.header.scenario}"] if view.header.scenario else []
    where += [f"seed {view.header.seed}"] if view.header.seed is not None else []
    mark = "" if finding.verdict is Verdict.FAILED else f" ({finding.verdict})"
    yield f"{finding.checker}{mark}: {finding.message}" + (f"  ({', '.join(where)})" if where else "")
    entries = [entry for entry in map(view.entry, finding.seqs) if entry is not None]
    said: set[str] = set()
    for entry in sorted(entries, key=lambda each: (each.t, each.seq))[-_LINES_MAX:]:
        words = line(entry, entity=finding.entity)
        again = "      <- again" if words[10:] in said else ""
        said.add(words[10:])
        yield f"  {words}{again}"


def judgement_lines(view: JournalView, judgement: Judgement) -> Iterator[str]:
    """Everything that counts against a spec, for a person at a terminal; nothing when it passed."""
    for finding in judgement.unexpected:
        yield from finding_lines(view, finding)
