"""`lockstep deploy`: what it starts it knows again, and ends, whatever becomes of the one who started it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.deploy_cli import deploy_app
from harness.deployment import Deployment
from harness.deployment.process import Running, start
from harness.errors import DeploymentError, UnknownName

PROJECT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60


def lockstep(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.cli", "deploy", *words]
    return subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=2 * DEADLINE_S, check=False
    )


def asked(*words: str) -> Result:
    """Call a command in this process, which spares the start of another."""
    return CliRunner().invoke(deploy_app, words)


def until(holds: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline_s, f"not in {DEADLINE_S} s: {what}"


def processes_in(state_dir: Path) -> list[Running]:
    try:
        kept = json.loads((state_dir / "state.json").read_text())["processes"]
    except FileNotFoundError:
        return []
    return [Running(**each) for each in kept.values()]


@pytest.fixture
def state_dir(installed: None, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    asked("down", "--state-dir", str(tmp_path / "state"))


def test_up_status_env_and_down(state_dir: Path) -> None:
    here = ("--state-dir", str(state_dir))
    assert asked("status", *here).exit_code == 1
    up = lockstep("up", "--port", "0", *here)
    assert up.returncode == 0, up.stderr
    begun = processes_in(state_dir)
    assert [each.is_alive for each in begun] == [True] * 4
    again = asked("up", *here)
    assert again.output == f"deploy: already up at {Deployment.load(state_dir).url}\n"
    assert processes_in(state_dir) == begun

    told = asked("env", *here).output
    secrets = Deployment.load(state_dir).environment
    assert f"export LOCKSTEP_ALICE_PASSWORD={secrets['LOCKSTEP_ALICE_PASSWORD']}\n" in told
    said = up.stdout + up.stderr + again.output + asked("status", *here).output
    logs = "".join(log.read_text() for log in state_dir.glob("*.log"))
    assert [name for name in secrets if "PASSWORD" in name and secrets[name] in said + logs] == []
    assert (state_dir / "state.json").stat().st_mode & 0o777 == 0o600
    assert (state_dir / "tls" / "server.key").stat().st_mode & 0o777 == 0o600

    Deployment.load(state_dir).kill(2)
    half = asked("status", *here)
    assert (half.exit_code, "node-2: dead" in half.output, "node-1: up" in half.output) == (1, True, True)
    assert asked("up", *here).exit_code == 0
    assert asked("status", *here).exit_code == 0

    down = asked("down", *here)
    assert (down.exit_code, down.output.splitlines()[-1]) == (0, "deploy: down")
    assert [each.is_alive for each in begun] == [False] * 4
    assert asked("down", *here).output == f"deploy: no deployment in {state_dir}\n"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_whoever_starts_one_for_itself_takes_it_along(state_dir: Path, ending: signal.Signals) -> None:
    program = (
        "import sys, threading; from pathlib import Path; from harness.deployment import Deployment\n"
        "with Deployment.start(Path(sys.argv[1])):\n"
        "    print('up', flush=True)\n"
        # In steps: Python sees a signal that came just before a system call only when the call returns.
        "    while True: threading.Event().wait(0.1)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(state_dir)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        begun = processes_in(state_dir)
        assert len(begun) == 4
        owner.send_signal(ending)
    until(lambda: not any(each.is_alive for each in begun), "all four processes are gone")


def test_up_that_is_interrupted_leaves_nothing_behind(state_dir: Path) -> None:
    command = [sys.executable, "-m", "harness.cli", "deploy", "up", "--port", "0", "--state-dir"]
    up = subprocess.Popen([*command, str(state_dir)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    with up:
        until(lambda: len(processes_in(state_dir)) > 1 or up.poll() is not None, "a node is started")
        begun = processes_in(state_dir)
        up.send_signal(signal.SIGINT)
    assert up.returncode != 0
    assert begun
    assert [each.is_alive for each in begun] == [False] * len(begun)
    assert not (state_dir / "state.json").exists()


def test_a_port_that_is_taken_is_named(state_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = lockstep("up", "--port", str(port), "--state-dir", str(state_dir))
    assert refused.returncode == 2
    assert refused.stderr == f"lockstep: port {port} is in use: choose another with --port\n"


def test_a_node_that_does_not_start_is_quoted_and_nothing_stays(installed: None, tmp_path: Path) -> None:
    with pytest.raises(DeploymentError) as raised:
        Deployment.start(tmp_path, variables={"MAX_CONNECTIONS": "many"})
    assert str(raised.value) == (
        "node-1 ended: gateway: environment variable MAX_CONNECTIONS: Input should be a valid integer, "
        f"unable to parse string as an integer ({tmp_path}/node-1.log)"
    )
    assert processes_in(tmp_path) == []


def test_a_state_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"https_port": 1}')
    with pytest.raises(DeploymentError) as raised:
        Deployment.load(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}/state.json: cannot be read as the state of a deployment: 5 fields are wrong. "
        "End what runs by hand, and remove the folder."
    )


def test_env_without_a_deployment_says_how_to_start_one(tmp_path: Path) -> None:
    refused = lockstep("env", "--state-dir", str(tmp_path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (f"lockstep: no deployment in {tmp_path}: start one with `lockstep deploy up`\n")


def test_without_the_programs_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.deployment.programs._SYSTEM_DIRS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError) as raised:
        Deployment.start(tmp_path)
    assert str(raised.value) == (
        "not installed: redis-server, nginx. "
        "Run: sudo deploy/install (or: sudo apt-get install redis-server nginx)"
    )


def test_a_node_that_is_none_is_refused(deployment: Deployment) -> None:
    with pytest.raises(UnknownName, match=r"unknown node '3'\. Known: 1, 2\."):
        deployment.kill(3)


def test_a_pid_that_now_is_another_process_is_left_alone(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"]}
    mine = start(["sleep", "60"], environment=environment, cwd=tmp_path, log=tmp_path / "log", tied=True)
    try:
        stale = Running(pid=mine.pid, started_ticks=mine.started_ticks - 1)
        stale.kill()
        assert (stale.is_alive, mine.is_alive) == (False, True)
    finally:
        mine.kill()
    assert not mine.is_alive
