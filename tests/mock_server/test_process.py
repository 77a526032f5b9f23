"""`python -m mock_server`: it says when it is ready, why it cannot start, and leaves nothing behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

DEADLINE_S = 30.0

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(ui_dir: Path, scenarios_root: Path) -> Iterator[Start]:
    """Start the stub with the tests' scenarios and a frontend; ends what is still running after the test."""
    running: list[subprocess.Popen[str]] = []
    clean = {name: value for name, value in os.environ.items() if name not in ("PORT", "JWT_SECRET")}

    def run(*arguments: str, environ: dict[str, str] | None = None) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-W",
            "error",
            "-m",
            "mock_server",
            "--fixtures",
            str(scenarios_root.parent),
        ]
        defaults = ["--scenario", "tiny", "--port", "0", "--ui-port", "0", "--ui-dir", str(ui_dir)]
        process = subprocess.Popen(
            [*command, *defaults, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean, **(environ or {})},
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


def ready(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def refusal(process: subprocess.Popen[str]) -> str:
    """Return the one line that a process which could not start said."""
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("lockstep serve: ")
    return line


def test_ready_line_and_both_ports(start: Start) -> None:
    process = start("--json", "--control-token", "given")
    said = ready(process)
    assert said["pid"] == process.pid
    assert (said["scenario"], said["control_token"]) == ("tiny", "given")
    state = httpx.get(f"{said['gateway_url']}/__stub__/state", headers={"X-Stub-Token": "given"}).json()
    assert (state["ui_url"], list(state["people"])) == (said["ui_url"], ["eve"])
    page = httpx.get(f"{said['ui_url']}/projects/p1")
    assert page.text.startswith("<!doctype html>")
    assert httpx.get(f"{said['ui_url']}/env.json").json()["NEXT_PUBLIC_API_URL"] == said["gateway_url"]


def test_people_get_two_urls_and_the_scenario(start: Start) -> None:
    process = start()
    assert process.stdout is not None
    lines = [process.stdout.readline().split() for _ in range(3)]
    assert [line[0] for line in lines] == ["frontend", "gateway", "scenario"]
    assert lines[2][1] == "tiny"
    assert httpx.get(f"{lines[1][1]}/health").json()["status"] == "healthy"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, "stdin"])
def test_it_ends_when_told_and_leaves_no_port_bound(start: Start, ending: Any) -> None:
    process = start("--json", "--exit-with-parent")
    said = ready(process)
    with socket.create_connection(("127.0.0.1", port_of(said["gateway_url"]))) as idle:
        polling = httpx.get(f"{said['gateway_url']}/socket.io/?EIO=4&transport=polling")
        assert polling.status_code == 200
        if ending == "stdin":
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None
        else:
            process.send_signal(ending)
        _, err = process.communicate(timeout=5)
        idle.settimeout(DEADLINE_S)
        with contextlib.suppress(ConnectionError):
            assert idle.recv(1) == b""
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "destroyed" not in err
    for url in (said["gateway_url"], said["ui_url"]):
        assert not is_listening(port_of(url))


def test_stdin_is_of_no_interest_otherwise(start: Start) -> None:
    process = start("--json")
    said = ready(process)
    assert process.stdin is not None
    process.stdin.close()
    process.stdin = None
    assert httpx.get(f"{said['gateway_url']}/health").status_code == 200
    assert process.poll() is None


