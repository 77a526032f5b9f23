"""A card moved by a finger."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.rule("drag.touch")
@pytest.mark.scenario("board/two_members")
def test_card_alice_moves_by_touch_moves_on_bobs_board(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False, has_touch=True)
    if alice.engine != "chromium":
        pytest.skip(f"{alice.engine} cannot be touched, only Chromium can")
    alice.open_project(stage.id("atlas"))
    stage.wait_ready(alice)
    bob = stage.client("bob")
    alice.board.drag("Write the docs", to="In Progress", by="touch")
    bob.board.expect_card("Write the docs", column="In Progress")
    stage.converged()
