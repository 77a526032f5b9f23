"""Run directories: named by time, never shared, and found again by `latest`."""

from datetime import datetime
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.run_directory import create_run, drop_if_empty, point_latest, spec_directory

NOW = datetime(2026, 11, 23, 9, 12, 44)


def test_run_is_named_by_its_start_and_latest_points_to_it(tmp_path: Path) -> None:
    run = create_run(tmp_path, now=NOW)
    assert run.name == "2026-11-23T09-12-44"
    point_latest(run)
    assert (tmp_path / "latest").resolve() == run.resolve()


def test_second_run_of_the_same_second_gets_its_own_directory(tmp_path: Path) -> None:
    first = create_run(tmp_path, now=NOW)
    second = create_run(tmp_path, now=NOW)
    assert first != second
    point_latest(first)
    point_latest(second)
    assert (tmp_path / "latest").resolve() == second.resolve()


def test_only_a_run_that_nobody_needed_is_taken_away(tmp_path: Path) -> None:
    empty, used = create_run(tmp_path, now=NOW), create_run(tmp_path, now=NOW)
    (used / "stub-main.log").touch()
    for run in (empty, used, tmp_path / "gone"):
        drop_if_empty(run)
    assert list(tmp_path.iterdir()) == [used]


def test_place_that_holds_no_runs_is_a_wrong_option(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(UsageError, match=r"no run can be kept in .*runs: "):
        create_run(tmp_path / "runs")


@pytest.mark.parametrize(
    ("nodeid", "name"),
    [
        ("specs/drag/test_drag.py::test_moves[chromium]", "drag-test_drag--test_moves-chromium"),
        ("specs/a.py::TestX::test_y[a/b ../c]", "a--TestX-test_y-a-b-..-c"),
    ],
)
def test_spec_directory_is_readable_and_stays_inside_the_run(tmp_path: Path, nodeid: str, name: str) -> None:
    directory = spec_directory(tmp_path, nodeid)
    assert directory.name == name
    assert directory.parent == tmp_path


def test_long_spec_names_stay_apart(tmp_path: Path) -> None:
    long = "specs/a.py::test_" + "x" * 300
    assert spec_directory(tmp_path, long + "1") != spec_directory(tmp_path, long + "2")
    assert len(spec_directory(tmp_path, long).name) <= 140
