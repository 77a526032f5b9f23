"""Alice is at one node and Bob at the other: in step as if there were one, whatever becomes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pages.devmentor import DevMentor
from pages.nodes import client_at, node_of
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Deployment, Stage

pytestmark = pytest.mark.cluster


@pytest.mark.rule("told.in-step", "told.once")
@ON_BOTH_TRANSPORTS
def test_alice_at_one_node_and_bob_at_the_other_are_in_step(
    stage: Stage[DevMentor], cluster: Deployment, transport: str
) -> None:
    alice, bob = client_at(stage, "alice", node=1), client_at(stage, "bob", node=2)
    alice.board.add("Buy milk")
    bob.board.expect_card("Buy milk", column="To Do")
    bob.board.drag("Buy milk", to="Done")
    alice.board.expect_card("Buy milk", column="Done")
    alice.board.edit("Write the docs", title_to="Write good docs")
    bob.board.expect_card("Write good docs", column="To Do")
    bob.board.delete("Fix the login")
    alice.board.expect_no_card("Fix the login")
    stage.settled()
    for client in (alice, bob):
        assert len(client.events.received("task:created")) == 1
    stage.converged()


@pytest.mark.rule("recovery.restart", "recovery.joins-again", "recovery.refetches")
@pytest.mark.scenario("connection/quick_retry")
def test_alice_carries_on_at_the_other_node_when_hers_is_killed_and_nothing_is_lost(
    stage: Stage[DevMentor], cluster: Deployment
) -> None:
    alice, bob = client_at(stage, "alice", node=1), client_at(stage, "bob", node=2)
    old, bobs = alice.sid, bob.sid
    cluster.kill(1)
    bob.board.add("Made while she was cut off")
    stage.wait_joined(alice, newer_than=old)
    alice.badge.expect("Live")
    assert node_of(alice) == 2
    alice.board.expect_card("Made while she was cut off", column="To Do")
    alice.board.add("From the other node")
    bob.board.expect_card("From the other node", column="To Do")
    assert bob.sid == bobs, "whose node lives is not to lose his connection"
    stage.converged()


@pytest.mark.rule("recovery.restart", "recovery.joins-again", "state.typing-kept")
@pytest.mark.scenario("connection/quick_retry")
def test_rolling_restart_while_both_work_loses_no_change_and_no_letter(
    stage: Stage[DevMentor], cluster: Deployment
) -> None:
    alice, bob = client_at(stage, "alice", node=1), client_at(stage, "bob", node=2)
    old = {client.name: client.sid for client in (alice, bob)}
    alice.board.open("Write the docs")
    alice.dialog.fill(title="Typed before the restart")
    with ThreadPoolExecutor(1) as pool:
        restart = pool.submit(cluster.rolling_restart)
        titles = 0
        while not restart.done() or not titles:
            titles += 1
            stage.rest("bob").patch("/api/tasks/t2", {"title": f"Title {titles}"})
        restart.result()
    for client in (alice, bob):
        stage.wait_joined(client, newer_than=old[client.name])
        client.badge.expect("Live")
    alice.dialog.expect_value("Title", "Typed before the restart")
    alice.dialog.save()
    alice.dialog.expect_closed()
    for client in (alice, bob):
        client.board.expect_card("Typed before the restart", column="To Do")
        client.board.expect_card(f"Title {titles}", column="In Progress")
    stage.converged()
