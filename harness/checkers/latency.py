"""Latency: a change is painted on the other boards within its budget; faults and driven clocks aside."""

from __future__ import annotations

from harness.checkers.verdicts import Judging, Result
from harness.journal.entries import Sense
from harness.journal.latencies import Sample, quantile, samples
from harness.journal.view import JournalView

NAME = "latency"
#: With fewer samples a percentile says nothing: then one slow moment of the machine is forgiven.
_ENOUGH = 20
_SHOWN = 3


def check(view: JournalView) -> Result:
    """Judges from the request on the wire to the paint at everybody else, over all changes of the spec.

    The p95 of twenty and more; of fewer the second slowest; of a single one twice the budget is allowed.
    """
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    judged = [each for each in samples(view) if each.total_s is not None and not each.excused]
    judging.judged(len(judged))
    slow = sorted(judged, key=lambda each: -(each.total_s or 0.0))
    times = [each.total_s or 0.0 for each in judged]
    budget_s = view.terms.latency_s
    if len(times) >= _ENOUGH:
        measured, what, allowed_s = quantile(times, 0.95), "p95", budget_s
    elif len(times) > 1:
        measured, what, allowed_s = sorted(times)[-2], "second slowest", budget_s
    else:
        measured, what, allowed_s = max(times, default=0.0), "only one", 2 * budget_s
    if measured > allowed_s:
        judging.found(
            f"changes took {measured * 1000:.0f} ms to be painted ({what} of {len(times)}; "
            f"budget {budget_s * 1000:.0f} ms); the slowest: {_words(slow[0])}",
            [seq for each in slow[:_SHOWN] for seq in each.seqs],
            client=slow[0].client,
            entity=slow[0].entity,
        )
    return judging.result()


def _words(sample: Sample) -> str:
    parts = (f"{name} {length * 1000:.0f} ms" for name, length in sample.parts.items())
    return f"{sample.event} {sample.entity} at {sample.client}: {', '.join(parts)}"
