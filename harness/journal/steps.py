"""A value that changes over time: what it was at any moment, and for how long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Generic[T]):
    """`value` held from `start` until `end` (seconds since the spec's start); entry `seq` began it."""

    start: float
    end: float
    value: T
    seq: int | None = None

    @property
    def duration(self) -> float:
        return self.end - self.start

    def overlaps(self, start: float, end: float) -> bool:
        return self.start < end and start < self.end


class Steps(Generic[T]):
    """A step function of time: `initial` until the first of `changes` (t, value, seq)."""

    def __init__(self, initial: T, changes: Iterable[tuple[float, T, int | None]] = ()) -> None:
        self._initial = initial
        self._changes = sorted(changes, key=lambda change: change[0])
        self._times = [t for t, _, _ in self._changes]

    def at(self, t: float) -> T:
        """The value at `t`; a change at `t` itself has happened."""
        index = bisect_right(self._times, t)
        return self._changes[index - 1][1] if index else self._initial

    def seq_at(self, t: float) -> int | None:
        """The entry that made the value what it is at `t`; None for the initial one."""
        index = bisect_right(self._times, t)
        return self._changes[index - 1][2] if index else None

    @property
    def times(self) -> tuple[float, ...]:
        return tuple(self._times)

    def spans(self, until: float, *, since: float = 0.0) -> Iterator[Span[T]]:
        """The stretches of equal value between `since` and `until`, without gaps."""
        start, value, seq = since, self.at(since), self.seq_at(since)
        for t, new, new_seq in self._changes:
            if t <= since or new == value:
                continue
            if t >= until:
                break
            yield Span(start=start, end=t, value=value, seq=seq)
            start, value, seq = t, new, new_seq
        if start < until:
            yield Span(start=start, end=until, value=value, seq=seq)


def joined_steps(moments: Iterable[float], value_at: Callable[[float], U]) -> Steps[U]:
    """The step function whose value can change only at `moments`, where `value_at` tells it."""
    times = sorted(set(moments))
    return Steps(value_at(times[0] - 1.0 if times else 0.0), [(t, value_at(t), None) for t in times])
