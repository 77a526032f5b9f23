"""Two tabs of one person, and two, three and five people at once: what one does, all others see, once."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage

ON_BOTH_ECHOES = pytest.mark.parametrize(
    "echo",
    [
        pytest.param("room", marks=pytest.mark.scenario("interleavings/websocket")),
        pytest.param("others", marks=pytest.mark.scenario("interleavings/echo_others")),
    ],
)


@pytest.mark.rule("state.own-echo")
@pytest.mark.catches("O04")
@ON_BOTH_ECHOES
def test_second_tab_of_a_person_follows_all_that_the_first_does(stage: Stage[DevMentor], echo: str) -> None:
    desk = stage.client("alice")
    phone = stage.client("alice-phone", person="alice")
    desk.board.add("Buy milk")
    phone.board.expect_card("Buy milk", column="To Do")
    desk.board.move_by_keyboard("Write the docs", "ArrowRight")
    phone.board.expect_card("Write the docs", column="In Progress")
    phone.board.edit("Draw the logo", title_to="Draw two logos")
    desk.board.expect_card("Draw two logos", column="To Do")
    phone.board.delete("Buy milk")
    desk.board.expect_no_card("Buy milk")
    stage.converged()


@pytest.mark.catches("O04")
@ON_BOTH_ECHOES
def test_second_tab_that_edits_the_task_says_so_in_the_dialog_of_the_first(
    stage: Stage[DevMentor], echo: str
) -> None:
    desk = stage.client("alice")
    phone = stage.client("alice-phone", person="alice")
    desk.board.open("Write the docs")
    phone.board.edit("Write the docs", priority="P0")
    desk.dialog.expect_note("Changed by someone else")
    desk.dialog.cancel()


@pytest.mark.catches("O04")
@pytest.mark.scenario("board/two_members")
def test_signing_out_at_the_desk_leaves_the_phone_alone(stage: Stage[DevMentor]) -> None:
    desk = stage.client("alice")
    phone = stage.client("alice-phone", person="alice")
    desk.login.sign_out()
    desk.login.expect_shown()
    desk.expect_no_session()
    stage.rest("bob").patch("/api/tasks/t1", {"title": "Still heard"})
    phone.board.expect_card("Still heard", column="To Do")
    phone.badge.expect("Live")


@pytest.mark.rule("told.in-step")
@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.scenario("people/five_members")
def test_all_boards_show_what_everybody_did(stage: Stage[DevMentor], count: int) -> None:
    names = ["alice", "bob", "carol", "dave", "erin"][:count]
    clients = stage.clients(*names)
    for client in clients:
        client.board.add(f"From {client.name}")
    clients[-1].board.move_by_keyboard("Write the docs", "ArrowRight")
    for client in clients:
        client.board.expect_order("To Do", [f"From {name}" for name in names])
        client.board.expect_card("Write the docs", column="In Progress")
    stage.converged()
    stage.settled()
    for client in clients:
        assert len(client.events.received("task:created")) == count
