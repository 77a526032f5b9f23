"""What specs may leave on a server that is not ours, and how it is found and removed again."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /\S*")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_call(text: str) -> str:
    if not _CALL.fullmatch(text):
        raise ValueError(f"'{text}' is no call: write it like GET /api/things")
    return text


Call = Annotated[str, AfterValidator(_is_call)]


class Build(StrEnum):
    """`rest`: a scenario's things are made by the contract's REST calls. `none`: specs take what is there."""

    NONE = "none"
    REST = "rest"


class World(_Part):
    """Where the projects of a scenario come from, on a deployment."""

    by: Build = Build.NONE
    #: Who makes them: a key of `people`; without it the first member of each project.
    maker: str | None = None


class Cleanup(_Part):
    """One kind of thing that specs leave: how to find those that carry a run's marker, and to remove each."""

    #: Such as `GET /api/projects`.
    list: Call
    #: Where the list stands in the answer, such as `data`; without it the answer is the list.
    items: str | None = None
    #: The field that has the marker in its text.
    marked: str
    #: Such as `DELETE /api/projects/{id}`; fields of the thing in braces.
    delete: Call


class Writes(_Part):
    """Whether specs may write, how fast, and how what they wrote is removed."""

    allowed: bool = False
    #: Calls that the harness itself makes, a second.
    rate_per_s: Annotated[float, Field(gt=0)] = 20.0
    cleanup: tuple[Cleanup, ...] = ()
    #: Globs (`*` is one or more characters) of events that a page may send all the same: they change nothing.
    harmless_events: tuple[str, ...] = (
        "join", "join*", "leave", "leave*", "*:join", "*:leave",
        "subscribe", "subscribe*", "unsubscribe", "unsubscribe*",
    )  # fmt: skip
    #: Globs of paths that a page may call by POST and the like all the same.
    harmless_paths: tuple[str, ...] = (
        "/login", "*/login", "/refresh", "*/refresh", "/logout", "*/logout",
    )  # fmt: skip

    @model_validator(mode="after")
    def _can_be_removed(self) -> Self:
        if self.cleanup and not self.allowed:
            raise ValueError("cleanup is for what is written, and `allowed` is not true")
        return self
