"""Hundreds of made-up calls, good and bad, of all that /openapi.json says: the stub does what it says there.

Schemathesis makes them, always the same; it runs as a process of its own, as does the stub.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from harness.stub import StubControl, StubProcess

_CONFIG = Path(__file__).with_name("schemathesis.toml")
_DEADLINE_S = 300
_GROWTH_MB = 8
_MANY_CALLS = 100

_TODOS = {
    "model": "collection",
    "collections": {
        "todo": {"versions": True, "items": [{"id": "milk", "title": "Buy milk"}]},
        "lot": {"ids": "number", "key": "nr", "to": "room:{seller}"},
    },
}


def make_calls(url: str, folder: Path, *options: str) -> None:
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(_CONFIG), "run"]
    command += [f"{url}/openapi.json", "--max-examples", "5", "--generation-deterministic"]
    command += ["--continue-on-failure", "--no-color", *options]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_DEADLINE_S)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def assert_nothing_went_wrong(control: StubControl) -> None:
    calls = control.journal(kind="rest")
    assert len(calls) > _MANY_CALLS
    assert [call for call in calls if call["status"] >= 500] == []
    assert control.journal(kind="error") == []


def test_it_answers_as_it_says_and_neither_fails_nor_grows(
    process: StubProcess,
    control: StubControl,
    begin_anew: Callable[..., None],
    login: Callable[[], str],
    memory_mb: Callable[[], float],
    assert_good_clients_are_served: Callable[[], None],
    tmp_path: Path,
) -> None:
    url = process.gateway_url
    bearer = f"Authorization: Bearer {login()}"
    make_calls(url, tmp_path, "--phases", "coverage,fuzzing", "--header", bearer)
    assert_nothing_went_wrong(control)
    assert_good_clients_are_served()
    # What everybody may do, so that no call ends at the door.
    begin_anew(require_auth=False)
    before_mb = memory_mb()
    make_calls(url, tmp_path, "--phases", "fuzzing,stateful")
    assert_nothing_went_wrong(control)
    begin_anew()
    assert memory_mb() - before_mb < _GROWTH_MB
    assert_good_clients_are_served()


def test_collections_answer_as_they_say(process: StubProcess, control: StubControl, tmp_path: Path) -> None:
    control.reset(_TODOS)
    make_calls(process.gateway_url, tmp_path, "--phases", "coverage,fuzzing,stateful")
    assert_nothing_went_wrong(control)
    assert {call["status"] for call in control.journal(kind="rest")} >= {200, 201, 400, 404, 409}
