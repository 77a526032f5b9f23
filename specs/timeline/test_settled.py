"""`stage.settled()` is exact: after it, nothing is on its way and every board has drawn what came."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage
from harness.errors import NotSeen

_NOBODY = "nobody has it"


@pytest.mark.scenario("board/two_members")
def test_after_it_the_boards_can_be_read_without_waiting(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    peer = stage.rest("alice")
    for number in range(10):
        peer.patch("/api/tasks/t1", {"title": f"Title {number}"})
    stage.settled()
    for client in (alice, bob):
        assert dict(client.read_board()["todo"]).get(stage.id("t1"), _NOBODY) == "Title 9"


@pytest.mark.scenario("board/two_members")
def test_call_without_an_answer_keeps_it_from_becoming_quiet(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.expect_no_request()
    stage.stub.rest_fault(method="GET", path="/api/projects/atlas/tasks", hold=True)
    alice.page.evaluate(
        "void fetch(performance.getEntriesByType('resource').map((e) => e.name)"
        ".find((name) => name.endsWith('/atlas/tasks')))"
    )
    with pytest.raises(NotSeen, match=r"alice waits for the answer to GET .*/api/projects/atlas/tasks"):
        stage.settled(timeout_ms=700)
    stage.stub.release()
    stage.settled()


@pytest.mark.scenario("board/two_members")
def test_page_that_never_stands_still_is_named(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    bob.page.evaluate(
        """() => {
          const fidget = () => {
            document.body.classList.toggle("x");
            globalThis.restless = requestAnimationFrame(fidget);
          };
          fidget();
        }"""
    )
    with pytest.raises(NotSeen, match="the page of bob keeps changing"):
        stage.settled(timeout_ms=1200)
    bob.page.evaluate("cancelAnimationFrame(restless)")
    stage.settled()
