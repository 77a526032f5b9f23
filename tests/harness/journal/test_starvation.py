"""Time without the waiting for a processor, forwards and backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.journal.entries import SPEC, Entry, EntryKind
from harness.journal.starvation import Starvation, Starved, starvation_of

HALF = Starvation([Starved(start=10, end=20, seconds=5)])
WHOLE = Starvation([Starved(start=10, end=20, seconds=12)])


@pytest.mark.parametrize(
    ("start", "end", "seconds"), [(0, 10, 0), (0, 12, 1), (12, 16, 2), (18, 30, 1), (0, 30, 5), (20, 30, 0)]
)
def test_how_long_was_waited(start: float, end: float, seconds: float) -> None:
    assert HALF.seconds(start, end) == pytest.approx(seconds)


def test_nobody_waits_longer_than_the_time_is_long() -> None:
    assert WHOLE.seconds(0, 30) == pytest.approx(10)


@pytest.mark.parametrize(
    ("starvation", "t", "seconds", "over"),
    [
        (Starvation(), 3, 4, 7),
        (HALF, 3, 4, 7),
        (HALF, 8, 4, 14),
        (HALF, 12, 3, 18),
        (HALF, 16, 4, 22),
        (HALF, 25, 4, 29),
        (WHOLE, 8, 4, 22),
    ],
)
def test_when_so_much_time_is_over(starvation: Starvation, t: float, seconds: float, over: float) -> None:
    assert starvation.after(t, seconds) == pytest.approx(over)
    assert starvation.before(over, seconds) == pytest.approx(t)


@given(
    st.lists(st.tuples(st.floats(0.1, 3), st.floats(0, 0.95)), max_size=8), st.floats(0, 10), st.floats(0, 20)
)
def test_forth_and_back_is_where_it_was(shares: list[tuple[float, float]], t: float, seconds: float) -> None:
    stretches, now = [], 1.0
    for length, share in shares:
        stretches.append(Starved(start=now, end=now + length, seconds=share * length))
        now += length
    starvation = Starvation(stretches)
    over = starvation.after(t, seconds)
    assert over - t - starvation.seconds(t, over) == pytest.approx(seconds, abs=1e-6)
    assert starvation.before(over, seconds) == pytest.approx(t, abs=1e-6)


def test_marks_that_say_nothing_usable_are_passed_over() -> None:
    told = [{"within": 2.0, "seconds": 1.0}, {}, {"within": "?", "seconds": 1}, {"within": 0, "seconds": 0}]
    marks = [
        Entry(seq=n, t=5.0, lane=SPEC, kind=EntryKind.MARK, fields={"name": "starved", **fields})
        for n, fields in enumerate(told)
    ]
    assert starvation_of(marks).seconds(0, 10) == 1.0
