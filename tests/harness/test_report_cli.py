"""`lockstep report` and `check`: what they write, merge and open, and what they say of a broken run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness import cli
from harness.errors import LockstepError

SAVED = Path(__file__).parents[2] / "fixtures" / "broken" / "saved"


#: Folder in fixtures/broken/saved -> exit code and words of `check`, exit code and words of `report`.
BROKEN = {
    "no_run": (2, "nothing to judge", 2, "it has no run.json and no spec's folder"),
    "run_of_an_older_version": (
        2,
        "run.json: format 0, this Lockstep reads format 1; it was written by an older Lockstep",
        2,
        "run.json: format 0, this Lockstep reads format 1; it was written by an older Lockstep",
    ),
    "run_of_a_newer_version": (2, "by a newer Lockstep: update this one", 2, "by a newer Lockstep"),
    "run_cut_off": (2, "nothing to judge", 0, "gap: specs.jsonl is cut off in line 2"),
    "journal_cut_off": (
        1,
        "the journal was cut off: line 4 is incomplete; judged as far as it goes",
        0,
        "journal.jsonl is cut off in line 4: what came after it is not known",
    ),
    "journal_of_an_older_version": (2, "its format is 0, this one reads 1", 0, "format 0"),
    "journal_without_header": (2, "its first line is no header", 0, "journal.jsonl has no header"),
}


def lockstep(*args: str) -> tuple[int, str]:
    """Exit code and everything said, as `harness.cli.main` does it."""
    result: Result = CliRunner().invoke(cli.app, list(args), env={"COLUMNS": "200"})
    if isinstance(result.exception, LockstepError):
        return result.exception.exit_code, f"{result.output}lockstep: {result.exception}\n"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def make(run: Path, *names: str, outcome: str = "passed") -> Path:
    run.mkdir(parents=True)
    head = {"lockstep_run": 1, "started": "2026-11-23T09:12:44+00:00", "ended": "2026-11-23T09:13:32+00:00"}
    (run / "run.json").write_text(json.dumps(head))
    specs = ({"nodeid": f"specs/x.py::{each}", "slug": each, "outcome": outcome} for each in names)
    (run / "specs.jsonl").write_text("".join(json.dumps(spec) + "\n" for spec in specs))
    return run


def test_every_broken_run_has_its_words_here() -> None:
    assert {each.name for each in SAVED.iterdir()} == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_run_is_one_message(tmp_path: Path, name: str) -> None:
    run = Path(shutil.copytree(SAVED / name, tmp_path / name))
    check_code, check_words, report_code, report_words = BROKEN[name]
    code, said = lockstep("check", str(run))
    assert (code, check_words in said) == (check_code, True), said
    code, said = lockstep("report", str(run))
    assert (code, report_words in said) == (report_code, True), said
    assert (run / "report.html").is_file() is (code == 0)
    assert len(said.splitlines()) == 1 or code == 0, said


@pytest.mark.parametrize(
    ("command", "words"), [("check", "there is no run nowhere"), ("report", "nowhere: no such directory")]
)
def test_run_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = lockstep(command, "nowhere")
    assert (code, words in said) == (2, True), said
    code, said = lockstep(command)
    assert (code, "latest" in said) == (2, True), said


def test_latest_is_reported_without_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make(tmp_path / "runs" / "2026-11-23T09-12-44", "test_a")
    (tmp_path / "runs" / "latest").symlink_to("2026-11-23T09-12-44")
    monkeypatch.chdir(tmp_path)
    code, said = lockstep("report")
    assert code == 0
    assert said == "1 of 1 spec passed\nreport: runs/2026-11-23T09-12-44/report.html\n"


@pytest.mark.parametrize("out", [[], ["--out", "together"]])
def test_several_runs_are_merged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, out: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    make(Path("one"), "test_a", "test_b")
    make(Path("two"), "test_c", outcome="failed")
    place = out[-1] if out else "runs/merged"
    for _ in range(2):
        code, said = lockstep("report", "one", "two", *out)
        assert code == 0, said
        assert said == f"1 of 3 specs failed\nreport: {place}/report.html\n"
    assert not Path("one", "report.html").exists()


def test_nothing_of_anybody_else_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    run = make(tmp_path / "run", "test_a")
    code, said = lockstep("report", str(run), "--out", str(tmp_path / "mine"))
    assert (code, "is not empty and no earlier merge" in said) == (2, True), said


def test_report_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    run = make(tmp_path / "run", "test_a")
    (run / "report.html").mkdir()
    code, said = lockstep("report", str(run))
    assert (code, "report.html" in said, len(said.splitlines())) == (2, True, 1), said


def test_open_shows_the_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = make(tmp_path / "run", "test_a")
    opened: list[str] = []
    answers = [True, False]
    monkeypatch.setattr("webbrowser.open", lambda url: (opened.append(url), answers.pop(0))[1])
    assert lockstep("report", str(run), "--open")[0] == 0
    assert opened == [(run / "report.html").as_uri()]
    code, said = lockstep("report", str(run), "--open")
    assert (code, "no browser to open" in said) == (2, True), said


def test_a_check_knows_its_own_options(tmp_path: Path) -> None:
    code, said = lockstep("check", "--help")
    assert (code, "--write" in said) == (0, True)
    code, said = lockstep("check", str(SAVED / "journal_cut_off"), "--wite")
    assert (code, "No such option: --wite" in said) == (2, True), said
