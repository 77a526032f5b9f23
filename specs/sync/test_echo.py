"""Who hears of a change: everybody in the room, or all but the socket or the person it came from."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.parametrize(
    ("echo", "heard_by"),
    [
        pytest.param(
            "room",
            {"alice", "bob"},
            marks=[pytest.mark.scenario("board/two_members"), pytest.mark.rule("rooms.echo-room")],
        ),
        pytest.param(
            "others",
            {"bob"},
            marks=[pytest.mark.scenario("board/echo_others"), pytest.mark.rule("rooms.echo-others")],
        ),
        pytest.param(
            "none",
            {"bob"},
            marks=[pytest.mark.scenario("board/echo_none"), pytest.mark.rule("rooms.echo-none")],
        ),
    ],
)
def test_everything_alice_does_is_heard_by_those_it_is_for_and_shows_on_both_boards(
    stage: Stage[DevMentor], echo: str, heard_by: set[str]
) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.add("Buy milk")
    alice.board.edit("Buy milk", title_to="Buy oat milk")
    alice.board.move_by_keyboard("Buy oat milk", "ArrowRight")
    bob.board.expect_card("Buy oat milk", column="In Progress")
    alice.board.delete("Write the docs")
    bob.board.expect_no_card("Write the docs")
    stage.settled()
    words = ("task:created", "task:updated", "task:status_changed", "task:deleted")
    told = {word: {each.name for each in (alice, bob) if each.events.received(word)} for word in words}
    assert told == dict.fromkeys(words, heard_by)
    stage.converged()
