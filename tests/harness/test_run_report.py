"""What a pytest run leaves and says: its account, its reports, its progress; and when it leaves nothing."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from as_a_user import user_environment

_DEADLINE_S = 120

#: A stage without browsers: what makes a test a spec is that it asks for one.
CONFTEST = """
import json
import pytest
from harness.pytest_plugin import run_directory
from harness.run_directory import spec_directory

@pytest.fixture
def stage(request, lockstep_settings):
    folder = spec_directory(run_directory(request.config), request.node.nodeid)
    folder.mkdir(parents=True)
    return folder
"""

SPECS = """
import pytest

def test_passes(stage): pass

def test_fails(stage):
    assert "seen" == "expected"

def test_is_skipped(stage): pytest.skip("not today")

@pytest.mark.xfail(reason="bug 7")
def test_fails_as_expected(stage): assert False

@pytest.fixture
def broken(): raise OSError("no set-up")

def test_is_not_set_up(stage, broken): pass

@pytest.fixture
def untidy():
    yield
    raise OSError("no tear-down")

def test_fails_twice(stage, untidy): assert False, "first"

def test_without_a_stage(): pass
"""

JUDGED = """
def test_unknown(stage):
    verdicts = {"lockstep_verdicts": 1, "outcome": "unknown", "spec_outcome": "passed", "findings": [
        {"checker": "observer", "verdict": "unknown", "message": "nothing was seen", "seqs": []}]}
    (stage / "verdicts.json").write_text(json.dumps(verdicts))

def test_with_a_broken_journal(stage):
    (stage / "journal.jsonl").write_text('{"lockstep_journal": 1, "spec": "x"}\\n{"seq": 1, "t"')
