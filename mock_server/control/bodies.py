"""What the verbs of the control API take."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mock_server.control.waiting import Condition
from mock_server.faults import RefuseMode, UpgradeMode
from mock_server.scenario.model import Origin
from mock_server.wire import LineFault

MAX_WAIT_MS = 60_000
_NEVER_SENT = (1004, 1005, 1006, 1015)

Times = Annotated[int, Field(ge=0)] | Literal["all"]
"""How often a fault strikes; 0 ends it."""


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


class Cut(Who):
    code: Annotated[int, Field(ge=1000, le=4999)] | None = None
    """End websockets by this close code, and polls by a close packet, not by a TCP reset."""

    @field_validator("code")
    @classmethod
    def _can_be_sent(cls, code: int | None) -> int | None:
        if code in _NEVER_SENT:
            raise ValueError(
                f"{code} is never sent (RFC 6455, 7.4.1); without a code it is what a client sees"
            )
        return code


class Lasting(Who):
    coming: bool = False
    """Also on the connections that they will make."""

    @model_validator(mode="after")
    def _is_of_a_person(self) -> Self:
        if self.coming and self.sid is not None:
            raise ValueError("a socket has no connections to come: give user or all with coming")
        return self


class Slow(Lasting):
    delay_ms: Annotated[int, Field(ge=0, le=MAX_WAIT_MS)]


class Mend(_Body):
    eio_sids: tuple[str, ...] | None = None
    """None: all sessions, also those that have ended."""
    user: str | None = None
    """Only this person's sessions, and those to come."""
    faults: tuple[LineFault, ...] = tuple(LineFault)


class UnknownSid(Who):
    times: Times = 1


class Misroute(_Body):
    event: Annotated[str, Field(min_length=1)]
    """A glob."""
    user: str
    times: Times = 1


class Refuse(_Body):
    connections: Annotated[int, Field(ge=0)] | Literal["all"] = 0
    mode: RefuseMode = RefuseMode.HTTP503
    upgrade: UpgradeMode | bool = False


class Outage(_Body):
    on: bool
    rest: bool = True


class Release(_Body):
    id: str | None = None


class Disarm(_Body):
    id: str


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
