"""The lockstep command: what it hands on to pytest and the stub, and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import harness.doctor
from harness import cli
from harness.doctor import Check, Status

RunPytest = Callable[..., list[str]]


@pytest.fixture
def handed_to_pytest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunPytest:
    """Runs `lockstep run` in a folder with specs/ and returns the arguments that pytest would get."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "test_drag.py").touch()
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    handed_on: list[str] = []

    def run_pytest(args: list[str]) -> int:
        handed_on.extend(args)
        return 0

    monkeypatch.setattr(cli, "run_pytest", run_pytest)

    def run(*args: str) -> list[str]:
        result = CliRunner().invoke(cli.app, ["run", *args])
        assert result.exit_code == 0, result.output
        return handed_on

    return run


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        ([], ["specs"]),
        (["specs/test_drag.py"], ["specs/test_drag.py"]),
        (["specs/test_drag.py::test_x"], ["specs/test_drag.py::test_x"]),
        (["-k", "drag and not x", "-m", "smoke"], ["-k", "drag and not x", "-m", "smoke", "specs"]),
        (["--workers", "1"], ["specs"]),
        (["--workers", "3"], ["--numprocesses", "3", "specs"]),
        (["--headed", "--slowmo", "300"], ["--headed", "specs", "--slowmo", "300"]),
        (["--target", "local"], ["--target", "local", "specs"]),
        (
            ["--browser", "firefox", "--browser", "chromium"],
            ["--browser", "firefox", "--browser", "chromium", "specs"],
        ),
        (["-x", "--tracing=on", "--runs-dir", "out"], ["specs", "-x", "--tracing=on", "--runs-dir", "out"]),
        (["--runs-dir", "runs"], ["specs", "--runs-dir", "runs"]),
        (["specs"], ["specs"]),
    ],
)
def test_run_hands_on_to_pytest(handed_to_pytest: RunPytest, given: list[str], handed_on: list[str]) -> None:
    assert handed_to_pytest(*given) == handed_on


def test_serve_becomes_the_stub(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[str] = []
    monkeypatch.setattr(cli.os, "execv", lambda _, command: became.extend(command))
    CliRunner().invoke(cli.app, ["serve", "--scenario", "demo", "--help"])
    assert became == [sys.executable, "-m", "mock_server", "--scenario", "demo", "--help"]


def lockstep(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real command, as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["run"], "lockstep: there is no specs/ here."),
        (["run", "--browser", "netscape"], "'netscape' is not one of 'chromium'"),
        (["run", "--workers", "0"], "--workers"),
        (["scenario", "show", "dmo"], "demo"),
        (["dance"], "dance"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(tmp_path: Path, args: list[str], words: str) -> None:
    done = lockstep(*args, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("status", "code"), [(Status.OK, 0), (Status.NOTE, 0), (Status.WRONG, 2)])
def test_doctor_ends_with_2_when_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, status: Status, code: int
) -> None:
    check = Check(name="weather", status=status, found="rain", fix="wait")
    monkeypatch.setattr(harness.doctor, "examine", lambda: [check])
    result = CliRunner().invoke(cli.app, ["doctor"])
    assert result.exit_code == code
    assert "weather: wait" in result.output
    as_json = CliRunner().invoke(cli.app, ["doctor", "--json"])
    assert as_json.exit_code == code
    assert json.loads(as_json.output) == [
        {"name": "weather", "status": status.value, "found": "rain", "fix": "wait"}
    ]
