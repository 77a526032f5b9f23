"""Percentiles and parts of the way are those of the samples."""

from __future__ import annotations

import pytest

from reports.latency import distribution, percentile


def sample(start: float, *parts_ms: float) -> dict[str, float]:
    stamps = ["action_t", "sent_t", "server_t", "received_t", "painted_t"]
    times = [start]
    for part in parts_ms:
        times.append(times[-1] + part / 1000)
    return dict(zip(stamps, times, strict=True))


def test_percentiles_are_values_that_were_measured() -> None:
    ordered = [float(value) for value in range(1, 101)]
    assert [percentile(ordered, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 99) == 7.0
    assert percentile([1.0, 2.0], 50) == 1.0


def test_the_parts_of_the_way_and_the_budget() -> None:
    spread = distribution(
        "task:updated",
        [sample(1, 10, 1, 2, 7), sample(2, 20, 3, 4, 473), sample(3, 30, 5, 6, 9)],
        budget_ms=100,
    )
    assert spread is not None
    assert [round(total) for total in spread.totals_ms] == [10, 20, 480]
    assert {stage: round(value) for stage, value in spread.stages_ms.items()} == {
        "app": 20,
        "up": 3,
        "down": 4,
        "paint": 9,
    }
    assert spread.over_budget == 1


def test_a_sample_without_all_stamps_counts_where_it_can() -> None:
    whole, partial = sample(1, 10, 1, 2, 7), sample(2, 10, 1, 2, 27)
    del partial["server_t"]
    unpainted = {"action_t": 1.0, "sent_t": 1.1, "painted_t": None}
    unsent = {"action_t": 1.0, "painted_t": 2.0}
    spread = distribution("e", [whole, partial, unpainted, unsent], budget_ms=None)
    assert spread is not None
    assert spread.figures()["count"] == 3
    assert round(spread.totals_ms[-1]) == 1000
    assert round(spread.stages_ms["up"]) == 1
    assert spread.over_budget == 0


def test_excused_samples_are_counted_apart() -> None:
    slow = {**sample(1, 0, 0, 0, 900), "excused": "the fault hold hit bob"}
    spread = distribution("e", [sample(1, 0, 0, 0, 10), slow], budget_ms=500)
    assert spread is not None
    assert (len(spread.totals_ms), spread.excused, spread.over_budget) == (1, 1, 0)
    (_, shown) = spread.as_json([sample(1, 0, 0, 0, 10), slow])["samples"]
    assert shown["excused"] == "the fault hold hit bob"


def test_a_total_that_was_measured_is_taken_as_it_is() -> None:
    spread = distribution("e", [{**sample(1, 1, 1, 1, 1), "total_ms": 42.0}], budget_ms=None)
    assert spread is not None
    assert spread.totals_ms == (42.0,)


def test_no_sample_no_distribution() -> None:
    assert distribution("e", [{"action_t": 1.0}, {}], budget_ms=100) is None


def test_very_many_dots_are_thinned_evenly_and_keep_both_ends() -> None:
    spread = distribution("e", [sample(0, 0, 0, 0, ms) for ms in range(1, 10_001)], budget_ms=None)
    assert spread is not None
    shown = spread.as_json()["dots"]
    assert len(shown) == 400
    assert (shown[0], shown[-1]) == (pytest.approx(1), pytest.approx(10_000))
