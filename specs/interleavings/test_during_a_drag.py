"""Whatever others do while a card is in the air: it lands where it was dropped, and no change is lost."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST, cut_and_rejoined, expect_resync

from harness import Stage

pytestmark = [
    pytest.mark.catches("D01"),
    pytest.mark.rule("state.drag-and-news"),
    pytest.mark.scenario("interleavings/websocket"),
]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_card_that_is_renamed_in_the_air_lands_with_its_new_title(stage: Stage[DevMentor], by: str) -> None:
    alice, bob = stage.clients("alice", "bob")

    def rename() -> None:
        stage.rest("bob").patch("/api/tasks/t1", {"title": "Write good docs"})
        alice.events.wait("task:updated")

    alice.board.drag("Write the docs", to="In Progress", by=by, meanwhile=rename)
    for client in (alice, bob):
        client.board.expect_card("Write good docs", column="In Progress")
    stage.converged()


def test_card_that_somebody_moves_while_it_is_in_the_air_lands_where_it_is_dropped(
    stage: Stage[DevMentor],
) -> None:
    alice, bob = stage.clients("alice", "bob")

    def move() -> None:
        stage.rest("bob").patch("/api/tasks/t1/status", {"status": "done"})
        alice.events.wait("task:status_changed")

    alice.board.drag("Write the docs", to="In Progress", meanwhile=move)
    for client in (alice, bob):
        client.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


def test_card_that_comes_in_above_does_not_take_the_place_of_the_dragged_one(
    stage: Stage[DevMentor],
) -> None:
    alice, bob = stage.clients("alice", "bob")

    def put_one_above() -> None:
        stage.rest("bob").patch("/api/tasks/t4/status", {"status": "todo", "position": -1})
        alice.events.wait("task:status_changed", where={"task.id": stage.id("t4")})

    alice.board.drag("Draw the logo", to="In Progress", meanwhile=put_one_above)
    for client in (alice, bob):
        client.board.expect_order("To Do", ["Buy the domain", "Write the docs"])
        client.board.expect_card("Draw the logo", column="In Progress")
    stage.converged()


def test_burst_during_a_drag_is_applied_whole_after_it(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")

    def burst() -> None:
        for number in range(10):
            stage.rest("bob").post(LIST, {"title": f"Card {number}", "status": "done"})
        alice.events.wait("task:created", count=10)

    alice.board.drag("Write the docs", to="In Progress", meanwhile=burst)
    for client in (alice, bob):
        client.board.expect_count("Done", 11)
        client.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


def test_reconnect_with_a_load_of_everything_during_a_drag_does_not_break_it(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")

    def reconnect() -> None:
        cut_and_rejoined(stage, alice)
        expect_resync(stage, alice)
        alice.board.expect_in_the_air("Write the docs")

    alice.board.drag("Write the docs", to="In Progress", meanwhile=reconnect)
    for client in (alice, bob):
        client.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


def test_drag_that_is_given_up_shows_what_came_meanwhile(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    since = alice.events.mark()
    with alice.board.lifted("Write the docs"):
        stage.rest("bob").patch("/api/tasks/t1/status", {"status": "done"})
        alice.events.wait("task:status_changed")
    alice.board.expect_card("Write the docs", column="Done")
    stage.settled()
    assert alice.events.sent(since=since) == [], "a drag that was given up was sent"
    stage.converged()