@pytest.mark.parametrize("option", ["--port", "--ui-port"])
def test_a_taken_port(start: Start, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(start(option, str(port)))
    assert f"127.0.0.1:{port}" in line
    assert line.endswith(f"in use; choose another {option}")


def test_an_unknown_scenario(start: Start) -> None:
    assert "Did you mean 'tiny'?" in refusal(start("--scenario", "tinny"))


def test_a_bad_scenario_names_its_lines(start: Start, scenarios_root: Path) -> None:
    (scenarios_root / "bad.yaml").write_text("people: {eve: }\nrules: [{on: 'task:updat'}]\nprojcts: []\n")
    line = refusal(start("--scenario", "bad"))
    assert "bad.yaml:2" in line
    assert "bad.yaml:3" in line


def test_faults_that_only_specs_carry_out_are_named_in_one_line(start: Start, scenarios_root: Path) -> None:
    (scenarios_root / "bad_line.yaml").write_text(
        "people: {eve: }\nfaults: [drop: {to: eve}, slow: {who: eve, delay_ms: 5}, refuse: ]\n"
    )
    process = start("--scenario", "bad_line", "--json")
    assert ready(process)["scenario"] == "bad_line"
    assert process.stderr is not None
    said = [process.stderr.readline(), process.stderr.readline()]
    assert [each for each in said if each.startswith("lockstep serve: ")] == [
        "lockstep serve: left out are the scenario's faults, which specs carry out: drop, slow, refuse\n"
    ]


def test_a_handler_that_cannot_be_loaded(start: Start, scenarios_root: Path) -> None:
    (scenarios_root / "my_rules.py").write_text("import nowhere_at_all\n\ndef on_new(request): ...\n")
    file = scenarios_root / "tiny.yaml"
    file.write_text(file.read_text() + "rules: [{on: GET /api/new, handler: 'my_rules.py:on_new'}]\n")
    line = refusal(start())
    said = "my_rules.py:1: cannot be loaded: ModuleNotFoundError: No module named 'nowhere_at_all'"
    assert line.endswith(said)


def test_no_frontend_build(start: Start, tmp_path: Path) -> None:
    assert "scripts/setup" in refusal(start("--ui-dir", str(tmp_path)))


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("MAX_CONNECTIONS", "0"), ("REQUIRE_AUTH", "maybe")]
)
def test_a_wrong_variable_is_named(start: Start, name: str, value: str) -> None:
    assert f"environment variable {name}: " in refusal(start(environ={name: value}))


def test_environment_wins_over_the_scenario_and_flags_over_both(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environ = {
            "PORT": str(taken.getsockname()[1]),
            "REQUIRE_AUTH": "false",
            "CORS_ORIGIN": "https://app.example",
            "RATE_LIMIT_ENABLED": "true",
            "RATE_LIMIT_MAX": "2",
            "JWT_SECRET": "short",
        }
        said = ready(start("--json", environ=environ))
    headers = {"Origin": "https://app.example"}
    answers = [httpx.get(f"{said['gateway_url']}/api/projects", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["Access-Control-Allow-Origin"] == "https://app.example"


def test_log_lines_hold_no_secret(start: Start) -> None:
    process = start("--json")
    said = ready(process)
    login = {"email": "eve@example.com", "password": "eve-has-a-secret"}
    httpx.post(f"{said['gateway_url']}/api/auth/login", json=login)
    httpx.get(f"{said['gateway_url']}/nothing")
    process.terminate()
    _, err = process.communicate(timeout=DEADLINE_S)
    assert "unscripted call method=GET path=/nothing" in err
    assert "eve-has-a-secret" not in err


def test_a_changed_scenario_is_taken_over_when_it_is_watched(start: Start, scenarios_root: Path) -> None:
    process = start("--json", "--watch", "--control-token", "given")
    said = ready(process)
    file = scenarios_root / "tiny.yaml"
    file.write_text(file.read_text() + "rules: [{on: GET /api/new, reply: [1]}]\n")
    wait = {"for": {"journal": {"kind": "reload", "ok": True}}, "timeout_ms": 20_000}
    headers = {"X-Stub-Token": "given"}
    answer = httpx.post(
        f"{said['gateway_url']}/__stub__/wait", json=wait, headers=headers, timeout=DEADLINE_S
    )
    assert answer.json()["met"]
    assert httpx.get(f"{said['gateway_url']}/api/new").json() == [1]
    process.terminate()
    _, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    assert "reloaded scenario=tiny rules=1" in err
    assert "Traceback" not in err


def test_a_near_miss_is_one_line_that_says_all(start: Start, scenarios_root: Path) -> None:
    file = scenarios_root / "tiny.yaml"
    file.write_text(file.read_text() + "rules:\n  - {on: GET /api/task/*, reply: [1]}\n")
    process = start("--json")
    said = ready(process)
    httpx.get(f"{said['gateway_url']}/api/tasks/t1")
    process.terminate()
    _, err = process.communicate(timeout=DEADLINE_S)
    (line,) = [line for line in err.splitlines() if "near miss" in line]
    assert "WARNING near miss: GET /api/tasks/t1 of somebody unknown: " in line
    assert line.endswith(
        "tiny.yaml:4: rule 0 (on GET /api/task/*) was not used: "
        "the path is '/api/tasks/t1', and the rule is on '/api/task/*'"
    )
