"""Lockstep's own bait: faults planted in a page, which the checkers must find without a word from the spec.

Each is gone again before the spec ends, so nothing that looks at the end of a spec can see it.
"""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage

_CARD = "[data-testid=task-card]"
#: Native timers and frames, in the order: plant, wait, take away.
_PLANT = """async ([selector, id, ms]) => {
  const card = document.querySelector(selector);
  const copy = card.cloneNode(true);
  if (id) copy.dataset.taskId = id;
  card.after(copy);
  await new Promise((done) => (ms ? setTimeout(done, ms) : requestAnimationFrame(() => setTimeout(done))));
  copy.remove();
}"""


@pytest.mark.expect_finding("exactly_once")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("told.once")
def test_card_that_is_doubled_for_50_ms(stage: Stage[DevMentor]) -> None:
    alice, _bob = stage.clients("alice", "bob")
    alice.page.evaluate(_PLANT, [_CARD, None, 50])


@pytest.mark.expect_finding("badge_truth")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("badge.live-when-joined", "badge.in-time")
def test_badge_that_says_live_for_longer_than_it_may_on_a_dead_socket(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    with stage.stub.outage(rest=False):
        alice.badge.expect("Polling")
        alice.page.evaluate(
            """async (ms) => {
              const text = document.querySelector("[data-testid=connection-status]").firstChild;
              text.data = "Live";
              await new Promise((done) => setTimeout(done, ms));
              text.data = "Polling";
            }""",
            # What the page waits for a processor meanwhile does not count as its lateness.
            2.5 * stage.target.budgets.badge_change_ms,
        )


@pytest.mark.expect_finding("no_resurrection")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.tombstones")
def test_deleted_card_that_comes_back_for_a_frame(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.board.delete("Write the docs")
    alice.board.expect_no_card("Write the docs")
    stage.settled()
    alice.page.evaluate(_PLANT, [_CARD, stage.id("t1"), 0])


@pytest.mark.expect_finding("isolation")
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("state.other-projects")
def test_event_of_another_project_that_is_painted(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", project="atlas")
    stage.rest("carol").patch("/api/tasks/t101", {"title": "Watch the clouds"})
    alice.page.evaluate(_PLANT, [_CARD, stage.id("t101"), 50])
