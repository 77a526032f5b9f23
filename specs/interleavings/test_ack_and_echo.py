"""The ack of a change and its echo come in either order, and leave one card in one place."""

from __future__ import annotations

import pytest
from pages.answers import IN_BOTH_ORDERS, Answers
from pages.devmentor import DevMentor
from pages.transports import PATIENT_ON_EVERY_TRANSPORT

from harness import Stage

pytestmark = [
    pytest.mark.catches("O03"),
    pytest.mark.rule("state.own-echo"),
    PATIENT_ON_EVERY_TRANSPORT,
    IN_BOTH_ORDERS,
]


def test_created_task_stands_on_the_board_once(
    stage: Stage[DevMentor], transport: str, order: tuple[str, str]
) -> None:
    alice, bob = stage.clients("alice", "bob")
    answers = Answers(stage, alice, asked="task:create", echoed="task:created")
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    answers.wait()
    for answer in order:
        answers.let_go(answer)
        alice.board.expect_card("Buy milk", column="To Do")
        alice.board.expect_count("To Do", 3)
    alice.dialog.expect_closed()
    bob.board.expect_card("Buy milk", column="To Do")
    stage.converged()


def test_moved_card_stays_where_it_was_dropped(
    stage: Stage[DevMentor], transport: str, order: tuple[str, str]
) -> None:
    alice, bob = stage.clients("alice", "bob")
    answers = Answers(stage, alice, asked="task:update", echoed="task:status_changed")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    answers.wait()
    for answer in order:
        answers.let_go(answer)
        alice.board.expect_card("Write the docs", column="In Progress")
    bob.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


def test_edited_card_keeps_its_new_title(
    stage: Stage[DevMentor], transport: str, order: tuple[str, str]
) -> None:
    alice, bob = stage.clients("alice", "bob")
    answers = Answers(stage, alice, asked="task:update", echoed="task:updated")
    alice.board.edit_without_waiting("Write the docs", title_to="Write good docs")
    answers.wait()
    for answer in order:
        answers.let_go(answer)
        alice.board.expect_card("Write good docs", column="To Do")
    alice.dialog.expect_closed()
    bob.board.expect_card("Write good docs", column="To Do")
    stage.converged()


def test_deleted_card_stays_gone(stage: Stage[DevMentor], transport: str, order: tuple[str, str]) -> None:
    alice, bob = stage.clients("alice", "bob")
    answers = Answers(stage, alice, asked="task:delete", echoed="task:deleted")
    alice.board.delete("Write the docs")
    answers.wait()
    for answer in order:
        answers.let_go(answer)
        alice.board.expect_no_card("Write the docs")
    bob.board.expect_no_card("Write the docs")
    stage.converged()
