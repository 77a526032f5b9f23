"""Judges a whole history: every checker's verdict, what the spec expected to be found, one outcome."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.checkers import CHECKERS, CONTRACTUAL
from harness.checkers.verdicts import Finding, Result, Verdict
from harness.errors import UnknownName
from harness.journal.latencies import samples
from harness.journal.plain_latencies import plain_samples
from harness.journal.view import JournalView
from harness.journal.why import Step, why_change, why_entity, why_entries

FILE_NAME = "verdicts.json"
VERSION = 1
#: Name under which is said what was out of sight for several checkers.
OBSERVER = "observer"
_CHAINS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one spec.

    `outcome` is failed by any failed finding that was not `expected`, and by an expectation that was not met;
    else unknown when any checker could not tell; else passed. `expected` are checkers' names.
    """

    outcome: Verdict
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    expected: frozenset[str] = frozenset()

    def is_expected(self, finding: Finding) -> bool:
        return finding.checker in self.expected and finding.verdict is Verdict.FAILED and bool(finding.seqs)

    @property
    def unexpected(self) -> tuple[Finding, ...]:
        """The findings that count, the failed ones first."""
        counted = [each for each in self.findings if not self.is_expected(each)]
        return tuple(sorted(counted, key=lambda each: each.verdict is not Verdict.FAILED))


def judge(view: JournalView, expected: Collection[str] = ()) -> Judgement:
    """Run every checker over `view`; findings of the `expected` checkers are wanted, and must be there.

    Raises UnknownName for an expected checker that there is none of.
    """
    for name in expected:
        if name not in CHECKERS:
            raise UnknownName("checker", name, CHECKERS)
    results = tuple(_result(view, name) for name in CHECKERS)
    findings = [*_merged(view, results), *_unmet(results, expected)]
    judgement = Judgement(
        outcome=Verdict.PASSED, results=results, findings=tuple(findings), expected=frozenset(expected)
    )
    verdicts = {finding.verdict for finding in judgement.unexpected}
    worst = next((each for each in (Verdict.FAILED, Verdict.UNKNOWN) if each in verdicts), Verdict.PASSED)
    return replace(judgement, outcome=worst)


def _result(view: JournalView, name: str) -> Result:
    if view.terms.contract or name not in CONTRACTUAL:
        return CHECKERS[name](view)
    note = "not judged: the app keeps no contract that says what its events and rooms mean"
    return Result(checker=name, verdict=Verdict.PASSED, notes=(note,))


def _merged(view: JournalView, results: Iterable[Result]) -> Iterator[Finding]:
    """All findings; what was out of sight for many checkers is said once."""
    reasons = {gap.reason for gap in view.gaps()}
    blind: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in (each for result in results for each in result.findings):
        if finding.verdict is Verdict.UNKNOWN and finding.message in reasons:
            blind.setdefault((finding.message, finding.client), []).append(finding)
        else:
            yield finding
    for (message, _), findings in blind.items():
        names = ", ".join(finding.checker for finding in findings)
        yield replace(findings[0], checker=OBSERVER, message=f"{message} (not to be told: {names})")


def _unmet(results: Iterable[Result], expected: Collection[str]) -> Iterator[Finding]:
    for result in results:
        if result.checker in expected and result.verdict is Verdict.PASSED:
            message = f"the spec expects a finding of {result.checker}, and there is none"
            yield Finding(checker=result.checker, verdict=Verdict.FAILED, message=message)


# -- verdicts.json ---------------------------------------------------------------------------------------


def document(
    view: JournalView,
    judgement: Judgement,
    *,
    spec_outcome: str | None = None,
    duration_s: float | None = None,
) -> dict[str, Any]:
    """What stands in verdicts.json. Latency samples are by event, times in seconds of the journal.

    `why` explains findings by their index; `chains` follow each change, for the reader of the timeline.
    """
    chains = (_chain(view, each) for each in judgement.findings)
    return {
        "lockstep_verdicts": VERSION,
        "outcome": judgement.outcome.value,
        "spec": view.header.spec,
        "scenario": view.header.scenario,
        "seed": view.header.seed,
        "spec_outcome": spec_outcome,
        "duration_s": view.end if duration_s is None else duration_s,
        "expected": sorted(judgement.expected),
        "findings": [_finding(judgement, each) for each in judgement.findings],
        "checkers": {result.checker: result.verdict.value for result in judgement.results},
        "judged": {result.checker: result.judged for result in judgement.results},
        "notes": {result.checker: list(result.notes) for result in judgement.results if result.notes},
        "latency": _latency(view),
        "why": [
            {"finding": index, "steps": [step.document() for step in chain]}
            for index, chain in enumerate(chains)
            if chain
        ],
        "chains": [
            {
                "event": change.name,
                "entity": change.subject.id,
                "version": change.subject.version,
                "action": change.action.seq if change.action else None,
                "steps": [step.document() for step in why_change(view, change)],
            }
            for change in view.changes[:_CHAINS_MAX]
        ],
        "cut_off": view.journal.cut_off,
    }


def write_verdicts(
    directory: Path,
    view: JournalView,
    judgement: Judgement,
    *,
    spec_outcome: str | None = None,
    duration_s: float | None = None,
) -> Path:
    """Write verdicts.json into the spec's `directory`, in one step, so that nobody reads half of it."""
    told = document(view, judgement, spec_outcome=spec_outcome, duration_s=duration_s)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / FILE_NAME
    fresh = directory / f".{FILE_NAME}.new"
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier judgement knows that the journal does not."""

    outcome: str | None = None
    spec_outcome: str | None = None
    duration_s: float | None = None
    expected: frozenset[str] = frozenset()


def read_earlier(directory: Path) -> Earlier:
    """The earlier judgement of the spec in `directory`; an empty one when there is none that can be read."""
    try:
        told = json.loads((directory / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Earlier()
    if not isinstance(told, dict) or told.get("lockstep_verdicts") != VERSION:
        return Earlier()
    expected, duration_s = told.get("expected"), told.get("duration_s")
    return Earlier(
        outcome=told.get("outcome"),
        spec_outcome=told.get("spec_outcome"),
        duration_s=duration_s if isinstance(duration_s, int | float) else None,
        expected=frozenset(each for each in expected if each in CHECKERS)
        if isinstance(expected, list)
        else frozenset(),
    )


def _finding(judgement: Judgement, finding: Finding) -> dict[str, Any]:
    return {
        "checker": finding.checker,
        "verdict": finding.verdict.value,
        "message": finding.message,
        "seqs": list(finding.seqs),
        "entity": finding.entity,
        "client": finding.client,
        "expected": judgement.is_expected(finding),
    }


def _latency(view: JournalView) -> dict[str, list[dict[str, Any]]]:
    """The samples that measure the app; those that a fault or a driven clock made are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for sample in samples(view) if view.terms.contract else plain_samples(view):
        if sample.excused is None and sample.painted_t is not None:
            found.setdefault(sample.event, []).append(sample.document())
    return found


def _chain(view: JournalView, finding: Finding) -> tuple[Step, ...]:
    """The change behind a finding, where there is one, and the entries that prove it."""
    proof = why_entries(view, finding.seqs, entity=finding.entity)
    if finding.entity is None or not proof:
        return proof
    chain = why_entity(view, finding.entity, client=finding.client, until=proof[-1].t)
    told = {step.seq for step in chain}
    return tuple(sorted([*chain, *(step for step in proof if step.seq not in told)], key=lambda step: step.t))