"""


def arguments(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "no:playwright", "test_it.py", *options]


def environment(**more: str) -> dict[str, str]:
    return user_environment("GITHUB", "FORCE_COLOR", "NO_COLOR", "COLUMNS", **more)


def run(folder: Path, specs: str, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(specs)
    return subprocess.run(
        arguments(*options),
        cwd=folder,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_DEADLINE_S,
    )


def latest(folder: Path) -> Path:
    return (folder / "runs" / "latest").resolve(strict=True)


def lines_of(run_dir: Path) -> dict[str, dict[str, Any]]:
    lines = map(json.loads, (run_dir / "specs.jsonl").read_text().splitlines())
    return {line["nodeid"].partition("::")[2]: line for line in lines}


def test_run_is_written_down_and_reported(tmp_path: Path) -> None:
    ran = run(tmp_path, SPECS, "--scenario-seed", "7", FORCE_COLOR="1")
    assert ran.returncode == 1, ran.stdout
    made = latest(tmp_path)
    head = json.loads((made / "run.json").read_text())
    assert head["started"] < head["ended"]
    assert (head["target"], head["seed"], head["workers"]) == ("stub", 7, 1)
    assert head["argv"][-3:] == ["test_it.py", "--scenario-seed", "7"]
    lines = lines_of(made)
    assert {name: (line["outcome"], line.get("message")) for name, line in lines.items()} == {
        "test_passes": ("passed", None),
        "test_fails": (
            "failed",
            "test_it.py:7: AssertionError: assert 'seen' == 'expected'\n  \n  - expected\n  + seen",
        ),
        "test_is_skipped": ("skipped", "not today"),
        "test_fails_as_expected": ("skipped", "failed as expected: bug 7"),
        "test_is_not_set_up": ("error", "test_it.py:15: OSError: no set-up"),
        "test_fails_twice": (
            "failed",
            "test_it.py:24: AssertionError: first\nassert False\n"
            "and in its teardown: test_it.py:22: OSError: no tear-down",
        ),
    }
    assert lines["test_fails"]["slug"] == "test_it--test_fails"
    assert lines["test_fails"]["line"] == 6
    assert {"report.html", "junit.xml", "report.json", "summary.md"} <= {path.name for path in made.iterdir()}
    assert ran.stdout.splitlines()[-2:] == [
        "2 of 6 specs failed, 1 error",
        f"report: runs/{made.name}/report.html",
    ]


def test_red_is_said_at_once_in_plain_lines(tmp_path: Path) -> None:
    ran = run(tmp_path, SPECS, "--color=no", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b" not in ran.stdout
    said = ran.stdout.splitlines()
    at = said.index("FAILED   test_it.py::test_fails")
    assert said[at + 1] == "         test_it.py:7: AssertionError: assert 'seen' == 'expected'"
    assert said[at + 2].startswith("2/7 specs  1 failed  1 passed")
    assert not any(line.startswith("test_it.py .") for line in said), "pytest's letters beside ours"


def test_on_a_terminal_a_line_follows_the_suite_and_goes(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(SPECS)
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        arguments(), cwd=tmp_path, env=environment(TERM="xterm"), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = b""
    try:
        while block := os.read(terminal, 65536):
            written += block
    except OSError:
        pass  # so a terminal ends whose last writer is gone
    os.close(terminal)
    assert process.wait(timeout=_DEADLINE_S) == 1
    said = written.decode()
    assert "━" in said
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    assert "FAILED   test_it.py::test_fails\r\n" in shown
    assert said.rindex("\x1b[?25h") < said.index("= FAILURES"), "the cursor is back before the summary"
    assert shown.rstrip().endswith("report.html")


@pytest.mark.parametrize("option", ["-v", "-q", "-s"])
def test_other_verbosity_leaves_the_terminal_to_pytest(tmp_path: Path, option: str) -> None:
    ran = run(tmp_path, "def test_passes(stage): pass", option)
    assert "1/1 specs" not in ran.stdout
    assert re.search(r"^test_it\.py(::test_passes PASSED| ?\.)|^\. +\[100%\]", ran.stdout, re.MULTILINE), (
        ran.stdout
    )
    assert ran.stdout.splitlines()[-1].startswith("report: ")


def test_verdict_of_the_checkers_counts_and_a_broken_journal_is_a_gap(tmp_path: Path) -> None:
    ran = run(tmp_path, "import json" + JUDGED)
    assert ran.returncode == 0, "the exit code is pytest's"
    assert "UNKNOWN  test_it.py::test_unknown\n         observer: nothing was seen\n" in ran.stdout
    assert "the report has a gap: test_it--test_with_a_broken_journal: journal.jsonl is cut off" in ran.stdout
    assert lines_of(latest(tmp_path))["test_unknown"]["outcome"] == "passed", "this is what pytest said"
    assert "\n2 of 2 specs unknown\nreport: " in ran.stdout


@pytest.mark.parametrize(("body", "code"), [("pass", 0), ("assert False", 1)])
def test_report_that_fails_is_one_line_and_changes_nothing(tmp_path: Path, body: str, code: int) -> None:
    ran = run(tmp_path, f"def test_it(stage):\n    (stage.parent / 'report.html').mkdir()\n    {body}")
    assert ran.returncode == code
    assert ("1 passed" if code == 0 else "1 failed") in ran.stdout
    *_, why, where = ran.stdout.splitlines()
    assert why.startswith("no report: ")
    assert "report.html" in why
    assert where == f"results: {latest(tmp_path)}"
    assert "Traceback" not in ran.stdout


def test_run_that_cannot_be_kept_runs_nevertheless(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    stage = "import pytest\n@pytest.fixture\ndef stage(lockstep_settings): pass\n"
    ran = run(tmp_path, stage + "def test_it(stage): pass")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("no report: no run can be kept in ")


@pytest.mark.parametrize(
    ("specs", "options"),
    [
        ("def test_unit(): pass", []),
        ("def test_unit(): pass", ["-n", "1"]),
        (SPECS, ["--collect-only"]),
        (SPECS, ["-k", "without_a_stage"]),
    ],
)
def test_session_without_a_spec_leaves_nothing(tmp_path: Path, specs: str, options: list[str]) -> None:
    ran = run(tmp_path, specs, *options)
    assert ran.returncode == 0, ran.stdout
    runs = tmp_path / "runs"
    assert not runs.exists() or not list(runs.iterdir())
    assert "report" not in ran.stdout


def test_specs_of_workers_are_all_there_even_when_one_worker_dies(tmp_path: Path) -> None:
    dies = "import os\ndef test_dies(stage): os._exit(3)\n"
    ran = run(tmp_path, dies + SPECS, "-n", "2")
    assert ran.returncode == 1, ran.stdout
    made = latest(tmp_path)
    outcomes = {name: line["outcome"] for name, line in lines_of(made).items()}
    assert len(outcomes) == 7
    assert (outcomes["test_dies"], outcomes["test_fails"]) == ("error", "failed")
    assert json.loads((made / "run.json").read_text())["workers"] == 2
    assert len([each for each in made.parent.iterdir() if not each.is_symlink()]) == 1, "all share one run"
    assert ran.stdout.splitlines()[-1] == f"report: runs/{made.name}/report.html"


def test_interrupted_spec_is_unknown_and_the_run_has_an_end(tmp_path: Path) -> None:
    ran = run(tmp_path, "def test_a(stage): pass\ndef test_b(stage): raise KeyboardInterrupt")
    assert ran.returncode == 2
    made = latest(tmp_path)
    assert json.loads((made / "run.json").read_text())["ended"]
    line = lines_of(made)["test_b"]
    assert (line["outcome"], line["message"]) == ("unknown", "the run was ended before this spec was")
    assert "\n1 of 2 specs unknown\nreport: " in ran.stdout


def test_github_is_told_on_the_page_of_the_job(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    ran = run(tmp_path, SPECS, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert "\n::error file=test_it.py,line=7,title=failed%3A" in ran.stdout.replace(": ", "%3A")
    assert "2 of 6 specs failed" in page.read_text()
    assert ran.stdout.splitlines()[-1].startswith("report: ")


def test_old_runs_go_and_this_one_stays(tmp_path: Path) -> None:
    for day in range(1, 23):
        old = tmp_path / "runs" / f"2025-11-{day:02d}T09-00-00"
        old.mkdir(parents=True)
        (old / "run.json").write_text('{"lockstep_run": 1, "ended": "2025-11-30T10:00:00+00:00"}')
    ran = run(tmp_path, "def test_it(stage): pass")
    assert "removed 3 old runs" in ran.stdout
    assert (latest(tmp_path) / "report.html").is_file()
    assert len([each for each in (tmp_path / "runs").iterdir() if not each.is_symlink()]) == 20


def test_secrets_in_a_message_are_masked(tmp_path: Path) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl"
    run(tmp_path, f"def test_it(stage): raise OSError('refused {token}')")
    (line,) = lines_of(latest(tmp_path)).values()
    assert line["message"] == "test_it.py:1: OSError: refused [redacted]"
