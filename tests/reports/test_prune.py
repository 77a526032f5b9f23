"""Old runs go, and nothing else."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from reports import prune_runs

DAY_S = 24 * 3600


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def make(runs: Path, stamp: str, *, size: int = 100, ended: bool = True, head: str | None = None) -> Path:
    run = runs / stamp
    (run / "spec").mkdir(parents=True)
    content = {"lockstep_run": 1} | ({"ended": "2026-11-23T10:00:00+00:00"} if ended else {})
    (run / "run.json").write_text(json.dumps(content) if head is None else head)
    (run / "spec" / "trace-alice.zip").write_bytes(b"x" * size)
    return run


def stamps(days: int) -> list[str]:
    return [f"2026-11-{day:02d}T09-00-00" for day in range(1, days + 1)]


def names(runs: Path) -> list[str]:
    return sorted(path.name for path in runs.iterdir())


def test_the_oldest_go_beyond_a_number(runs: Path) -> None:
    for stamp in stamps(5):
        make(runs, stamp)
    assert sorted(path.name for path in prune_runs(runs, keep=3)) == stamps(5)[:2]
    assert names(runs) == stamps(5)[2:]
    assert prune_runs(runs, keep=3) == []


def test_the_oldest_go_beyond_a_size(runs: Path) -> None:
    for stamp in stamps(4):
        make(runs, stamp, size=10_000)
    prune_runs(runs, max_bytes=25_000)
    assert names(runs) == stamps(4)[2:]


def test_the_newest_stays_however_large(runs: Path) -> None:
    make(runs, stamps(1)[0], size=10_000)
    assert prune_runs(runs, keep=0, max_bytes=1) == []


def test_what_latest_points_to_stays(runs: Path) -> None:
    for stamp in stamps(3):
        make(runs, stamp)
    (runs / "latest").symlink_to(stamps(3)[0])
    prune_runs(runs, keep=1)
    assert names(runs) == [stamps(3)[0], stamps(3)[2], "latest"]


def test_what_does_not_look_like_a_run_stays(runs: Path, tmp_path: Path) -> None:
    make(runs, "2026-11-01T09-00-00", head="{}")
    make(runs, "2026-11-02T09-00-00", head="[]")
    make(runs, "my-favourite-run")
    (runs / "2026-11-03T09-00-00").mkdir()
    (runs / "2026-11-04T09-00-00").write_text("a file")
    elsewhere = make(tmp_path / "elsewhere", "2026-11-05T09-00-00")
    (runs / "2026-11-05T09-00-00").symlink_to(elsewhere)
    newest = make(runs, "2026-11-06T09-00-00")
    before = names(runs)
    assert prune_runs(runs, keep=0, max_bytes=0) == []
    assert names(runs) == before
    assert newest.name in before
    assert (elsewhere / "spec" / "trace-alice.zip").exists()


def test_a_run_that_may_still_be_running_stays_and_one_that_crashed_goes(runs: Path) -> None:
    make(runs, stamps(4)[0], ended=False)
    crashed = make(runs, stamps(4)[1], head='{"lockstep_run": 1, "start')
    for path in (crashed / "run.json", crashed):
        os.utime(path, times=(time.time() - 2 * DAY_S,) * 2)
    make(runs, stamps(4)[2])
    make(runs, stamps(4)[3])
    prune_runs(runs, keep=1)
    assert names(runs) == [stamps(4)[0], stamps(4)[3]]


def test_runs_of_one_second_are_told_apart_by_their_number(runs: Path) -> None:
    for number in ("", "-2", "-10"):
        make(runs, f"2026-11-01T09-00-00{number}")
    prune_runs(runs, keep=1)
    assert names(runs) == ["2026-11-01T09-00-00-10"]


def test_what_an_interrupted_pruning_left_is_taken_away(runs: Path) -> None:
    make(runs, ".pruned-2026-11-01T09-00-00")
    make(runs, "2026-11-02T09-00-00")
    prune_runs(runs)
    assert names(runs) == ["2026-11-02T09-00-00"]


def test_no_folder_of_runs_is_nothing_to_do(runs: Path) -> None:
    assert prune_runs(runs) == []
