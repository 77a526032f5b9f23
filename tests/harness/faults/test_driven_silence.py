"""Driven time and connections: the healthy ones stay, in every frame; one that a fault silences does not."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness.stage import Stage


def sids(stage: Stage[DevMentor], person: str) -> list[str]:
    return [each["sid"] for each in stage.stub.connections(person)]


def test_frozen_wire_is_noticed_in_driven_time_and_works_again_when_it_thaws(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    bob = stage.client("bob")
    with stage.faults.freeze(bob):
        stage.clock.advance("2m")
        bob.badge.expect("Polling")
    stage.clock.advance("30s")
    stage.wait_joined(bob)
    bob.badge.expect("Live")


@pytest.mark.parametrize("fault", ["freeze", "starve_ping"])
def test_line_that_the_stub_silences_is_given_up_in_driven_time(stage: Stage[DevMentor], fault: str) -> None:
    stage.clock.install()
    alice, bob = stage.clients("alice", "bob")
    kept, lost = sids(stage, "alice"), bob.sid
    if fault == "freeze":
        stage.faults.freeze(bob, edge="stub")
    else:
        stage.faults.starve_ping(bob)
    stage.clock.advance("2m")
    stage.wait_joined(bob, newer_than=lost)
    assert sids(stage, "alice") == kept, "only bob's heart has stopped"
    alice.badge.expect("Live")


def test_connection_after_a_silent_one_is_kept_alive(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    bob = stage.client("bob")
    lost = bob.sid
    stage.faults.starve_ping(bob)
    stage.clock.advance("1m")
    stage.wait_joined(bob, newer_than=lost)
    second = sids(stage, "bob")
    stage.clock.advance("3m")
    assert sids(stage, "bob") == second


@pytest.mark.parametrize("where", ["frame", "popup"])
def test_connection_of_another_document_of_the_client_is_kept_alive(
    stage: Stage[DevMentor], where: str
) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    alice.goto("/env.json")
    show = {
        "frame": "document.body.append(Object.assign(document.createElement('iframe'), { src: url }))",
        "popup": "void window.open(url)",
    }
    last = sids(stage, "alice")
    alice.page.evaluate(f"(url) => {{ {show[where]} }}", f"{alice.app_url}/projects/atlas")
    stage.stub.wait_for_join("alice", "project:atlas", newer_than=last[0] if last else None)
    before = sids(stage, "alice")
    stage.clock.advance("3m")
    assert sids(stage, "alice") == before
