"""When the machine had no processor for those who wanted to run: time in which nobody could do anything."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from harness.journal.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved:
    """From `start` to `end`, `seconds` in all were spent in the run queue."""

    start: float
    end: float
    seconds: float

    @property
    def share(self) -> float:
        return min(self.seconds / (self.end - self.start), 1.0)


class Starvation:
    """Tells how long something took with the waiting for a processor taken out. Stretches do not overlap."""

    def __init__(self, stretches: Iterable[Starved] = ()) -> None:
        self._stretches = sorted((each for each in stretches if each.end > each.start), key=lambda s: s.start)
        self._ends = [each.end for each in self._stretches]

    def seconds(self, start: float, end: float) -> float:
        """How much of the time from `start` to `end` was spent waiting."""
        waited = 0.0
        for each in self._stretches[bisect_right(self._ends, start) :]:
            if each.start >= end:
                break
            waited += each.share * (min(each.end, end) - max(each.start, start))
        return waited

    def after(self, t: float, seconds: float) -> float:
        """When `seconds` without any waiting are over, from `t` on."""
        for each in self._stretches[bisect_right(self._ends, t) :]:
            begin = max(each.start, t)
            if t + seconds <= begin:
                break
            seconds, t = seconds - (begin - t), begin
            had = (each.end - t) * (1 - each.share)
            if seconds < had:
                return t + seconds / (1 - each.share)
            seconds, t = seconds - had, each.end
        return t + seconds

    def before(self, t: float, seconds: float) -> float:
        """When `seconds` without any waiting began, up to `t`."""
        mirrored = (
            Starved(start=-each.end, end=-each.start, seconds=each.seconds) for each in self._stretches
        )
        return -Starvation(mirrored).after(-t, seconds)


def starvation_of(marks: Iterable[Entry]) -> Starvation:
    """From `starved` marks, each of the stretch that ends with it."""
    told = ((mark.t, mark.get("within"), mark.get("seconds")) for mark in marks)
    return Starvation(
        Starved(start=t - within, end=t, seconds=seconds)
        for t, within, seconds in told
        if isinstance(within, int | float) and isinstance(seconds, int | float)
    )
