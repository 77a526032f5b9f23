"""How long changes took to reach the other screens: the parts of the way, and the distribution.

Counted, as the latency checker does, from the request on the wire to the paint: how long a hand took over
a drag says nothing about the app. What came before the request is told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from reports import fields
from reports.fields import Json

#: The parts of the way, each from one stamp to the next.
STAGES = (
    ("app", "action_t", "sent_t"),
    ("up", "sent_t", "server_t"),
    ("down", "server_t", "received_t"),
    ("paint", "received_t", "painted_t"),
)
_MOST_DOTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One event's latency from request to paint, in milliseconds."""

    event: str
    #: Sorted.
    totals_ms: tuple[float, ...]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    #: Stage -> median of those samples in which both of its ends are known.
    stages_ms: dict[str, float]
    budget_ms: float | None
    #: Samples that are no measure of the app, such as one that a fault delayed; they count in nothing else.
    excused: int = 0

    @property
    def over_budget(self) -> int:
        return sum(1 for each in self.totals_ms if self.budget_ms is not None and each > self.budget_ms)

    def as_json(self, samples: Sequence[Json] = ()) -> Json:
        """For the page: the figures, and the dots (thinned evenly when there are very many)."""
        return {
            **self.figures(),
            "max_ms": _rounded(self.totals_ms[-1]),
            "dots": [_rounded(each) for each in _thinned(self.totals_ms)],
            "samples": [_dot(each) for each in samples if _total_ms(each) is not None],
        }

    def figures(self) -> Json:
        return {
            "event": self.event,
            "count": len(self.totals_ms),
            "p50_ms": _rounded(self.p50_ms),
            "p95_ms": _rounded(self.p95_ms),
            "p99_ms": _rounded(self.p99_ms),
            "stages_ms": {stage: _rounded(value) for stage, value in self.stages_ms.items()},
            "budget_ms": self.budget_ms,
            "over_budget": self.over_budget,
            "excused": self.excused,
        }


def distribution(event: str, samples: Iterable[Json], *, budget_ms: float | None) -> Distribution | None:
    """The distribution of an event's samples; None when none has both a beginning and a paint."""
    timed = [(total, sample) for sample in samples if (total := _total_ms(sample)) is not None]
    known = [(total, sample) for total, sample in timed if not sample.get("excused")]
    totals = sorted(total for total, _ in known)
    if not totals:
        return None
    return Distribution(
        event=event,
        totals_ms=tuple(totals),
        p50_ms=percentile(totals, 50),
        p95_ms=percentile(totals, 95),
        p99_ms=percentile(totals, 99),
        stages_ms=_stages([sample for _, sample in known]),
        budget_ms=budget_ms,
        excused=len(timed) - len(known),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: a value that was really measured, also when there are few."""
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def _total_ms(sample: Json) -> float | None:
    told = fields.number(sample, "total_ms")
    starts = (_between_ms(sample, start, "painted_t") for start in ("sent_t", "server_t", "action_t"))
    return told if told is not None else next((each for each in starts if each is not None), None)


def _between_ms(sample: Json, start: str, end: str) -> float | None:
    first, last = fields.number(sample, start), fields.number(sample, end)
    return (last - first) * 1000 if first is not None and last is not None else None


def _stages(samples: Iterable[Json]) -> dict[str, float]:
    known: dict[str, list[float]] = {}
    for sample in samples:
        for stage, start, end in STAGES:
            taken = _between_ms(sample, start, end)
            if taken is not None:
                known.setdefault(stage, []).append(taken)
    return {stage: median(taken) for stage, taken in known.items()}


def _dot(sample: Json) -> Json:
    stages = {stage: _between_ms(sample, start, end) for stage, start, end in STAGES}
    seqs = [seq for seq in fields.items(sample, "seqs") if isinstance(seq, int)]
    return {
        "ms": _rounded(_total_ms(sample) or 0.0),
        "client": fields.text(sample, "client"),
        "entity": fields.text(sample, "entity"),
        "excused": fields.text(sample, "excused"),
        "seqs": seqs or [seq for seq in (fields.whole(sample, "seq"),) if seq is not None],
        "stages": {stage: _rounded(taken) for stage, taken in stages.items() if taken is not None},
    }


def _thinned(ordered: Sequence[float]) -> Sequence[float]:
    if len(ordered) <= _MOST_DOTS:
        return ordered
    last = len(ordered) - 1
    return [ordered[round(index * last / (_MOST_DOTS - 1))] for index in range(_MOST_DOTS)]


def _rounded(value: float) -> float:
    return round(value, 1)
