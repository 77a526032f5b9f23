"""Tokens run out: the client gets a fresh one and goes on, or says that it is signed out."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.catches("T05")
@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("handshake.expired-token", "handshake.token-asked-anew")
def test_expired_token_is_refreshed_on_reconnect(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    since = stage.stub.mark()
    stage.stub.expire_tokens("bob")
    old = stage.stub.cut("bob")
    stage.stub.wait_for_join("bob", "project:atlas", newer_than=old[0])
    refreshed = stage.stub.journal(since, kind="rest", path="/api/auth/refresh", status=200)
    assert refreshed, "bob came back without a fresh token"
    bob.badge.expect("Live")
    alice.board.add("After the refresh")
    bob.board.expect_card("After the refresh", column="To Do")


@pytest.mark.scenario("recovery/expired_token")
@pytest.mark.rule("handshake.expired-token")
def test_token_that_is_expired_at_the_first_load_is_refreshed(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.badge.expect("Live")
    alice.board.expect_card("Write the docs", column="To Do")


@pytest.mark.catches("T06")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("handshake.token-required")
def test_person_whose_token_is_worthless_is_asked_to_sign_in_and_can(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.goto("/login")
    alice.login.hold_token("worthless")
    alice.open_project(stage.id("atlas"))
    alice.login.expect_shown()
    person = stage.person("alice")
    alice.login.sign_in(person.email, person.password)
    alice.login.expect_signed_in()
    alice.login.open_project(stage.id("atlas"))
    stage.wait_ready(alice)
    alice.badge.expect("Live")


@pytest.mark.catches("R05")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("handshake.signing-out")
def test_signing_out_ends_the_connection(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    assert len(alice.sids) == 1
    alice.login.sign_out()
    alice.login.expect_shown()
    alice.expect_no_session()
