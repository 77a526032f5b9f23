"""The HTTP reply to a change and its echo come in either order, as they do in the room and not yet Live."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.transports import PATIENT_ON_EVERY_TRANSPORT

from harness import Stage

REPLY, ECHO = "reply", "echo"

pytestmark = [
    pytest.mark.catches("O03"),
    pytest.mark.rule("state.own-echo"),
    pytest.mark.parametrize(
        "order", [pytest.param((ECHO, REPLY), id="echo-first"), pytest.param((REPLY, ECHO), id="reply-first")]
    ),
    PATIENT_ON_EVERY_TRANSPORT,
]


def in_the_room_and_polling(stage: Stage[DevMentor]) -> DevMentor:
    """Alice is in her room, whose join nobody has acknowledged: she writes by REST, and hears her echo."""
    stage.stub.ack_fault(event="join:project", user="alice", hold=True, after=True)
    alice = stage.client("alice", ready=False)
    stage.wait_joined(alice)
    alice.board.expect_loaded()
    alice.board.expect_card("Write the docs", column="To Do")
    return alice


def test_created_task_stands_on_the_board_once(
    stage: Stage[DevMentor], transport: str, order: tuple[str, str]
) -> None:
    alice = in_the_room_and_polling(stage)
    held = {
        REPLY: stage.faults.http_hold(method="POST", path=LIST, by=alice),
        ECHO: stage.faults.hold(event="task:created", to=alice),
    }
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    for each in held.values():
        each.wait()
    for which in order:
        held[which].lift()
        alice.board.expect_saved("Buy milk")
        alice.board.expect_card("Buy milk", column="To Do")
    alice.dialog.expect_closed()
    stage.stub.release()
    alice.badge.expect("Live")
    stage.converged()


def test_moved_card_stays_where_it_was_dropped(
    stage: Stage[DevMentor], transport: str, order: tuple[str, str]
) -> None:
    alice = in_the_room_and_polling(stage)
    held = {
        REPLY: stage.faults.http_hold(method="PATCH", path="/api/tasks/*", by=alice),
        ECHO: stage.faults.hold(event="task:status_changed", to=alice),
    }
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    for each in held.values():
        each.wait()
    for which in order:
        held[which].lift()
        alice.board.expect_saved("Write the docs")
        alice.board.expect_card("Write the docs", column="In Progress")
    stage.stub.release()
    alice.badge.expect("Live")
    stage.converged()
