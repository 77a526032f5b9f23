"""Text is text: markup in whatever somebody else has written is shown letter by letter, and never runs."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage

pytestmark = [pytest.mark.catches("U03"), pytest.mark.rule("state.text-is-text")]
MARKUP = "<img src=x onerror=lockstepInjected=1>"
EVERYWHERE = pytest.mark.scenario("hostile/markup_everywhere")
#: Each would run in another way, were it taken for more than letters.
TEXTS = {
    "element": MARKUP,
    "script": "<script>lockstepInjected=1</script>",
    "end-of-attribute": '"><svg onload=lockstepInjected=1>',
    "link": "javascript:lockstepInjected=1",
    "markdown": "[click](javascript:lockstepInjected=1) ![x](x onerror=lockstepInjected=1)",
    "template": "{{constructor.constructor('lockstepInjected=1')()}}${lockstepInjected=1}",
}


@EVERYWHERE
def test_markup_that_is_there_from_the_first_load_is_shown_as_text_in_every_place(
    stage: Stage[DevMentor],
) -> None:
    bob = stage.client("bob")
    bob.header.expect_name(f"{MARKUP}project")
    bob.header.expect_person(f"{MARKUP}Bob")
    bob.epics.expect_epic(f"{MARKUP}epic")
    bob.sprints.expect_status(f"{MARKUP}sprint", "started")
    bob.board.expect_card(f"{MARKUP}task", column="To Do")
    bob.board.open(f"{MARKUP}task")
    bob.dialog.expect_value("Title", f"{MARKUP}task")
    bob.dialog.expect_value("Description", f"{MARKUP}of the task")
    bob.dialog.cancel()
    bob.header.back_to_projects()
    bob.header.expect_listed(f"{MARKUP}project", f"{MARKUP}of the project")
    bob.expect_nothing_ran()


@EVERYWHERE
def test_markup_in_the_announcements_of_a_drag_is_shown_as_text(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    for by in ("keyboard", "mouse"):
        alice.board.drag(
            f"{MARKUP}task",
            to="Done" if by == "mouse" else "In Progress",
            by=by,
            meanwhile=alice.expect_nothing_ran,
        )
    alice.board.expect_card(f"{MARKUP}task", column="Done")
    alice.expect_nothing_ran()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.scenario("board/two_members")
def test_text_of_a_peer_that_comes_by_an_event_is_shown_letter_by_letter(
    stage: Stage[DevMentor], text: str
) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    stage.faults.alter(event="task:created", to=bob, set={"assignee": text})
    alice.post(LIST, {"title": text, "description": text})
    alice.post("/api/projects/atlas/epics", {"title": text})
    alice.patch("/api/projects/atlas", {"name": text, "description": text})
    stage.stub.emit("system:notification", {"id": "n1", "level": "info", "message": text}, user="bob")
    bob.toasts.expect(text)
    bob.header.expect_name(text)
    bob.epics.expect_epic(text)
    bob.board.expect_card(text, column="To Do")
    bob.board.expect_assignee(text, text)
    bob.board.open(text)
    bob.dialog.expect_value("Title", text)
    bob.dialog.expect_value("Description", text)
    bob.dialog.cancel()
    bob.expect_nothing_ran()
    stage.converged()


@pytest.mark.scenario("board/two_members")
def test_markup_in_a_refusal_is_shown_as_text(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.faults.ack_error("CONFLICT", MARKUP, event="task:update", by=alice)
    alice.board.edit_without_waiting("Write the docs", title_to=MARKUP)
    alice.dialog.expect_error()
    alice.dialog.expect_value("Title", MARKUP)
    alice.expect_nothing_ran()


@pytest.mark.scenario("board/two_members")
def test_text_of_every_script_and_direction_is_shown_as_it_was_written(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    titles = ["Žluťoučký kůň", "漢字かな交じり", "مهمة عاجلة", "👩‍👩‍👧 family", "a\u202eb", "&lt;b&gt; &amp;"]
    for title in titles:
        alice.board.add(title)
    stage.settled()
    for title in titles:
        bob.board.expect_card(title, column="To Do")
    stage.converged()
