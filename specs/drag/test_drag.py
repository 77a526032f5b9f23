"""Cards dragged by mouse and by keyboard: what one does, the other sees, and the server has."""

from __future__ import annotations

from functools import partial

import pytest
from pages.devmentor import DevMentor

from harness import Stage

pytestmark = pytest.mark.scenario("board/two_members")


@pytest.mark.smoke
@pytest.mark.rule("drag.mouse", "told.task-status-changed")
def test_card_alice_drags_moves_on_bobs_board(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.drag("Write the docs", to="In Progress")
    bob.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


@pytest.mark.smoke
@pytest.mark.rule("drag.keyboard")
def test_card_alice_moves_by_keyboard_moves_on_bobs_board(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.drag("Write the docs", to="In Progress", by="keyboard")
    bob.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


@pytest.mark.rule("drag.order")
def test_card_dropped_before_another_stands_there_on_both_boards(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    first = alice.board.titles("In Progress")
    alice.board.drag("Write the docs", to="In Progress", at=0)
    for client in (alice, bob):
        client.board.expect_order("In Progress", ["Write the docs", *first])
    stage.converged()


@pytest.mark.rule("drag.order")
def test_order_within_a_column_changes_on_both_boards(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    order = alice.board.titles("To Do")
    alice.board.drag(order[-1], to="To Do", at=0)
    for client in (alice, bob):
        client.board.expect_order("To Do", [order[-1], *order[:-1]])
    stage.converged()


@pytest.mark.rule("drag.order", "drag.keyboard")
def test_keyboard_changes_the_order_within_a_column(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    first, second, *rest = alice.board.titles("To Do")
    alice.board.drag(first, to="To Do", at=1, by="keyboard")
    for client in (alice, bob):
        client.board.expect_order("To Do", [second, first, *rest])
    stage.converged()


@pytest.mark.rule("state.same-place")
def test_card_dropped_outside_the_columns_stays_and_nothing_is_sent(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    before = alice.read_board()
    alice.board.drag_outside("Write the docs")
    _expect_nothing_sent(stage, alice)
    assert alice.read_board() == before


@pytest.mark.rule("state.same-place")
def test_card_dropped_in_its_own_place_stays_and_nothing_is_sent(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    before = alice.read_board()
    own = alice.board.titles("To Do").index("Write the docs")
    alice.board.drag("Write the docs", to="To Do", at=own)
    _expect_nothing_sent(stage, alice)
    assert alice.read_board() == before


@pytest.mark.rule("drag.no-dialog")
def test_a_drop_opens_no_dialog(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.drag("Write the docs", to="Done")
    bob.board.expect_card("Write the docs", column="Done")
    alice.dialog.expect_closed()


@pytest.mark.catches("D01")
@pytest.mark.rule("state.drag-and-news")
def test_change_during_a_drag_neither_breaks_it_nor_is_lost(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    other = alice.board.titles("Done")[0]

    def bob_drags_another() -> None:
        bob.board.drag(other, to="To Do")
        bob.board.expect_card(other, column="To Do")

    alice.board.drag("Write the docs", to="In Progress", meanwhile=bob_drags_another)
    for client in (alice, bob):
        client.board.expect_card("Write the docs", column="In Progress")
        client.board.expect_card(other, column="To Do")
    stage.converged()


@pytest.mark.catches("D01")
@pytest.mark.rule("state.drag-and-news")
def test_card_deleted_while_it_is_dragged_is_gone_and_the_board_goes_on(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    delete = partial(bob.board.delete, "Write the docs")
    alice.board.drag("Write the docs", to="In Progress", meanwhile=delete)
    alice.board.expect_no_card("Write the docs")
    alice.board.add("Still working")
    bob.board.expect_card("Still working", column="To Do")
    stage.converged()


def _expect_nothing_sent(stage: Stage[DevMentor], client: DevMentor) -> None:
    """Events of one socket arrive in order: once a later one is here, an earlier one would be too."""
    client.board.expect_at_rest()
    client.board.add("The fence")
    client.events.wait_answer("task:create")
    sent = [each.event for each in client.events.sent()]
    assert "task:update" not in sent, f"a drop without effect was sent to the server: {sent}"
    client.board.delete("The fence")
