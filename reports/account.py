"""What there is to say about a spec in words: each finding with the steps that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.journal_file import Entry
from reports.run_model import Finding, Spec, Step
from reports.verdict import Verdict
from reports.wording import words

_MOST_STEPS = 12
_IN_FILE = re.compile(r"(?P<file>[^\s:]+\.py):(?P<line>\d+): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A finding and how it came about."""

    finding: Finding
    #: The chain from cause to effect when there is one, else the journal lines that prove the finding.
    steps: tuple[Step, ...]
    is_chain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that the written reports say about a spec."""

    spec: Spec
    #: Those that made the spec red first.
    findings: tuple[Explained, ...]
    problems: tuple[str, ...]

    @property
    def red_findings(self) -> tuple[Explained, ...]:
        return tuple(each for each in self.findings if each.finding in self.spec.unexpected)

    @property
    def runner_message(self) -> str | None:
        """What the runner said, unless it only repeats the findings, as after a body that passed."""
        red = [each.finding for each in self.red_findings]
        if red and self.spec.judgement.spec_outcome is Verdict.PASSED:
            return None
        said = {f"{finding.checker}: {finding.message}" for finding in red}
        return None if self.spec.message in said else self.spec.message

    @property
    def place(self) -> tuple[str, int | None]:
        """The file and line to point at: where the spec met its failure, as far as its message says."""
        found = _IN_FILE.match(self.spec.message or "")
        if found:
            return found["file"], int(found["line"])
        return self.spec.file, self.spec.line


def account_of(spec: Spec, entries: Iterable[Entry], problems: Sequence[str]) -> Account:
    by_seq = {entry.seq: entry for entry in entries}
    numbered = sorted(
        enumerate(spec.judgement.findings), key=lambda each: (each[1].expected, -each[1].verdict.severity)
    )
    return Account(
        spec=spec,
        findings=tuple(
            _explained(finding, spec.judgement.why.get(index), by_seq) for index, finding in numbered
        ),
        problems=tuple(problems),
    )


def _explained(finding: Finding, chain: tuple[Step, ...] | None, by_seq: dict[int, Entry]) -> Explained:
    if chain:
        return Explained(finding=finding, steps=chain, is_chain=True)
    proof = [by_seq[seq] for seq in finding.seqs if seq in by_seq][:_MOST_STEPS]
    steps = tuple(Step(t=each.t, lane=each.lane, text=str(words(each)), seq=each.seq) for each in proof)
    return Explained(finding=finding, steps=steps, is_chain=False)
