"""Tokens alone: who they speak for, and until when."""

import jwt
import pytest

from mock_server.auth import Tokens
from mock_server.errors import CallError
from mock_server.scenario.model import Role, Scenario

SECRET = "a-secret-of-the-tests-with-enough-length"
PEOPLE = Scenario.from_document(
    {"people": {"ann": {"role": "admin"}, "ben": {"token": "none"}, "cat": {"token": "expired"}}}
).people


class Clock:
    now_s = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(PEOPLE, secret=SECRET, ttl_s=60, now_s=clock)


def refused(tokens: Tokens, token: str) -> str:
    with pytest.raises(CallError) as error:
        tokens.verify(token)
    return error.value.code


def test_a_token_speaks_for_one_person_until_it_runs_out(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue("ann")
    actor = tokens.verify(token)
    assert (actor.id, actor.role, actor.anonymous) == ("ann", Role.ADMIN, False)
    clock.now_s += 59
    tokens.verify(token)
    clock.now_s += 1
    assert refused(tokens, token) == "TOKEN_EXPIRED"


def test_no_two_tokens_are_alike(tokens: Tokens) -> None:
    assert len({tokens.issue("ann") for _ in range(5)}) == 5


def test_expire_hits_what_was_issued_before_and_nothing_else(tokens: Tokens) -> None:
    old, of_ben = tokens.issue("ann"), tokens.issue("ben")
    tokens.expire("ann")
    assert refused(tokens, old) == "TOKEN_EXPIRED"
    tokens.verify(tokens.issue("ann"))
    tokens.verify(of_ben)


def test_what_people_start_with(tokens: Tokens) -> None:
    initial = {user: tokens.initial(user) for user in PEOPLE}
    assert initial["ann"] is not None
    assert initial["ben"] is None
    assert initial["cat"] is not None
    assert tokens.verify(initial["ann"]).id == "ann"
    assert refused(tokens, initial["cat"]) == "TOKEN_EXPIRED"
    assert tokens.owner(initial["cat"]) == "cat"
    assert tokens.verify(tokens.refresh(initial["cat"])).id == "cat"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        jwt.encode({"sub": "ann", "exp": 9_999_999_999}, "another-secret-with-enough-length!!", "HS256"),
        jwt.encode({"sub": "ann", "exp": 9_999_999_999}, None, "none"),
        jwt.encode({"sub": "eve", "exp": 9_999_999_999}, SECRET, "HS256"),
        jwt.encode({"exp": 9_999_999_999}, SECRET, "HS256"),
        jwt.encode({"sub": "ann"}, SECRET, "HS256"),
        jwt.encode({"sub": "ann", "exp": 9_999_999_999}, SECRET + SECRET, "HS512"),
    ],
)
def test_forged_tokens_are_neither_accepted_nor_refreshed(tokens: Tokens, token: str) -> None:
    assert refused(tokens, token) == "UNAUTHORIZED"
    assert tokens.owner(token) is None
    with pytest.raises(CallError, match="UNAUTHORIZED"):
        tokens.refresh(token)


def test_login(tokens: Tokens) -> None:
    assert tokens.login("ANN@example.com", "ann").id == "ann"
    for email, password in (("ann@example.com", "ben"), ("x@example.com", "ann"), ("", ""), ("ann", "ann")):
        with pytest.raises(CallError, match="UNAUTHORIZED"):
            tokens.login(email, password)
    assert "password" not in tokens.person("ann")
