"""The parts of a scenario: people, projects, server and frontend settings, rules, and their words."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from mock_server.scenario.words import (
    Echo,
    Parser,
    Priority,
    Role,
    SprintStatus,
    TaskStatus,
    TokenState,
    Transport,
    canonical_status,
)

DEFAULT_SEED = 42
JWT_SECRET = "lockstep-stub-secret-not-for-production"


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


_STATUS_WORDS = BeforeValidator(
    canonical_status, json_schema_input_type=TaskStatus | Literal["pending", "review", "completed"]
)
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
    """Frozen, and knows every key it may have; the text below a field describes it in the JSON schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Person(Part):
    """Somebody who can sign in; `id` is the key under `people`."""

    id: Id
    """The key itself."""
    name: Title
    """As shown; without it the key, capitalised."""
    email: Email
    """To sign in with; without it `<key>@example.com`."""
    password: Annotated[str, StringConstraints(min_length=1)]
    """To sign in with; without it the key."""
    role: Role = Role.MEMBER
    """What they may do."""
    token: TokenState = TokenState.VALID
    """What their browser holds when a spec starts."""


class EpicSpec(Part):
    """An epic as the world starts; its progress is worked out from its tasks."""

    id: Id
    """Without it the next free `e1`, `e2`, …"""
    title: Title
    """1 to 200 characters."""
    description: Description | None = None
    """Up to 10,000 characters."""
    status: str = "active"
    """Any word."""
    version: Version = 1
    """Grows by one with each change."""


class SprintSpec(Part):
    """A sprint as the world starts."""

    id: Id
    """Without it the next free `s1`, `s2`, …"""
    name: Title
    """1 to 200 characters."""
    status: SprintStatus = SprintStatus.PLANNED
    """Where it stands."""
    version: Version = 1
    """Grows by one with each change."""


class TaskSpec(Part):
    """A task as the world starts; `position` counts from 0 within its column."""

    id: Id
    """Without it the next free `t1`, `t2`, …"""
    title: Title
    """1 to 200 characters."""
    description: Description | None = None
    """Up to 10,000 characters."""
    status: Annotated[TaskStatus, _STATUS_WORDS] = TaskStatus.TODO
    """The column."""
    priority: Priority = Priority.P2
    """P0 is the most urgent."""
    assignee: str | None = None
    """A person's key."""
    due_date: Day | None = Field(default=None, alias="dueDate")
    """A date like 2026-12-24."""
    sprint_id: str | None = Field(default=None, alias="sprintId")
    """A sprint of the project."""
    epic_id: str | None = Field(default=None, alias="epicId")
    """An epic of the project."""
    position: Annotated[int, Field(ge=0)]
    """Place in its column, counted from 0; without it behind those written before."""
    version: Version = 1
    """Grows by one with each change."""


class Generate(Part):
    """How many made-up entities a project gets beside the written ones."""

    epics: Annotated[int, Field(ge=0, le=1_000)] = 0
    """How many epics."""
    sprints: Annotated[int, Field(ge=0, le=1_000)] = 0
    """How many sprints; the first one is started."""
    tasks: Annotated[int, Field(ge=0, le=10_000)] = 0
    """How many tasks, over all columns."""


class ProjectSpec(Part):
    """A project with its members (keys of people) and everything in it."""

    id: Id
    """Letters, digits, `.`, `_` and `-`."""
    name: Title
    """Without it the id, capitalised."""
    description: Description | None = None
    """Up to 10,000 characters."""
    status: str = "active"
    """Any word."""
    version: Version = 1
    """Grows by one with each change."""
    members: tuple[str, ...] = ()
    """Keys of people."""
    epics: tuple[EpicSpec, ...] = ()
    """Its epics."""
    sprints: tuple[SprintSpec, ...] = ()
    """Its sprints."""
    tasks: tuple[TaskSpec, ...] = ()
    """Its tasks, each column from the top."""
    generate: Generate = Field(default=Generate(), exclude=True)
    """Made-up ones beside them."""


