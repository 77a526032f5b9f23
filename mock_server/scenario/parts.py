"""The parts of a scenario: people, projects, server and frontend settings, rules, and their words."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

DEFAULT_SEED = 42
JWT_SECRET = "lockstep-stub-secret-not-for-production"


class TaskStatus(StrEnum):
    """A task's column."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Priority(StrEnum):
    """A task's priority, P0 the most urgent."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class SprintStatus(StrEnum):
    """Where a sprint stands."""

    PLANNED = "planned"
    STARTED = "started"
    COMPLETED = "completed"


class Role(StrEnum):
    """What a person may do."""

    ADMIN = "admin"
    MEMBER = "member"


class TokenState(StrEnum):
    """What a person's browser holds when the spec starts."""

    VALID = "valid"
    EXPIRED = "expired"
    NONE = "none"


class Echo(StrEnum):
    """Who hears a change: the whole room, the room without the sender, or nobody."""

    ROOM = "room"
    OTHERS = "others"
    NONE = "none"


class Transport(StrEnum):
    """How a Socket.IO connection is carried."""

    WEBSOCKET = "websocket"
    POLLING = "polling"


class Unscripted(StrEnum):
    """What happens on an event or call that neither the contract nor a rule knows."""

    ERROR = "error"
    WARN = "warn"
    IGNORE = "ignore"


STATUS_ALIASES = {
    "pending": TaskStatus.TODO,
    "review": TaskStatus.IN_PROGRESS,
    "completed": TaskStatus.DONE,
}
"""Words accepted on input for a task's status, and what they are stored as."""


def canonical_status(value: Any) -> Any:
    """Map an accepted status word to the stored one; anything else comes back as it is."""
    return STATUS_ALIASES.get(value, value) if isinstance(value, str) else value


def _checked_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise ValueError(
            f"'{value}' must be letters, digits, '.', '_' and '-', beginning with a letter or digit"
        )
    return value


def _checked_day(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a date like 2026-12-24") from None
    return value


def _checked_email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError(f"'{value}' is not an address like alice@example.com")
    return value


Id = Annotated[str, StringConstraints(max_length=100), AfterValidator(_checked_id)]
Email = Annotated[str, AfterValidator(_checked_email)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Description = Annotated[str, StringConstraints(max_length=10_000)]
Day = Annotated[str, AfterValidator(_checked_day)]
Millis = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Version = Annotated[int, Field(ge=1)]
Transports = Annotated[tuple[Transport, ...], Field(min_length=1)]
BOTH_TRANSPORTS = (Transport.WEBSOCKET, Transport.POLLING)


class Part(BaseModel):
    """Frozen, and knows every key it may have."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Part):
    """Somebody who can sign in; `id` is the key under `people`."""

    id: Id
    name: Title
    email: Email
    password: Annotated[str, StringConstraints(min_length=1)]
    role: Role = Role.MEMBER
    token: TokenState = TokenState.VALID


class EpicSpec(Part):
    """An epic as the world starts; its progress is worked out from its tasks."""

    id: Id
    title: Title
    description: Description | None = None
    status: str = "active"
    version: Version = 1


class SprintSpec(Part):
    """A sprint as the world starts."""

    id: Id
    name: Title
    status: SprintStatus = SprintStatus.PLANNED
    version: Version = 1


class TaskSpec(Part):
    """A task as the world starts; `position` counts from 0 within its column."""

    id: Id
    title: Title
    description: Description | None = None
    status: Annotated[TaskStatus, BeforeValidator(canonical_status)] = TaskStatus.TODO
    priority: Priority = Priority.P2
    assignee: str | None = None
    due_date: Day | None = Field(default=None, alias="dueDate")
    sprint_id: str | None = Field(default=None, alias="sprintId")
    epic_id: str | None = Field(default=None, alias="epicId")
    position: Annotated[int, Field(ge=0)]
    version: Version = 1


class Generate(Part):
    """How many made-up entities a project gets beside the written ones; all 0 once they are made."""

    epics: Annotated[int, Field(ge=0, le=1_000)] = 0
    sprints: Annotated[int, Field(ge=0, le=1_000)] = 0
    tasks: Annotated[int, Field(ge=0, le=10_000)] = 0


class ProjectSpec(Part):
    """A project with its members (keys of people) and everything in it."""

    id: Id
    name: Title
    description: Description | None = None
    status: str = "active"
    version: Version = 1
    members: tuple[str, ...] = ()
    epics: tuple[EpicSpec, ...] = ()
    sprints: tuple[SprintSpec, ...] = ()
    tasks: tuple[TaskSpec, ...] = ()
    generate: Generate = Field(default=Generate(), exclude=True)


class RateLimit(Part):
    """At most `max` events of one socket in each window."""

    enabled: bool = False
    window_ms: Positive = 60_000
    max: Positive = 100


class GatewaySettings(Part):
    """How the stub's server behaves; None for `require_auth` and `cors_origin` means: work it out."""

    echo: Echo = Echo.ROOM
    recovery: bool = False
    require_auth: bool | None = None
    ping_interval_ms: Positive = 25_000
    ping_timeout_ms: Positive = 20_000
    transports: Transports = BOTH_TRANSPORTS
    max_connections: Positive = 1_000
    connection_timeout_ms: Positive = 300_000
    rate_limit: RateLimit = RateLimit()
    max_payload_bytes: Positive = 1_000_000
    token_ttl_s: Positive = 3_600
    jwt_secret: Annotated[str, StringConstraints(min_length=1)] = JWT_SECRET
    cors_origin: str | None = None


class FrontendSettings(Part):
    """What the frontend is told in `/env.json`."""

    enable_realtime: bool = True
    mock_mode: bool = False
    polling_interval_ms: Positive = 30_000
    reconnection_delay_ms: Positive = 1_000
    reconnection_attempts: Annotated[int, Field(ge=0)] = 5
    ack_timeout_ms: Positive = 5_000
    transports: Transports = BOTH_TRANSPORTS
