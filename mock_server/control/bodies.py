"""What the verbs of the control API take."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mock_server.control.waiting import Condition
from mock_server.faults import RefuseMode
from mock_server.scenario.model import Origin

MAX_WAIT_MS = 60_000


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reset(_Body):
    scenario: str | None = None
    document: dict[str, Any] | None = None
    origin: Origin | None = None
    """The file that `document` was read from."""
    seed: int | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.scenario is None) == (self.document is None):
            raise ValueError("give either scenario or document")
        return self


class Emit(_Body):
    event: Annotated[str, Field(min_length=1)]
    data: Any = None
    room: str | None = None
    sid: str | None = None
    user: str | None = None
    volatile: bool = False
    """Lost for whoever cannot take it now, and not given back by recovery."""


class Who(_Body):
    user: str | None = None
    sid: str | None = None
    all: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum((self.user is not None, self.sid is not None, self.all)) != 1:
            raise ValueError("give exactly one of user, sid, all")
        return self


class Refuse(_Body):
    connections: Annotated[int, Field(ge=0)] | Literal["all"] = 0
    mode: RefuseMode = RefuseMode.HTTP503
    upgrade: bool = False


class Outage(_Body):
    on: bool
    rest: bool = True


class Release(_Body):
    id: str | None = None


class User(_Body):
    user: str


class Token(User):
    ttl_s: int | None = None


class Member(User):
    project: str
    member: bool


class Wait(_Body):
    condition: Condition = Field(alias="for")
    timeout_ms: Annotated[int, Field(ge=0, le=MAX_WAIT_MS)] = 10_000
