"""What is said of a run as a whole: counts, one sentence, durations, latency over all specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from reports import fields
from reports.fields import Json
from reports.latency import Distribution, distribution
from reports.run_model import Run, Spec
from reports.verdict import Verdict

#: The order in which verdicts are counted out: what needs somebody's eyes comes first.
ORDER = (
    Verdict.FAILED,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.ENVIRONMENT,
    Verdict.PASSED,
    Verdict.SKIPPED,
)
_REDDEST_FIRST = (Verdict.FAILED, Verdict.ERROR, Verdict.UNKNOWN, Verdict.ENVIRONMENT)


def counts(run: Run) -> dict[Verdict, int]:
    counted = Counter(spec.verdict for spec in run.specs)
    return {verdict: counted[verdict] for verdict in ORDER}


def headline(run: Run) -> str:
    """The run in one sentence: `3 of 100 specs failed, 1 unknown`."""
    counted, total = counts(run), len(run.specs)
    noun = "spec" if total == 1 else "specs"
    red = [verdict for verdict in _REDDEST_FIRST if counted[verdict]]
    if not total:
        return "No specs were run"
    if not red:
        skipped = f", {counted[Verdict.SKIPPED]} skipped" if counted[Verdict.SKIPPED] else ""
        return f"{counted[Verdict.PASSED]} of {total} {noun} passed{skipped}"
    first, *rest = red
    said = f"{counted[first]} of {total} {noun} {first}"
    if first is Verdict.ERROR:
        said = f"{_said(first, counted[first])} in {total} {noun}"
    return ", ".join([said, *(_said(verdict, counted[verdict]) for verdict in rest)])


def _said(verdict: Verdict, count: int) -> str:
    plural = "s" if verdict is Verdict.ERROR and count > 1 else ""
    return f"{count} {verdict}{plural}"


def run_duration_s(run: Run) -> float | None:
    """From the run's start to its end; without an end, the specs' own times summed up."""
    try:
        if run.started and run.ended:
            return (datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)).total_seconds()
    except (ValueError, TypeError):
        return None
    return sum(spec.duration_s for spec in run.specs) or None


def duration_text(seconds: float | None) -> str | None:
    """`0.42 s`, `48.0 s`, `12 min 05 s`."""
    if seconds is None:
        return None
    if seconds >= 60:
        return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"


def run_latency(specs: Iterable[Spec]) -> list[Distribution]:
    """The latency of each event over all specs, slowest first; the strictest budget counts."""
    samples: dict[str, list[Json]] = {}
    budgets: dict[str, list[float]] = {}
    for spec in specs:
        budget_ms = fields.number(fields.table(spec.header, "budgets"), "update_latency_p95_ms")
        for event, each in spec.judgement.latency.items():
            samples.setdefault(event, []).extend(each)
            if budget_ms is not None:
                budgets.setdefault(event, []).append(budget_ms)
    spreads = (
        distribution(event, each, budget_ms=min(budgets.get(event, []), default=None))
        for event, each in samples.items()
    )
    return sorted((each for each in spreads if each is not None), key=lambda each: -each.p95_ms)
