"""A probe of a target finds what is there, what is otherwise than its file says, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ports import free_port

from harness.doctor import Status
from harness.stub import StubControl, StubProcess
from harness.target import Target, load_target
from harness.target_check import Facts, check_target, filled_in
from tests.harness.backend.conftest import FIXTURES, PASSWORDS, deployment, server

__all__ = ["deployment", "server"]

Make = Callable[..., Target]
Probe = Callable[[Target], Facts]
WRITES = "world: {by: rest}\nwrites: {allowed: true}\n"


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    for name, value in PASSWORDS.items():
        monkeypatch.setenv(name, value)
    return lambda target: check_target(target, tmp_path / "frontend.log", said=lambda _check: None)


def lines(facts: Facts) -> dict[str, str]:
    return {each.name: f"{each.status} {each.found}" for each in facts.checks}


def test_a_target_that_is_as_its_file_says(deployment: Make, probe: Probe, server: StubProcess) -> None:
    target = deployment(WRITES)
    facts = probe(target)
    said = lines(facts)
    assert not [each for each in facts.checks if each.status is not Status.OK], said
    assert said["sign-in"] == "ok alice, bob (token)"
    assert said["recovery"] == "ok not offered: clients refetch"
    assert said["echo"] == "ok room"
    assert said["acks"] == "ok {ok, data}, as the contract says"
    assert said["lens"] == "ok finds 1 items in 3 columns"
    assert said["transport"] == "ok websocket"
    assert said["badge"] == "ok Live"
    with StubControl(server.gateway_url, server.control_token) as control:
        told = [entry for entry in control.journal(kind="join") if str(entry["room"]).startswith("project:")]
    assert {entry["user"] for entry in told} == {"alice", "bob"}


def test_what_is_otherwise_is_named_and_stands_right_in_the_file_that_is_written(
    deployment: Make, probe: Probe, tmp_path: Path
) -> None:
    target = deployment(f"{WRITES}contract: {{echo: others, badge_live: Connected}}\n")
    facts = probe(target)
    said = lines(facts)
    assert said["echo"] == "wrong room, and the file says others"
    assert said["badge"] == "wrong Live, and the file says Connected"
    assert not facts.environment

    path = tmp_path / "found.yaml"
    path.write_text(filled_in(target, facts.found))
    written = load_target(str(path), FIXTURES / "targets", environment={})
    assert (written.contract.echo, written.contract.badge_live) == ("room", "Live")
    assert (written.lens, written.people, written.gateway_url) == (
        target.lens,
        target.people,
        target.gateway_url,
    )
    assert "alice: {" in path.read_text() or "password: ${env.ALICE}" in path.read_text()


def test_a_lens_that_matches_nothing_names_the_nearest(deployment: Make, probe: Probe) -> None:
    lens = (
        "lens: {board: '[data-testid=\"bord\"]', item: '[data-testid=\"task-card\"]', id: '@data-task-id'}\n"
    )
    facts = probe(deployment(WRITES + lens))
    said = lines(facts)["lens"]
    assert said.startswith(
        'wrong lens.board: [data-testid="bord"] matches nothing. Did you mean [data-testid="board"]'
    )


def test_nobody_at_the_address_and_wrong_credentials_are_the_environments(
    deployment: Make, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = probe(deployment(url=f"http://127.0.0.1:{free_port()}"))
    assert facts.environment
    assert list(lines(facts)) == ["frontend"]

    monkeypatch.setenv("BOB", "wrong")
    facts = probe(deployment())
    assert facts.environment
    assert lines(facts)["sign-in"].startswith("wrong bob cannot sign in: POST ")


def test_an_app_that_never_joins_is_said_with_what_was_seen(
    deployment: Make, probe: Probe, server: StubProcess
) -> None:
    gateway = f"{{url: '{server.gateway_url}', join_event: 'room:enter'}}"
    facts = probe(
        deployment("paths: {project: /projects/atlas}\ntimeouts: {ready_ms: 1500}\n", gateway=gateway)
    )
    ready = next(each for each in facts.checks if each.name == "ready")
    assert ready.status is Status.WRONG
    assert "did not join" in ready.found
    assert "join:project" in ready.found
    assert ready.fix == "is gateway.join_event what the app sends, and gateway.path where its socket goes?"
