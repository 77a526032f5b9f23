"""What a page has called, and which session it has: asked of its own wire."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import cut_and_rejoined, expect_resync, has_asked_since_its_join

from harness.stage import Stage

LIST = "/api/projects/atlas/tasks"
EPICS = "/api/projects/atlas/epics"


def test_calls_are_told_in_order_with_their_answers(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    stage.settled()
    assert {call.status for call in bob.calls.made("GET", LIST)} == {200}
    since = bob.calls.mark()
    stage.faults.http_error(503, path=LIST, by=bob, nth=1)
    bob.page.evaluate("(path) => fetch(path)", f"{stage.stub.gateway_url}{LIST}")
    bob.calls.wait_answered()
    assert [call.status for call in bob.calls.made("GET", LIST, since=since)] == [503]
    assert bob.calls.made("GET", "/api/*/nowhere") == []


def test_call_that_is_not_made_is_told_with_those_that_were(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    stage.settled()
    with pytest.raises(AssertionError, match="bob's page made no call DELETE /api/tasks/t1") as missed:
        bob.calls.wait("DELETE", "/api/tasks/t1", timeout_ms=50)
    assert f"  GET {LIST}: 200" in str(missed.value)


def test_call_that_fails_has_status_0(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    since = bob.calls.mark()
    bob.page.evaluate("fetch('http://127.0.0.1:9/api/nobody').catch(() => null)")
    assert [call.status for call in bob.calls.made("GET", "/api/nobody", since=since)] == [0]


def test_call_that_stays_without_an_answer_is_named(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.calls.wait_answered()
    with stage.faults.http_hold(path=EPICS, by=bob):
        # The held call follows from the answer to another, which comes at any time.
        bob.page.evaluate(
            "([first, held]) => { fetch(first).then(() => fetch(held)); }",
            [stage.stub.gateway_url + LIST, stage.stub.gateway_url + EPICS],
        )
        with pytest.raises(AssertionError, match=rf"bob's page still waits for GET http.*{EPICS}\n"):
            bob.calls.wait_answered(timeout_ms=500)
    bob.calls.wait_answered()


def test_call_of_a_page_that_was_left_is_not_waited_for(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    since = bob.calls.mark()
    with stage.faults.http_hold(path=EPICS, by=bob, nth=1):
        bob.page.evaluate("(url) => { fetch(url).catch(() => null); }", stage.stub.gateway_url + EPICS)
        bob.calls.wait("GET", EPICS, since=since)
        bob.open_project("atlas")
        stage.wait_ready(bob)


def test_session_is_the_one_that_the_server_has_and_none_when_it_is_over(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    (connection,) = stage.stub.connections("bob")
    assert bob.sid == connection["sid"]
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        assert bob.sid is None
    stage.wait_joined(bob, newer_than=connection["sid"])
    assert bob.sid == stage.stub.connections("bob")[0]["sid"]


def test_answer_of_the_server_is_waited_for(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    answer = bob.events.wait_answer("join:project")
    assert (answer.asked.payload, answer.args[0]["ok"]) == ("atlas", True)
    with pytest.raises(AssertionError, match="bob got 0 of 1 acknowledgements of task:create; sent: join:pr"):
        bob.events.wait_answer("task:create", timeout_ms=50)


def test_client_that_joined_again_and_has_not_got_the_list_yet_is_not_taken_for_caught_up(
    stage: Stage[DevMentor],
) -> None:
    bob = stage.client("bob")
    stage.settled()
    assert has_asked_since_its_join(bob)
    hold = stage.faults.http_hold(path=LIST, by=bob)
    cut_and_rejoined(stage, bob)
    hold.wait()
    assert not has_asked_since_its_join(bob), "the load of the connection before counts for this one"
    hold.lift()
    expect_resync(stage, bob)
