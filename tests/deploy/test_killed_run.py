"""A run that is killed in the middle leaves its world; `lockstep clean` leaves all as it was before it."""

from __future__ import annotations

import os
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from specs_run import DEADLINE_S, lockstep, start

from harness.clients.browsers import Engine
from harness.deployment import Deployment
from tests.harness.conftest import found_or_skip

SPEC = "specs/sync/test_updates.py"
_POLL_S = 0.05


@pytest.fixture
def alice(deployment: Deployment) -> Iterator[httpx.Client]:
    """Alice at the REST API, signed in."""
    trust = ssl.create_default_context(cafile=str(deployment.ca_path))
    with httpx.Client(base_url=deployment.url, verify=trust, trust_env=False, timeout=20) as http:
        password = deployment.environment["LOCKSTEP_ALICE_PASSWORD"]
        login = http.post("/api/auth/login", json={"email": "alice@example.com", "password": password})
        http.headers["Authorization"] = f"Bearer {login.json()['data']['token']}"
        yield http


def all_of(alice: httpx.Client) -> dict[str, Any]:
    """Every project that alice can see, whole, with its tasks, epics and sprints."""
    projects = alice.get("/api/projects").json()["data"]
    return {
        each["id"]: [each]
        + [
            alice.get(f"/api/projects/{each['id']}/{part}").json()["data"]
            for part in ("tasks", "epics", "sprints")
        ]
        for each in projects
    }


def eventually(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, what()
        threading.Event().wait(_POLL_S)


def descendants(pid: int) -> list[int]:
    """The process and all that it has started, as the kernel has it now."""
    found = [pid]
    for each in found:
        tasks = Path(f"/proc/{each}/task")
        for children in tasks.glob("*/children") if tasks.is_dir() else []:
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue  # ended meanwhile
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_clean_leaves_the_deployment_as_it_was_before_a_run_that_was_killed(
    deployment: Deployment, alice: httpx.Client, tmp_path: Path
) -> None:
    found_or_skip(Engine.CHROMIUM)
    own = alice.post("/api/projects", json={"name": "Of a person", "description": "not of a run"})
    alice.post(f"/api/projects/{own.json()['data']['id']}/tasks", json={"title": "Stays"})
    before = all_of(alice)

    run = start(deployment, "run", SPEC, "--target", "cluster", "--runs-dir", tmp_path)
    killed: list[int] = []
    try:
        boards = lambda: list(tmp_path.glob("2*/*/journal.jsonl"))  # noqa: E731 # a name for one look
        eventually(
            lambda: bool(boards()) and '"badge"' in boards()[-1].read_text(encoding="utf-8"),
            lambda: f"no board was seen in {tmp_path}; the run's exit code: {run.poll()}",
        )
        killed = descendants(run.pid)
    finally:
        for pid in killed or [run.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        run.communicate(timeout=DEADLINE_S)
    eventually(lambda: not any(map(is_alive, killed)), lambda: f"{killed} do not end")

    left = all_of(alice)
    made = [each[0] for project, each in left.items() if project not in before]
    assert [each["name"] for each in made] == ["Atlas"], "the run was killed before or behind its spec"
    assert "[lockstep " in made[0]["description"]

    code, said = lockstep(deployment, "clean", "cluster")
    assert (code, said.strip().splitlines()[-1]) == (0, "1 removed"), said
    assert all_of(alice) == before
    assert lockstep(deployment, "clean", "cluster") == (0, "nothing was left\n")
