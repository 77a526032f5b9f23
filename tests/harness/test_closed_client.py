"""A client whose page a spec has closed: judged until then, and left alone afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RunSpecs = Callable[..., Any]

HEAD = """
import json
import pytest
from harness import Client, Stage
from harness.errors import UsageError

pytestmark = pytest.mark.scenario("board/two_members")

def opened(stage, name):
    client = stage.client(name)
    client.page.wait_for_selector("[data-testid=task-card]")
    return client

"""


@pytest.fixture
def run(run_specs: RunSpecs) -> RunSpecs:
    return lambda body, *options: run_specs(HEAD + body, *options)


def test_lane_ends_with_the_page_and_the_verdict_is_good(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice, bob = opened(stage, "alice"), opened(stage, "bob")
    stage.rest("bob").patch("/api/tasks/t1", {"title": "seen by both"})
    alice.events.wait("task:updated")
    alice.close()
    alice.close()
    stage.rest("bob").patch("/api/tasks/t1", {"title": "seen by bob"})
    bob.events.wait("task:updated", where={"title": "seen by bob"})
    stage.clock.pin_random(0.5)
    with stage.faults.freeze():
        stage.rest("bob").patch("/api/tasks/t1", {"title": "late"})
    bob.events.wait("task:updated", where={"title": "late"})
    assert [each.payload["title"] for each in alice.events.received("task:updated")] == ["seen by both"]
"""
    )
    assert ran.code == 0, ran.output
    lane = [each for each in ran.journal() if each.get("lane") == "alice"]
    (closed,) = [each for each in lane if each["kind"] == "client" and each.get("closed")]
    heard = [each for each in lane if each["kind"] == "frame" and each.get("event") == "task:updated"]
    assert [each["data"][0]["title"] for each in heard] == ["seen by both"]
    assert {each["kind"] for each in lane if each["seq"] > closed["seq"]} == {"action"}, (
        "it says that it is done"
    )
    assert not [each for each in lane if each["kind"] == "observer"]


def test_what_was_wrong_before_it_was_closed_is_found(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice = opened(stage, "alice")
    alice.page.evaluate('''async () => {
      const card = document.querySelector("[data-testid=task-card]");
      const copy = card.cloneNode(true);
      card.after(copy);
      await new Promise((done) => setTimeout(done, 50));
      copy.remove();
    }''')
    alice.close()
"""
    )
    assert ran.code == 1, ran.output
    assert "exactly_once: card t1 was on alice's board twice for" in ran.output


@pytest.mark.parametrize(
    ("first", "then", "code"), [("alice.close()", "elsewhere()", 0), ("elsewhere()", "alice.close()", 1)]
)
def test_closed_client_answers_for_connections_made_before_that(
    run: RunSpecs, first: str, then: str, code: int
) -> None:
    """The connection is made beside the page, so its tap cannot have seen it."""
    ran = run(
        f"""
import httpx

@pytest.mark.scenario("connection/long_polling")
def test_it(stage: Stage[Client]) -> None:
    alice = opened(stage, "alice")

    def elsewhere():
        at = stage.stub.gateway_url + "/socket.io/?EIO=4&transport=polling"
        sid = json.loads(httpx.get(at).text[1:])["sid"]
        httpx.post(f"{{at}}&sid={{sid}}", content="40" + json.dumps({{"token": stage.person("alice").token}}))
        assert len(stage.stub.journal(kind="connect", user="alice")) == 2

    {first}
    {then}
"""
    )
    assert ran.code == code, ran.output
    assert ("that the tap never saw" in ran.output) is (code == 1)


def test_page_closed_behind_the_clients_back_is_no_finding_but_leaves_the_verdict_open(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice, bob = opened(stage, "alice"), opened(stage, "bob")
    stage.rest("bob").patch("/api/tasks/t1", {"title": "written just before"})
    bob.page.close()
    alice.events.wait("task:updated")
"""
    )
    assert ran.code == 1, ran.output
    assert "bob's page was closed by page.close(), which takes its last records along" in ran.output
    assert "close it with bob.close()" in ran.output
    assert "card t1 is" not in ran.output, "what was not seen is no finding"


def test_fault_of_a_closed_client_is_refused_at_the_call(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice, bob = opened(stage, "alice"), opened(stage, "bob")
    alice.close()
    with pytest.raises(UsageError) as caught:
        stage.faults.freeze(alice)
    assert str(caught.value) == "freeze: the page of alice is closed: nothing can be done to it"
"""
    )
    assert ran.code == 0, ran.output


def test_picture_of_a_failure_is_taken_of_those_who_are_still_there(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice, bob = opened(stage, "alice"), opened(stage, "bob")
    alice.close()
    assert False
"""
    )
    assert ran.code == 1, ran.output
    assert sorted(path.name for path in ran.folder.glob("*.png")) == ["bob.png"]
