"""What is read of a run directory, and what is said of one that is not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from synthetic_run import Story, crashed, duplicate, judged, morning, passing, set_up_error, write_run

from reports.errors import ReportError
from reports.journal_file import read_journal
from reports.run_files import read_run
from reports.verdict import Verdict


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    return tmp_path / "2026-11-23T09-12-44"


def test_a_run_is_read_whole(run_dir: Path) -> None:
    run = read_run(write_run(run_dir, morning()))
    assert (run.target, run.seed, run.workers, run.argv) == ("stub", 42, 2, ("specs", "--workers", "2"))
    assert run.problems == ()
    assert [spec.verdict for spec in run.specs].count(Verdict.PASSED) == 8
    red = {spec.slug.partition("--")[0]: spec.verdict for spec in run.specs if spec.verdict.is_red}
    assert red == {
        "sync-test_drag": Verdict.FAILED,
        "connection-test_badge": Verdict.FAILED,
        "recovery-test_loss": Verdict.FAILED,
        "polling-test_fallback": Verdict.ERROR,
        "recovery-test_restart": Verdict.UNKNOWN,
    }


def test_evidence_is_named_by_client(run_dir: Path) -> None:
    (spec,) = read_run(write_run(run_dir, [duplicate()])).specs
    assert {path.stem for path in spec.evidence.screenshots} == {"alice", "bob"}
    assert set(spec.evidence.traces) == {"alice", "bob"}
    assert [path.name for path in spec.evidence.others] == ["stub.log"]


def test_a_spec_that_never_ended_is_unknown_and_its_journal_is_cut_off(run_dir: Path) -> None:
    (spec,) = read_run(write_run(run_dir, [crashed()])).specs
    assert spec.verdict is Verdict.UNKNOWN
    assert spec.nodeid == "specs/recovery/test_restart.py::test_server_restarts_under_load"
    assert spec.problems == ("journal.jsonl is cut off: its last line has no end",)


def test_a_cut_off_journal_is_read_up_to_the_break(run_dir: Path) -> None:
    story = crashed()
    write_run(run_dir, [story])
    journal = read_journal(run_dir / story.slug)
    assert journal is not None
    assert story.journal is not None
    assert len(journal.entries) == len(story.journal.lines) - 1
    (problem,) = journal.problems
    assert problem.startswith(f"journal.jsonl is cut off in line {len(story.journal.lines) + 1}:")


def test_an_unreadable_line_in_the_middle_is_left_out_and_named(run_dir: Path) -> None:
    story = passing()
    write_run(run_dir, [story])
    path = run_dir / story.slug / "journal.jsonl"
    lines = path.read_text().splitlines()
    lines[4] = lines[4][:20]
    path.write_text("\n".join(lines) + "\n")
    journal = read_journal(path.parent)
    assert journal is not None
    assert len(journal.entries) == len(lines) - 2
    assert journal.problems == ("journal.jsonl has unreadable lines, which were left out: 5",)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "journal.jsonl is empty"),
        ("[1, 2]\n", "unreadable"),
        ('{"seq": 1, "t": 0.1, "lane": "alice", "kind": "badge"}\n', "has no header"),
        ('{"lockstep_journal": 1}\n{"seq": 1}\n', "1 lines without seq, t, lane and kind"),
        ('{"lockstep_journal": 1}\n' + "[" * 100_000 + "\n{}\n", "unreadable lines, which were left out: 2"),
        ('{"lockstep_journal": 1}\n{"seq": ' + "9" * 5000 + "}\n{}\n", "left out: 2"),
    ],
)
def test_a_journal_of_nonsense_has_a_problem_not_a_traceback(
    tmp_path: Path, content: str, problem: str
) -> None:
    (tmp_path / "journal.jsonl").write_text(content)
    journal = read_journal(tmp_path)
    assert journal is not None
    if problem == "unreadable":
        problem = "cut off in line 1"
    assert problem in " ".join(journal.problems)


def test_numbers_that_json_does_not_have_stay_text(tmp_path: Path) -> None:
    line = '{"seq": 1, "t": 0.5, "lane": "alice", "kind": "frame", "data": [NaN, 1e999, -Infinity, 0.5]}'
    (tmp_path / "journal.jsonl").write_text('{"lockstep_journal": 1}\n' + line + "\n")
    journal = read_journal(tmp_path)
    assert journal is not None
    assert journal.entries[0].raw["data"] == ["NaN", "1e999", "-Infinity", 0.5]


@pytest.mark.parametrize(("version", "advice"), [(0, "older"), (2, "newer"), ("1", "older"), (None, "older")])
def test_a_run_of_another_version_says_what_to_do(run_dir: Path, version: object, advice: str) -> None:
    write_run(run_dir, [passing()])
    head = json.loads((run_dir / "run.json").read_text())
    (run_dir / "run.json").write_text(json.dumps({**head, "lockstep_run": version}))
    with pytest.raises(ReportError, match=rf"run\.json: format {version!r}, .* reads format 1; .*{advice}"):
        read_run(run_dir)


def test_a_journal_of_another_version_is_told_of_its_spec_only(run_dir: Path) -> None:
    old, fine = passing(1), passing(2)
    assert old.journal is not None
    old.journal.header["lockstep_journal"] = 0
    first, second = read_run(write_run(run_dir, [old, fine])).specs
    assert "journal.jsonl: format 0" in first.problems[0]
    assert second.problems == ()
    with pytest.raises(ReportError, match="format 0"):
        read_journal(first.directory)


def test_no_run_at_all(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="not a run of Lockstep"):
        read_run(tmp_path)
    with pytest.raises(ReportError, match="no such directory"):
        read_run(tmp_path / "nowhere")


def test_a_run_without_run_json_is_made_of_its_folders(run_dir: Path) -> None:
    write_run(run_dir, [passing(), duplicate()])
    (run_dir / "run.json").unlink()
    (run_dir / "specs.jsonl").unlink()
    run = read_run(run_dir)
    assert len(run.specs) == 2
    assert run.problems == (
        "run.json is missing: target, seed and times are not known",
        "specs.jsonl is missing: the specs are those that left a folder",
    )


def test_a_run_that_crashed_says_so(run_dir: Path) -> None:
    write_run(run_dir, [passing()], ended=None)
    with (run_dir / "specs.jsonl").open("a") as lines:
        lines.write('{"nodeid": "specs/x.py::te')
    run = read_run(run_dir)
    assert len(run.specs) == 1
    assert run.problems == (
        "specs.jsonl is cut off in line 2: what came after it is not known",
        "the run did not come to its end: specs after the last one listed are not known",
    )


def test_specs_in_run_json_count_when_there_is_no_list_beside_it(run_dir: Path) -> None:
    line = {"nodeid": "specs/x.py::test_y", "slug": "x--test_y", "outcome": "failed", "duration_s": 1.0}
    write_run(run_dir, [], specs=[line])
    (run_dir / "specs.jsonl").unlink()
    assert [spec.verdict for spec in read_run(run_dir).specs] == [Verdict.FAILED]


@pytest.mark.parametrize("slug", ["../outside", "..", "a/b", "", "/etc", "a\\b", "\x00"])
def test_a_slug_never_leads_out_of_the_run(run_dir: Path, slug: str) -> None:
    write_run(run_dir, [])
    line = {"nodeid": "specs/x.py::test_y", "slug": slug, "outcome": "passed", "duration_s": 1.0}
    (run_dir / "specs.jsonl").write_text(json.dumps(line) + "\n")
    (spec,) = read_run(run_dir).specs
    assert spec.directory.parent == run_dir
    assert spec.directory.name == "specs-x.py-test_y"


def test_the_last_word_on_a_spec_counts(run_dir: Path) -> None:
    story = set_up_error()
    again = Story(nodeid=story.nodeid, slug=story.slug, outcome="passed")
    (spec,) = read_run(write_run(run_dir, [story, again])).specs
    assert spec.verdict is Verdict.PASSED


def test_a_spec_with_a_journal_that_nobody_judged_is_not_passed(run_dir: Path) -> None:
    story = passing()
    story.verdicts = None
    (spec,) = read_run(write_run(run_dir, [story])).specs
    assert spec.verdict is Verdict.UNKNOWN
    assert spec.problems == ("verdicts.json is missing: this spec was not judged",)


def test_verdicts_that_are_cut_off_are_unknown(run_dir: Path) -> None:
    story = passing()
    write_run(run_dir, [story])
    path = run_dir / story.slug / "verdicts.json"
    path.write_text(path.read_text()[:40])
    (spec,) = read_run(run_dir).specs
    assert spec.verdict is Verdict.UNKNOWN
    assert spec.problems == ("verdicts.json is cut off or no JSON",)


def test_fields_of_the_wrong_type_count_as_missing(run_dir: Path) -> None:
    story = passing()
    assert story.journal is not None
    nonsense = {
        "findings": [3, {"checker": 1, "seqs": "x", "verdict": "splendid"}],
        "checkers": [],
        "why": "no",
    }
    story.verdicts = judged(story.journal) | nonsense | {"latency": {"e": 4, "f": [1]}}
    (spec,) = read_run(write_run(run_dir, [story])).specs
    (finding,) = spec.judgement.findings
    assert (finding.checker, finding.verdict, finding.seqs) == ("unnamed checker", Verdict.UNKNOWN, ())
    assert spec.judgement.latency == {"e": (), "f": ()}


def test_the_link_latest_is_read_as_what_it_points_to(tmp_path: Path) -> None:
    write_run(tmp_path / "2026-11-23T09-12-44", [passing()])
    (tmp_path / "latest").symlink_to("2026-11-23T09-12-44")
    assert read_run(tmp_path / "latest").directory.name == "2026-11-23T09-12-44"