class RateLimit(Part):
    """At most `max` events of one socket in each window."""

    enabled: bool = False
    """Whether there is a limit."""
    window_ms: Positive = 60_000
    """Milliseconds that are counted together."""
    max: Positive = 100
    """Events of one socket, or calls of one person, in that time."""


class GatewaySettings(Part):
    """How the stub's server behaves."""

    echo: Echo = Echo.ROOM
    """Who hears a change: the room, the others in it, or nobody."""
    recovery: bool = False
    """Socket.IO connection state recovery."""
    recovery_ms: Positive = 120_000
    """How long a socket may be away and still get its rooms and what it missed."""
    require_auth: bool | None = None
    """Whether a token is needed; without it, when people are named."""
    ping_interval_ms: Positive = 25_000
    """Between two heartbeats."""
    ping_timeout_ms: Positive = 20_000
    """How long an answer to a heartbeat may take."""
    connect_timeout_ms: Positive = 45_000
    """How long a connection may live without joining a namespace."""
    upgrade_timeout_ms: Positive = 10_000
    """How long an upgrade to a websocket may take."""
    parser: Parser = Parser.JSON
    """What Socket.IO packets are written in; the app must use the same."""
    http_compression: bool = True
    """Whether answers to polls are compressed."""
    per_message_deflate: bool = False
    """Whether websocket messages are compressed."""
    transports: Transports = BOTH_TRANSPORTS
    """What connections may be carried by."""
    max_connections: Positive = 1_000
    """More are refused."""
    connection_timeout_ms: Positive = 300_000
    """Connections without events are closed after this."""
    rate_limit: RateLimit = RateLimit()
    """How much one client may send."""
    max_payload_bytes: Positive = 1_000_000
    """Bigger messages and bodies are refused."""
    token_ttl_s: Positive = 3_600
    """Seconds that a token is valid."""
    jwt_secret: Annotated[str, StringConstraints(min_length=1)] = JWT_SECRET
    """What tokens are signed with."""
    cors_origin: str | None = None
    """Allowed origins; without it those of the reference frontend."""


class FrontendSettings(Part):
    """What the frontend is told in `/env.json`."""

    enable_realtime: bool = True
    """Whether it opens a socket."""
    mock_mode: bool = False
    """Whether it shows made-up data only."""
    polling_interval_ms: Positive = 30_000
    """Between two polls without a socket."""
    reconnection_delay_ms: Positive = 1_000
    """Before the first attempt to connect again."""
    reconnection_attempts: Annotated[int, Field(ge=0)] = 5
    """How often it tries before it polls."""
    ack_timeout_ms: Positive = 5_000
    """How long it waits for an acknowledgement."""
    transports: Transports = BOTH_TRANSPORTS
    """What it tries to connect by, in this order."""

    def variables(self, gateway_url: str) -> dict[str, str | int]:
        """Return what `/env.json` says to a frontend whose server is at `gateway_url`."""
        return {
            "NEXT_PUBLIC_WEBSOCKET_URL": gateway_url,
            "NEXT_PUBLIC_API_URL": gateway_url,
            "NEXT_PUBLIC_ENABLE_REALTIME": str(self.enable_realtime).lower(),
            "NEXT_PUBLIC_MOCK_MODE": str(self.mock_mode).lower(),
            "NEXT_PUBLIC_POLLING_INTERVAL_MS": self.polling_interval_ms,
            "NEXT_PUBLIC_RECONNECTION_DELAY_MS": self.reconnection_delay_ms,
            "NEXT_PUBLIC_RECONNECTION_ATTEMPTS": self.reconnection_attempts,
            "NEXT_PUBLIC_ACK_TIMEOUT_MS": self.ack_timeout_ms,
            "NEXT_PUBLIC_TRANSPORTS": ",".join(transport.value for transport in self.transports),
        }
