"""Who is no member of a project neither hears nor sees it."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.catches("R06")
@pytest.mark.rule("rooms.members-only")
@pytest.mark.scenario("rooms/two_projects")
def test_dave_who_is_no_member_of_atlas_is_refused_its_rooms_and_its_page(stage: Stage[DevMentor]) -> None:
    dave = stage.client("dave", project="atlas", ready=False)
    dave.access.expect_denied()
    (answer,) = dave.events.wait_answer("join:project").args
    assert (answer["ok"], answer["error"]["code"]) == (False, "FORBIDDEN")
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Not for Dave"})
    stage.settled()
    assert dave.events.received() == []
