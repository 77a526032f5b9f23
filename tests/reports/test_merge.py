"""Several runs become one, with all their evidence, and nothing of anybody's is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from synthetic_run import crashed, duplicate, lost_update, passing, write_run

from reports import ReportError, merge_runs, write_reports
from reports.run_files import read_run


@pytest.fixture
def shards(tmp_path: Path) -> list[Path]:
    first = write_run(tmp_path / "a" / "2026-11-23T09-12-44", [passing(1), duplicate()])
    second = write_run(
        tmp_path / "b" / "2026-11-23T09-12-50",
        [passing(1), lost_update(), crashed()],
        started="2026-11-23T09:12:50+00:00",
        ended="2026-11-23T09:14:00+00:00",
    )
    return [first, second]


def test_all_specs_are_there_and_say_where_they_come_from(shards: list[Path], tmp_path: Path) -> None:
    written = write_reports(shards, tmp_path / "merged", environment={})
    assert written.headline == "2 of 5 specs failed, 1 unknown"
    run = read_run(tmp_path / "merged")
    assert run.merged == ("2026-11-23T09-12-44", "2026-11-23T09-12-50")
    assert (run.started, run.ended) == ("2026-11-23T09:12:44+00:00", "2026-11-23T09:14:00+00:00")
    assert (run.target, run.seed, run.workers) == ("stub", 42, 4)
    assert {spec.slug: spec.run for spec in run.specs}["drag-test_drag--1-2"] == "2026-11-23T09-12-50"
    assert written.junit.read_text().count("<testsuite ") == 2


def test_the_merged_run_stands_alone(shards: list[Path], tmp_path: Path) -> None:
    write_reports(shards, tmp_path / "merged", environment={})
    report = json.loads((tmp_path / "merged" / "report.json").read_text())
    for spec in report["specs"]:
        for path in (*spec["screenshots"], *spec["traces"].values(), *spec["files"]):
            assert (tmp_path / "merged" / path).resolve().is_relative_to(tmp_path / "merged")
            assert (tmp_path / "merged" / path).is_file()
        assert (tmp_path / "merged" / spec["slug"] / "timeline.js").is_file()


def test_merging_changes_nothing_in_the_runs(shards: list[Path], tmp_path: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for shard in shards for path in shard.rglob("*") if path.is_file()}

    before = files()
    write_reports(shards, tmp_path / "merged", environment={})
    write_reports(shards, tmp_path / "merged", environment={})
    assert files() == before


def test_merging_again_replaces_the_earlier_merge(shards: list[Path], tmp_path: Path) -> None:
    write_reports(shards, tmp_path / "merged", environment={})
    (tmp_path / "merged" / "notes.txt").write_text("mine")
    written = write_reports(shards[:1], tmp_path / "merged", environment={})
    assert written.headline == "1 of 2 specs failed"
    folders = {path.name for path in (tmp_path / "merged").iterdir() if path.is_dir()}
    assert len(folders) == 2
    assert (tmp_path / "merged" / "notes.txt").read_text() == "mine"


def test_verdicts_stay_what_they_were(shards: list[Path], tmp_path: Path) -> None:
    verdicts = [spec.verdict for shard in shards for spec in read_run(shard).specs]
    merge_runs(shards, tmp_path / "merged")
    once = [spec.verdict for spec in read_run(tmp_path / "merged").specs]
    merge_runs([tmp_path / "merged"], tmp_path / "twice")
    twice = read_run(tmp_path / "twice").specs
    assert verdicts == once == [spec.verdict for spec in twice]
    assert {spec.run for spec in twice} == {"2026-11-23T09-12-44", "2026-11-23T09-12-50"}


def test_what_only_the_checkers_failed_can_be_judged_again_after_the_merge(
    shards: list[Path], tmp_path: Path
) -> None:
    merged = merge_runs(shards, tmp_path / "merged")
    for path in merged.glob("*/verdicts.json"):
        path.write_text(json.dumps({**json.loads(path.read_text()), "outcome": "passed", "findings": []}))
    again = {spec.slug: spec.verdict for spec in read_run(merged).specs if spec.by_checkers_alone}
    assert again
    assert set(again.values()) == {"passed"}


def test_one_run_named_twice_counts_once(shards: list[Path], tmp_path: Path) -> None:
    assert len(read_run(merge_runs([shards[0], shards[0]], tmp_path / "merged")).specs) == 2


def test_shards_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    shards = [write_run(tmp_path / name / "2026-11-23T09-12-44", [passing()]) for name in ("x", "y")]
    run = read_run(merge_runs(shards, tmp_path / "merged"))
    assert run.merged == ("x/2026-11-23T09-12-44", "y/2026-11-23T09-12-44")


def test_problems_of_the_runs_are_kept(shards: list[Path], tmp_path: Path) -> None:
    (shards[0] / "run.json").unlink()
    run = read_run(merge_runs(shards, tmp_path / "merged"))
    assert run.problems == ("2026-11-23T09-12-44: run.json is missing: target, seed and times are not known",)


def test_somebody_elses_directory_is_left_alone(shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("years of work")
    with pytest.raises(ReportError, match="is not empty"):
        merge_runs(shards, tmp_path / "home")
    with pytest.raises(ReportError, match="is not empty"):
        merge_runs(shards[:1], write_run(tmp_path / "2026-11-23T10-00-00", [passing()]))
    assert (tmp_path / "home" / "thesis.txt").read_text() == "years of work"


def test_a_merge_never_goes_into_or_over_its_runs(shards: list[Path], tmp_path: Path) -> None:
    for out in (shards[0], shards[0] / "report", tmp_path / "a"):
        with pytest.raises(ReportError, match="a directory of its own"):
            merge_runs(shards, out)


def test_links_in_a_run_are_not_followed(shards: list[Path], tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text("secret")
    (shards[0] / "drag-test_drag--1" / "leak.png").symlink_to(secret)
    merge_runs(shards, tmp_path / "merged")
    assert not list((tmp_path / "merged").rglob("leak.png"))
