"""A malformed or hostile event is ignored, whatever it is and says; the next good one is applied."""

from __future__ import annotations

from typing import Any

import pytest
from pages.answers import fence
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage

pytestmark = [pytest.mark.catches("L05"), pytest.mark.rule("state.malformed")]
EVENTS = {
    "task": ["task:created", "task:updated", "task:status_changed", "task:deleted"],
    "epic": ["epic:created", "epic:updated", "epic:deleted"],
    "project": ["project:created", "project:updated"],
    "sprint": ["sprint:started", "sprint:completed"],
    "notification": ["system:notification"],
}
WHOLE: dict[str, Any] = {
    "id": "t1",
    "projectId": "atlas",
    "title": "Hostile",
    "status": "done",
    "version": 99,
}
WRONG: dict[str, Any] = {
    "nothing": None,
    "a-number": 7,
    "a-text": "task",
    "a-list": [WHOLE],
    "empty": {},
    "id-is-a-number": {**WHOLE, "id": 1},
    "id-is-an-object": {**WHOLE, "id": {"toString": "t1"}},
    "id-is-a-prototype": {**WHOLE, "id": "__proto__"},
    "id-is-a-constructor": {**WHOLE, "id": "constructor"},
    "title-is-an-object": {**WHOLE, "title": {"$$typeof": "react.element", "type": "script"}, "name": {}},
    "title-is-empty": {**WHOLE, "title": "  ", "name": " ", "message": " "},
    "status-is-unknown": {**WHOLE, "status": "__proto__", "name": []},
    "version-is-a-text": {**WHOLE, "version": "100", "name": 1},
    "version-is-no-number": {**WHOLE, "version": -1, "name": 1},
}
POLLUTING: dict[str, Any] = {
    "__proto__": {"polluted": 1},
    "constructor": {"prototype": {"polluted": 1}},
    "prototype": {"polluted": 1},
}


@pytest.mark.parametrize("entity", EVENTS)
@pytest.mark.scenario("board/two_members")
def test_wrong_types_in_every_event_change_nothing_and_stop_nothing(
    stage: Stage[DevMentor], entity: str
) -> None:
    bob = stage.client("bob")
    before = bob.read_board()
    for event in EVENTS[entity]:
        for payload in WRONG.values():
            if event.endswith(":deleted") and _names_a_task(payload):
                continue
            stage.stub.emit(event, payload, user="bob")
    fence(stage, bob)
    assert bob.read_board() == before
    bob.header.expect_name("Atlas")
    stage.rest("alice").post(LIST, {"title": "A good one"})
    bob.board.expect_card("A good one", column="To Do")
    assert bob.page_errors == []
    stage.converged()


@pytest.mark.parametrize("entity", EVENTS)
@pytest.mark.scenario("board/two_members")
def test_keys_of_the_prototype_pollute_nothing(stage: Stage[DevMentor], entity: str) -> None:
    bob = stage.client("bob")
    for event in EVENTS[entity]:
        for payload in (POLLUTING, {"id": "t1", "projectId": "atlas", "version": 1, **POLLUTING}):
            if not (event.endswith(":deleted") and _names_a_task(payload)):
                stage.stub.emit(event, payload, user="bob")
    fence(stage, bob)
    bob.expect_nothing_ran()
    stage.rest("alice").patch("/api/tasks/t1", {"title": "A good one"})
    bob.board.expect_card("A good one", column="To Do")
    stage.converged()


def _names_a_task(payload: Any) -> bool:
    """A deletion needs no more than an id to be one."""
    return isinstance(payload, dict) and isinstance(payload.get("id"), str)
