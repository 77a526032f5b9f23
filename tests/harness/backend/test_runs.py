"""Runs against a deployment, as a person starts them: what is the environment's is not the app's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ports import free_port

from harness.scenario import read_scenario
from harness.stub import StubControl, StubProcess
from tests.harness.backend.conftest import FIXTURES, PASSWORDS, target_text

Run = Callable[..., Any]

SPEC = """
import os
import signal
import pytest
from harness import Client, Stage

class Board(Client):
    def wait_ready(self):
        self.page.get_by_test_id("board").wait_for()

@pytest.fixture(scope="session")
def client_type():
    return Board

def test_it(stage: Stage[Board]) -> None:
    {body}
"""


@pytest.fixture
def run_against(run_specs: Run, tmp_path: Path, server: StubProcess) -> Run:
    """Run a spec with the given body against the server, with `lines` over its target file."""

    def run_it(body: str, *options: str, url: str | None = None) -> Any:
        text = target_text(server, url=url).replace("join_event: 'join:project'", "")
        (tmp_path / "mine.yaml").write_text(text)
        return run_specs(SPEC.replace("{body}", body), "--target", "mine.yaml", *options, **PASSWORDS)

    return run_it


def test_a_spec_passes_without_a_stub_and_one_that_needs_it_is_skipped(run_against: Run) -> None:
    ran = run_against('alice, bob = stage.clients("alice", "bob", project="atlas"); stage.settled()')
    assert ran.code == 0, ran.output
    assert ran.verdicts()["outcome"] == "passed"
    settled = [each for each in ran.journal() if each.get("name") == "settled"]
    assert settled
    assert not any(each["exact"] for each in settled)

    ran = run_against("stage.stub.connections()")
    assert "1 skipped" in ran.output
    assert '"skipped"' in (ran.run / "specs.jsonl").read_text()
    reason = "not on target mine: it has no stub, whose control API the spec uses"
    assert reason in (ran.run / "specs.jsonl").read_text()


_MAKES_A_TASK = """alice = stage.client("alice", project="atlas")
    alice.page.get_by_role("button", name="New task").click()
    alice.page.get_by_label("Title").fill("Not to be")
    alice.page.get_by_role("button", name="Save").click()
    alice.page.get_by_role("article", name="Not to be").wait_for(timeout=4000)
    {more}"""


@pytest.mark.parametrize("more", ["pass", "assert False"])
def test_nothing_is_written_where_nothing_may_be(run_against: Run, server: StubProcess, more: str) -> None:
    with StubControl(server.gateway_url, server.control_token) as control:
        before = control.tasks("atlas")
        ran = run_against(_MAKES_A_TASK.replace("{more}", more))
        assert control.tasks("atlas") == before
    line = (ran.run / "specs.jsonl").read_text()
    assert '"outcome": "skipped"' in line, ran.output
    assert "not on target mine: the spec writes (alice: task:create), and the target allows no writes" in line


def test_a_fault_of_the_stub_skips_the_spec_and_one_of_the_page_does_not(run_against: Run) -> None:
    ran = run_against('alice = stage.client("alice", project="atlas"); stage.faults.restart()')
    assert (
        "not on this target: restart is carried out by a stub, and it has none"
        in (ran.run / "specs.jsonl").read_text()
    )


def test_an_address_at_which_nobody_is_ends_the_run_with_3(run_against: Run) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ran = run_against("pass", url=url)
    assert ran.code == 3, ran.output
    assert f"lockstep: the frontend of target mine: {url}/ cannot be reached: " in ran.output
    assert "FAILED" not in ran.output


def test_a_deployment_that_goes_away_in_the_middle_is_no_bug_of_the_app(
    run_specs: Run, tmp_path: Path
) -> None:
    with StubProcess(fixtures_dir=FIXTURES, log_path=tmp_path / "server.log") as process:
        with StubControl(process.gateway_url, process.control_token) as control:
            control.reset(read_scenario("demo", FIXTURES / "scenarios").document())
        text = target_text(process).replace("join_event: 'join:project'", "")
        (tmp_path / "mine.yaml").write_text(text)
        body = f"""alice = stage.client("alice", project="atlas")
    os.kill({process.pid}, signal.SIGKILL)
    alice.page.get_by_text("Something that never comes").wait_for(timeout=300)"""
        ran = run_specs(SPEC.replace("{body}", body), "--target", "mine.yaml", **PASSWORDS)
    assert ran.code == 3, ran.output
    assert "environment" in ran.output
    assert "1 of 1 spec environment" in ran.output
    line = (ran.run / "specs.jsonl").read_text()
    assert '"outcome": "environment"' in line
    assert "cannot be reached" in line


def test_an_address_that_looks_like_production_is_refused(run_against: Run) -> None:
    ran = run_against("pass", url="https://app.devmentor.example")
    assert ran.code == 2, ran.output
    assert "https://app.devmentor.example (target mine) looks like production" in ran.output
    assert "If you mean it, say --yes-really." in ran.output
