"""The people of a deployment, and how each of them signs in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error

from harness.backend.api import Api, at, json_of
from harness.backend.backend import OpenContext
from harness.errors import EnvironmentTrouble, TargetError
from harness.stub import Person
from harness.target import Account, SignIn, Target, filled


class Accounts:
    """Signs people in: each once a run, however many specs they are in."""

    def __init__(self, target: Target, api: Api, environment: Mapping[str, str] | None = None) -> None:
        self._target = target
        self._api = api
        self._environment = os.environ if environment is None else environment
        self._people: dict[str, Person] = {}
        #: What a browser that filled in the form held afterwards.
        self._states: dict[str, Any] = {}

    @property
    def secrets(self) -> tuple[str, ...]:
        """Passwords and tokens of those who have signed in."""
        texts = [text for each in self._people.values() for text in (each.password, each.token)]
        return tuple(text for text in texts if text)

    def person(self, name: str) -> Person:
        """`name`, signed in where that is a matter of REST.

        Raises EnvironmentTrouble when the server refuses them, TargetError when the environment lacks their
        credentials.
        """
        if name not in self._people:
            self._people[name] = self._sign_in(name, self._target.people[name])
        return self._people[name]

    def _sign_in(self, name: str, account: Account) -> Person:
        email = self._filled(account.email, f"{name}.email")
        password = self._filled(account.password or "", f"{name}.password")
        token = self._filled(account.token or "", f"{name}.token") or None
        own_id = self._filled(account.id or "", f"{name}.id") or name
        if self._target.auth.by is SignIn.TOKEN and token is None:
            token, told_id = self._log_in(name, {"email": email, "password": password})
            own_id = account.id or told_id or name
        return Person(id=own_id, name=name, email=email, password=password, role="", token=token)

    def _filled(self, text: str, where: str) -> str:
        return filled(text, self._environment, where=f"{self._target.file}: people.{where}")

    def _log_in(self, name: str, values: Mapping[str, str]) -> tuple[str, str | None]:
        login = self._target.auth.login
        body = {key: written(text, values) for key, text in login.body.items()}
        answer = self._api.call("POST", login.path, body)
        if answer.is_error:
            why = "wrong credentials?" if answer.status_code in (400, 401, 403) else answer.text.strip()[:200]
            raise EnvironmentTrouble(
                f"{name} cannot sign in: POST {self._api.base_url}{login.path} was answered "
                f"{answer.status_code} ({why}). Email and password: people.{name} of {self._target.file}."
            )
        told = json_of(answer)
        token = at(told, login.token)
        if not isinstance(token, str) or not token:
            keys = ", ".join(sorted(told)) if isinstance(told, dict) else "no JSON object"
            raise TargetError(
                f"{self._target.file}: auth.login.token is {login.token!r}, and the answer to {login.path} "
                f"has nothing there; it has: {keys}"
            )
        told_id = at(told, login.id)
        return token, None if told_id is None else str(told_id)

    # -- browsers --------------------------------------------------------------------------------------------

    def storage_state(self, person: Person, open_context: OpenContext) -> Any:
        """What a browser of theirs starts with; None: a blank one.

        Raises EnvironmentTrouble where they cannot sign in.
        """
        auth = self._target.auth
        match auth.by:
            case SignIn.TOKEN:
                item = {"name": auth.local_storage_key, "value": person.token}
                return {"cookies": [], "origins": [{"origin": self._target.app_url, "localStorage": [item]}]}
            case SignIn.STORAGE_STATE:
                return str(self._saved_state(person.name))
            case SignIn.FORM:
                if person.name not in self._states:
                    self._states[person.name] = self._by_form(person, open_context)
                return self._states[person.name]
            case SignIn.NONE:
                return None

    def _saved_state(self, name: str) -> Path:
        assert self._target.auth.storage_state is not None
        path = self._target.folder / self._target.auth.storage_state.replace("{person}", name)
        if not path.is_file():
            raise EnvironmentTrouble(
                f"{self._target.file}: auth.storage_state: there is no {path}; save one with "
                f"`playwright open --save-storage={path} {self._target.app_url}` and sign in as {name}"
            )
        return path

    def _by_form(self, person: Person, open_context: OpenContext) -> Any:
        """By the app's own page, once for each person: later browsers start with what that left."""
        context = open_context(person.name)
        try:
            return self._fill_in(person, context)
        finally:
            context.close()

    def _fill_in(self, person: Person, context: BrowserContext) -> Any:
        form, page = self._target.auth.form, context.new_page()
        page.set_default_timeout(self._target.timeouts.expect_ms)
        step = f"open {form.path}"
        try:
            page.goto(self._target.app_url + form.path)
            for selector, text in form.fields.items():
                step = f"fill in {selector}"
                values = {"email": person.email, "password": person.password}
                page.locator(selector).first.fill(written(text, values))
            step = f"press {form.submit}"
            page.locator(form.submit).first.click()
            if form.done:
                step = f"see {form.done}"
                page.locator(form.done).first.wait_for()
            else:
                step = f"leave {form.path}"
                page.wait_for_url(lambda url: form.path not in url)
        except Error as error:
            seen = " ".join(page.locator("body").inner_text().split())[:200] if not page.is_closed() else ""
            raise EnvironmentTrouble(
                f"{person.name} cannot sign in by the form: could not {step} within "
                f"{self._target.timeouts.expect_ms} ms at {page.url}. Has the login form changed? "
                f"(auth.form of {self._target.file}) The page says: {seen or 'nothing'!r}"
            ) from error
        return context.storage_state()


def written(text: str, values: Mapping[str, str]) -> str:
    """`text` with `${email}` and `${password}` in it."""
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text
