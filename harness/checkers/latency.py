"""Latency: a change is painted on the other boards within its budget; faults and driven clocks aside."""

from __future__ import annotations

from harness.checkers.verdicts import Judging, Result
from harness.journal.entries import Sense
from harness.journal.latencies import Sample, quantile, samples
from harness.journal.plain_latencies import plain_samples
from harness.journal.view import JournalView

NAME = "latency"
#: With fewer moments a percentile says nothing: then one slow moment of the machine is forgiven.
_ENOUGH = 20
#: Changes so close together meet the same machine: a burst is one moment, not fifty.
_MOMENT_S = 1.0
_SHOWN = 3


def check(view: JournalView) -> Result:
    """Judges from the request on the wire to the paint at everybody else, over all changes of the spec.

    Changes within a second are one moment, as slow as the slowest of them. Of twenty moments and more the
    p95 has to be within the budget; of fewer the second slowest; a single one may take twice as long.
    """
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    measured_by = samples(view) if view.terms.contract else plain_samples(view)
    judged = [each for each in measured_by if each.total_s is not None and not each.excused]
    judging.judged(len(judged))
    moments = _moments(view, judged)
    budget_s = view.terms.latency_s
    if len(moments) >= _ENOUGH:
        measured, what, allowed_s = quantile(moments, 0.95), "p95", budget_s
    elif len(moments) > 1:
        measured, what, allowed_s = sorted(moments)[-2], "second slowest", budget_s
    else:
        measured, what, allowed_s = max(moments, default=0.0), "only one", 2 * budget_s
    if measured > allowed_s:
        slow = sorted(judged, key=lambda each: -(each.total_s or 0.0))
        judging.found(
            f"changes took {measured * 1000:.0f} ms to be painted ({what} of {len(moments)}; "
            f"budget {budget_s * 1000:.0f} ms); the slowest: {_words(slow[0])}",
            [seq for each in slow[:_SHOWN] for seq in each.seqs],
            client=slow[0].client,
            entity=slow[0].entity,
        )
    return judging.result()


def _moments(view: JournalView, judged: list[Sample]) -> list[float]:
    """The slowest change of each moment, in order of time."""
    found: list[tuple[float, float]] = []
    for sample in sorted(judged, key=lambda each: each.started):
        took_s = view.took(sample.started, sample.started + (sample.total_s or 0.0))
        if found and sample.started - found[-1][0] <= _MOMENT_S:
            found[-1] = (found[-1][0], max(found[-1][1], took_s))
        else:
            found.append((sample.started, took_s))
    return [slowest for _, slowest in found]


def _words(sample: Sample) -> str:
    parts = (f"{name} {length * 1000:.0f} ms" for name, length in sample.parts.items())
    return f"{sample.event} {sample.entity} at {sample.client}: {', '.join(parts)}"
