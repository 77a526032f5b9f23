"""Who can sign in on a deployment, and how: by token, by a saved state of the browser, or by the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from harness.errors import TargetError

_VARIABLE = re.compile(r"\$\{env\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError(
            "a secret never stands in a target file: write ${env.NAME}, and set NAME in the environment"
        )
    return text


#: `${env.NAME}`, and nothing else.
Secret = Annotated[str, AfterValidator(_is_variable)]


class Account(_Part):
    """One person; `email` and `id` may be texts or `${env.NAME}`, secrets are always `${env.NAME}`."""

    #: What the server calls them; without it what the login answers, or else the key in `people`.
    id: str | None = None
    email: str = ""
    password: Secret | None = None
    #: In place of a login, a token that was made elsewhere.
    token: Secret | None = None


class SignIn(StrEnum):
    """How a browser becomes somebody's."""

    NONE = "none"
    TOKEN = "token"
    STORAGE_STATE = "storage_state"
    FORM = "form"


class Login(_Part):
    """The REST call that gives a token. `${email}` and `${password}` are the person's."""

    path: Annotated[str, Field(pattern=r"^/")] = "/api/auth/login"
    body: dict[str, str] = Field(default_factory=lambda: {"email": "${email}", "password": "${password}"})
    #: Where the token stands in the answer.
    token: str = "data.token"
    #: Where the person's id stands in the answer.
    id: str = "data.user.id"


class Form(_Part):
    """The app's own login page. Values may be `${email}` and `${password}`."""

    path: Annotated[str, Field(pattern=r"^/")] = "/login"
    #: CSS selector of an input -> what is typed into it.
    fields: dict[str, str] = Field(
        default_factory=lambda: {
            "input[type=email], input[name=email]": "${email}",
            "input[type=password]": "${password}",
        }
    )
    submit: str = "button[type=submit]"
    #: What is on the page once the person is in; without it: the login's path is left.
    done: str | None = None


class Auth(_Part):
    """How people sign in."""

    by: SignIn = SignIn.TOKEN
    #: The key of the app's localStorage that holds the token.
    local_storage_key: str = "jwt_token"
    login: Login = Login()
    #: A file saved by Playwright's `storageState`, `{person}` in its name; relative to the target file.
    storage_state: str | None = None
    form: Form = Form()

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.by is SignIn.STORAGE_STATE and self.storage_state is None:
            raise ValueError("storage_state is missing: the file that `by: storage_state` signs in with")
        return self


def filled(text: str, environment: Mapping[str, str], *, where: str) -> str:
    """`text` with each `${env.NAME}` filled in.

    Raises TargetError, naming `where` (such as `people.alice.password`), for a name the environment lacks.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if not environment.get(name):
            raise TargetError(
                f"{where} is ${{env.{name}}}, and the environment has no {name}: export {name}=…"
            )
        return environment[name]

    return _VARIABLE.sub(value, text)
