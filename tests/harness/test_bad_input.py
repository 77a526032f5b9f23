"""A user's mistake is answered with one clear message and exit code 2, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from as_a_user import user_environment

PROJECT = Path(__file__).resolve().parents[2]
_DEADLINE_S = 60

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SPEC = """
import pytest
from harness import Client, Stage

@pytest.mark.scenario({scenario!r})
def test_something(stage: Stage[Client]) -> None:
    {body}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_it(
        *options: str, scenario: str = "board/two_members", body: str = "pass", **env: str
    ) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_it.py").write_text(SPEC.format(scenario=scenario, body=body))
        command = [sys.executable, "-m", "harness.cli", "run", "test_it.py", *options]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=_environment(**env),
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
        )

    return run_it


def _environment(**more: str) -> dict[str, str]:
    return user_environment(**{"LOCKSTEP_FIXTURES": str(PROJECT / "fixtures"), **more})


@pytest.mark.parametrize("workers", ["1", "2"])
def test_unknown_scenario(run: Run, workers: str) -> None:
    ran = run("--workers", workers, scenario="board/two_membres")
    _expect(ran, "unknown scenario 'board/two_membres'. Did you mean 'board/two_members'?")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_unknown_target(run: Run, workers: str) -> None:
    _expect(run("--workers", workers, "--target", "stubb"), "unknown target 'stubb'. Did you mean 'stub'?")


def test_unknown_client(run: Run) -> None:
    ran = run(body="stage.client('alcie')")
    _expect(ran, "unknown person of scenario 'board/two_members' 'alcie'. Did you mean 'alice'?")
    assert "test_it.py:7" in ran.stdout, "the line of the spec is named"


def test_unknown_project(run: Run) -> None:
    _expect(run(body="stage.client('alice', project='atlsa')"), "Did you mean 'atlas'?")


def test_unknown_browser(run: Run) -> None:
    ran = run("--browser", "chromum")
    assert ran.returncode == 2
    assert "chromum" in ran.stderr
    assert "chromium" in ran.stderr


def test_spec_without_a_scenario(run: Run, tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text("def test_none(stage): pass\n")
    _expect(run("test_none.py"), "test_none.py::test_none[chromium] names no scenario")


def test_malformed_scenario(run: Run, tmp_path: Path) -> None:
    scenarios = tmp_path / "fixtures" / "scenarios"
    scenarios.mkdir(parents=True)
    (scenarios / "bad.yaml").write_text("people:\n  alice: {rolle: admin}\n")
    (tmp_path / "fixtures" / "targets").symlink_to(PROJECT / "fixtures" / "targets")
    ran = run(scenario="bad", LOCKSTEP_FIXTURES=str(tmp_path / "fixtures"))
    _expect(ran, "bad.yaml:2: people.alice.rolle:")
    assert "Did you mean 'role'?" in ran.stdout


@pytest.mark.parametrize("workers", ["1", "2"])
def test_browser_that_cannot_start(run: Run, tmp_path: Path, workers: str) -> None:
    broken = tmp_path / "chromium"
    broken.write_text(
        "#!/bin/sh\necho 'error while loading shared libraries: libnss3.so: none' >&2\nexit 127\n"
    )
    broken.chmod(0o755)
    ran = run("--workers", workers, LOCKSTEP_BROWSER=str(broken))
    _expect(ran, "the library libnss3.so is missing")


def test_headed_without_a_display(run: Run) -> None:
    _expect(run("--headed", DISPLAY="", WAYLAND_DISPLAY=""), "xvfb-run -a lockstep run --headed")


def test_client_name_taken_twice(run: Run) -> None:
    body = "stage.client('alice', visit=False); stage.client('alice', visit=False)"
    _expect(run(body=body), "there is a client 'alice' already")


def test_event_that_nobody_answers_fails_the_spec_whatever_it_asserts(run: Run, tmp_path: Path) -> None:
    body = (
        "alice = stage.client('alice'); "
        "alice.page.evaluate(\"window.websocketService.send('task:udpate', {})\"); "
        "stage.stub.wait_for_entry(kind='unscripted')"
    )
    ran = run(body=body)
    assert ran.returncode == 1
    assert "task:udpate" in ran.stdout
    assert "\n1 of 1 spec failed\n" in ran.stdout
    assert "scenario board/two_members, seed 42" in ran.stdout
    left = next((tmp_path / "runs" / "latest").resolve().glob("*/stub.log")).parent
    assert str(left) in ran.stdout
    assert {"alice.png", "stub.log", "trace-alice.zip"} <= {path.name for path in left.iterdir()}


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    body = (
        "stage.client('alice'); print('PORT', stage.stub.gateway_url, flush=True); "
        "stage.stub.wait_for_join('alice', 'project:never', timeout_ms=50_000)"
    )
    (tmp_path / "test_it.py").write_text(SPEC.format(scenario="board/two_members", body=body))
    command = [sys.executable, "-m", "harness.cli", "run", "test_it.py", "-s"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = next(line for line in process.stdout if "PORT" in line).split()[-1]
    port = int(url.rsplit(":", 1)[1])
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=_DEADLINE_S)
    assert process.returncode == 2
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    with pytest.raises(ConnectionRefusedError), socket.socket() as probe:
        probe.connect(("127.0.0.1", port))


def _expect(ran: subprocess.CompletedProcess[str], message: str) -> None:
    said = ran.stdout + ran.stderr
    assert message in said, said
    assert ran.returncode == 2, said
    assert "Traceback" not in said, said
    assert said.count(message) <= 2, "the same message again and again"
