"""Who is signed in decides what a page hears: tokens change, people leave, others sign in on their page."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import cut_and_rejoined

from harness import Stage

ROOM = "project:atlas"


@pytest.mark.rule("handshake.signing-out")
@pytest.mark.catches("R05")
@pytest.mark.scenario("board/two_members")
def test_second_person_on_a_page_hears_nothing_that_is_for_the_first(stage: Stage[DevMentor]) -> None:
    page = stage.client("alice")
    (old,) = stage.stub.connections("alice")
    stage.stub.emit("system:notification", _note("For Alice, before"), user="alice")
    page.toasts.expect("For Alice, before")
    page.login.sign_out()
    page.login.expect_shown()
    stage.stub.wait_until_gone(old["sid"])
    page.toasts.expect_none()
    bob = stage.person("bob")
    page.login.sign_in(bob.email, bob.password)
    page.login.expect_signed_in()
    page.login.open_project(stage.id("atlas"))
    stage.stub.wait_for_join("bob", ROOM)
    assert [each["user"] for each in stage.stub.connections()] == ["bob"]
    assert stage.stub.emit("system:notification", _note("For Alice, after"), user="alice") == []
    stage.stub.emit("system:notification", _note("For Bob"), user="bob")
    page.toasts.expect("For Bob")
    page.toasts.expect("For Alice, after", count=0)
    page.badge.expect("Live")


@pytest.mark.catches("R05", "T05")
@pytest.mark.scenario("connection/quick_retry")
def test_reconnect_after_the_change_of_person_is_the_second_persons(stage: Stage[DevMentor]) -> None:
    page = stage.client("alice")
    page.login.sign_out()
    bob = stage.person("bob")
    page.login.sign_in(bob.email, bob.password)
    page.login.open_project(stage.id("atlas"))
    stage.stub.wait_for_join("bob", ROOM)
    old = stage.stub.cut("bob")
    stage.stub.wait_for_join("bob", ROOM, newer_than=old[0])
    assert [(each["user"], each["rooms"]) for each in stage.stub.connections()] == [("bob", [ROOM])]
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Heard by Bob"})
    page.board.expect_card("Heard by Bob", column="To Do")


@pytest.mark.rule("handshake.token-asked-anew")
@pytest.mark.catches("T05")
@pytest.mark.scenario("connection/quick_retry")
def test_token_that_another_tab_has_renewed_is_the_one_of_the_next_handshake(
    stage: Stage[DevMentor],
) -> None:
    bob = stage.client("bob")
    stage.faults.rotate_token(bob)
    person = stage.person("bob")
    bob.login.renew_token(person.email, person.password)
    since = stage.stub.mark()
    cut_and_rejoined(stage, bob)
    bob.badge.expect("Live")
    refused = stage.stub.journal(since, kind="refused")
    renewed = stage.stub.journal(since, kind="rest", path="/api/auth/refresh")
    assert (refused, renewed) == ([], []), "the handshake came with the old token first"


@pytest.mark.rule("handshake.expired-token")
@pytest.mark.catches("T05")
@pytest.mark.scenario("connection/quick_retry")
def test_token_that_cannot_be_renewed_ends_at_the_sign_in_page(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    stage.faults.rest_error(401, path="/api/auth/refresh", by=bob, times=None)
    stage.faults.rotate_token(bob)
    stage.faults.cut(bob).lift()
    bob.login.expect_shown()


@pytest.mark.rule("handshake.expired-token")
@pytest.mark.catches("T06")
@pytest.mark.scenario("connection/quick_retry")
def test_handshake_with_an_expired_token_is_not_repeated_while_the_token_is_being_renewed(
    stage: Stage[DevMentor],
) -> None:
    stage.clock.install()
    bob = stage.client("bob")
    renewal = stage.faults.http_hold(method="POST", path="/api/auth/refresh", by=bob, at="request")
    stage.faults.rotate_token(bob)
    stage.faults.cut(bob).lift()
    bob.badge.expect("Polling")
    stage.clock.advance("1s")
    stage.stub.wait_for_entry(kind="refused", user="bob", code="TOKEN_EXPIRED")
    renewal.wait()
    tried = bob.connections_tried
    stage.clock.advance("3s")
    assert bob.connections_tried == tried, "a token that was refused is offered again and again"
    renewal.lift()
    stage.clock.advance("1s")
    stage.wait_joined(bob)
    bob.badge.expect("Live")


@pytest.mark.rule("handshake.token-required")
@pytest.mark.catches("T06")
@pytest.mark.scenario("board/two_members")
def test_page_of_nobody_leaves_the_server_alone(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    alice.login.hold_token("worthless")
    alice.open_project(stage.id("atlas"))
    alice.login.expect_shown()
    alice.expect_no_request()
    since = alice.calls.mark()
    stage.clock.advance("10m")
    assert alice.calls.made(since=since) == [], "a page that nobody is signed in to goes on asking"
    assert alice.sids == [], "a page that nobody is signed in to is connected"


@pytest.mark.catches("T06")
@pytest.mark.scenario("board/two_members")
def test_error_that_passes_is_no_reason_to_sign_out(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    failing = stage.faults.http_error(503, path="/api/*", by=alice)
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        stage.clock.advance("1m")
    failing.lift()
    stage.clock.advance("30s")
    stage.wait_ready(alice)
    alice.badge.expect("Live")
    alice.board.expect_card("Write the docs", column="To Do")
    stage.converged()


def _note(message: str) -> dict[str, str]:
    return {"id": message, "level": "info", "message": message}
