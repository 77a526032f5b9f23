"""People sign in as their target says, and are told what is wrong when they cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from harness.backend.accounts import Accounts
from harness.backend.api import Api
from harness.errors import EnvironmentTrouble, TargetError
from harness.target import Target
from tests.harness.backend.conftest import PASSWORDS

Make = Callable[..., Target]


@pytest.fixture
def open_context(chromium: Browser) -> Callable[..., BrowserContext]:
    def open_it(client: str, **options: Any) -> BrowserContext:
        return chromium.new_context(**options)

    return open_it


@pytest.fixture
def accounts() -> Iterator[Callable[..., Accounts]]:
    apis: list[Api] = []

    def make(target: Target, environment: dict[str, str] | None = None) -> Accounts:
        apis.append(Api(target))
        return Accounts(target, apis[-1], PASSWORDS if environment is None else environment)

    yield make
    for api in apis:
        api.close()


def test_a_login_gives_a_token_and_the_servers_id(
    deployment: Make, accounts: Callable[..., Accounts], open_context: Any
) -> None:
    target = deployment()
    alice = accounts(target).person("alice")
    assert alice.id == "alice"
    assert alice.token
    state = accounts(target).storage_state(alice, open_context)
    item = {"name": "jwt_token", "value": alice.token}
    assert state == {"cookies": [], "origins": [{"origin": target.app_url, "localStorage": [item]}]}


def test_a_wrong_password_names_the_person_and_the_place(
    deployment: Make, accounts: Callable[..., Accounts]
) -> None:
    target = deployment()
    with pytest.raises(EnvironmentTrouble) as caught:
        accounts(target, {"ALICE": "wrong", "BOB": "bob"}).person("alice")
    assert str(caught.value) == (
        f"alice cannot sign in: POST {target.api_url}/api/auth/login was answered 401 (wrong credentials?). "
        f"Email and password: people.alice of {target.file}."
    )


def test_a_variable_that_is_not_set(deployment: Make, accounts: Callable[..., Accounts]) -> None:
    target = deployment()
    with pytest.raises(TargetError) as caught:
        accounts(target, {"ALICE": "alice"}).person("bob")
    assert str(caught.value) == (
        f"{target.file}: people.bob.password is ${{env.BOB}}, and the environment has no BOB: export BOB=…"
    )


def test_a_token_that_stands_elsewhere_in_the_answer(
    deployment: Make, accounts: Callable[..., Accounts]
) -> None:
    target = deployment("auth: {login: {token: access_token}}\n")
    with pytest.raises(TargetError) as caught:
        accounts(target).person("alice")
    assert str(caught.value) == (
        f"{target.file}: auth.login.token is 'access_token', and the answer to /api/auth/login has nothing "
        "there; it has: data, metadata, success"
    )


def test_a_saved_state_that_is_missing(
    deployment: Make, accounts: Callable[..., Accounts], open_context: Any
) -> None:
    target = deployment("auth: {by: storage_state, storage_state: 'state/{person}.json'}\n")
    signed = accounts(target)
    with pytest.raises(
        EnvironmentTrouble, match=r"auth\.storage_state: there is no .*state/alice\.json; save one with"
    ):
        signed.storage_state(signed.person("alice"), open_context)


def test_the_apps_own_form_signs_in_once(
    deployment: Make, accounts: Callable[..., Accounts], chromium: Browser
) -> None:
    opened: list[str] = []

    def open_it(client: str, **options: Any) -> BrowserContext:
        opened.append(client)
        return chromium.new_context(**options)

    signed = accounts(deployment("auth: {by: form}\n"))
    alice = signed.person("alice")
    (origin,) = signed.storage_state(alice, open_it)["origins"]
    assert "jwt_token" in [item["name"] for item in origin["localStorage"]]
    signed.storage_state(alice, open_it)
    assert opened == ["alice"]


def test_a_form_that_has_changed_says_what_was_not_found_and_what_is_there(
    deployment: Make, accounts: Callable[..., Accounts], open_context: Any
) -> None:
    target = deployment(
        "auth: {by: form, form: {fields: {'#user-name': '${email}'}}}\ntimeouts: {expect_ms: 400}\n"
    )
    signed = accounts(target)
    with pytest.raises(EnvironmentTrouble) as caught:
        signed.storage_state(signed.person("alice"), open_context)
    said = str(caught.value)
    assert said.startswith(
        "alice cannot sign in by the form: could not fill in #user-name within 400 ms at http"
    )
    assert "Has the login form changed?" in said
    assert "The page says: " in said
    assert "Sign in" in said


def test_what_must_not_be_written_down(deployment: Make, accounts: Callable[..., Accounts]) -> None:
    signed = accounts(deployment())
    alice = signed.person("alice")
    assert set(signed.secrets) == {"alice", alice.token}
