"""`lockstep check RUN`: judges saved runs again, and says what cannot be judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from harness.check_cli import check
from harness.errors import UsageError
from harness.journal.entries import EntryKind, Header
from harness.journal.writer import JournalWriter

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(check)


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args), env={"COLUMNS": "200"})


def journal(run_dir: Path, name: str, *, errors: int = 0) -> Path:
    header = Header(spec=f"specs/x.py::{name}", scenario="board/two_members", seed=42)
    with JournalWriter(run_dir / name / "journal.jsonl", header) as writer:
        writer.write("alice", EntryKind.CLIENT, person="alice", engine="chromium")
        for _ in range(errors):
            writer.write("alice", EntryKind.PAGE_ERROR, message="boom")
    return run_dir / name


def test_run_that_passed(tmp_path: Path) -> None:
    journal(tmp_path, "test_a")
    journal(tmp_path, "test_b")
    result = run(str(tmp_path))
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:]] == [
        ["specs/x.py::test_a", "passed"],
        ["specs/x.py::test_b", "passed"],
    ]


def test_failures_are_shown_with_their_evidence(tmp_path: Path) -> None:
    journal(tmp_path, "test_a")
    journal(tmp_path, "test_b", errors=1)
    result = run(str(tmp_path), "--quiet")
    assert result.exit_code == 1
    assert "test_a" not in result.stdout
    assert "FAILED specs/x.py::test_b" in result.stdout
    assert "health: alice's page threw: boom  (scenario board/two_members, seed 42)" in result.stdout
    assert "alice's page      error: boom" in result.stdout


def test_one_spec_and_one_journal(tmp_path: Path) -> None:
    journal(tmp_path, "test_a", errors=1)
    spec = journal(tmp_path, "test_b")
    assert run(str(spec)).exit_code == 0
    assert run(str(spec / "journal.jsonl")).exit_code == 0


def test_cut_off_journal_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    path = journal(tmp_path, "test_a", errors=1) / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-15])
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "the journal was cut off: line 4 is incomplete; judged as far as it goes" in result.stdout
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]))
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "observer (unknown): the journal breaks off: it has no end" in result.stdout


def test_journal_of_another_version_is_no_verdict(tmp_path: Path) -> None:
    journal(tmp_path, "test_a")
    (tmp_path / "test_b").mkdir()
    (tmp_path / "test_b" / "journal.jsonl").write_text('{"lockstep_journal": 9, "spec": "x"}\n')
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "was written by a newer Lockstep: its format is 9, this one reads 1" in result.stdout


def test_nothing_to_judge(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "nothing to judge"), (tmp_path / "nowhere", "there is no run")):
        result = run(str(path))
        assert isinstance(result.exception, UsageError)
        assert said in str(result.exception)


@pytest.mark.parametrize("write", [False, True])
def test_verdicts_are_written_when_asked_for_and_keep_what_the_run_knew(tmp_path: Path, write: bool) -> None:
    spec = journal(tmp_path, "test_a", errors=1)
    earlier = {"lockstep_verdicts": 1, "spec_outcome": "passed", "duration_s": 7.5, "expected": ["health"]}
    (spec / "verdicts.json").write_text(json.dumps(earlier))
    result = run(str(tmp_path), *(["--write"] if write else []))
    assert result.exit_code == 0
    assert "0 (+1 expected)" in result.stdout
    told = json.loads((spec / "verdicts.json").read_text())
    assert (told["spec_outcome"], told["duration_s"], told["expected"]) == ("passed", 7.5, ["health"])
    assert ("outcome" in told) is write
