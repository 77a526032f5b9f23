"""The target file, parsed: every field and its default."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from harness.scenario import Echo
from harness.target.lens import Lens


class Kind(StrEnum):
    """`stub`: the embedded stub server with the reference frontend."""

    STUB = "stub"


class Resync(StrEnum):
    """How a client catches up after a reconnect."""

    REFETCH = "refetch"
    REPLAY = "replay"
    RELOAD = "reload"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Millis = Annotated[int, Field(gt=0)]


class Auth(_Part):
    """Sign-in by token: the key of the app's localStorage that holds it."""

    local_storage_key: str = "jwt_token"


class Paths(_Part):
    """Pages of the app, relative to its URL."""

    login: str = "/login"
    projects: str = "/projects"
    project: str = "/projects/{project}"


class Contract(_Part):
    """Which of several correct designs the target follows (contract.md, the lines marked [switch])."""

    echo: Echo = Echo.ROOM
    resync: Resync = Resync.REFETCH
    #: Polling begins with a poll; else it begins an interval after the connection is lost.
    polls_at_once: bool = True
    #: Events may wait so long for others before they are applied together.
    throttle_ms: Millis = 100
    #: What the badge says in each of its states.
    badge_live: str = "Live"
    badge_polling: str = "Polling"
    badge_mock: str = "Mock Data"
    #: Where a board gets its tasks: what is a poll, and what a resync.
    task_list_path: Annotated[str, Field(pattern=r"\{project\}")] = "/api/projects/{project}/tasks"


class Budgets(_Part):
    """The numbers the target is held to (contract.md, section 6)."""

    update_latency_p95_ms: Millis = 500
    badge_change_ms: Millis = 1000
    reconnect_resync_ms: Millis = 2000
    polling_interval_ms: Millis = 30_000


class Timeouts(_Part):
    """How long the harness waits for a condition before it says what it saw instead."""

    expect_ms: Millis = 5000
    ready_ms: Millis = 15_000


class Target(_Part):
    """One target; its name is the stem of its file."""

    name: str
    kind: Kind
    description: str = ""
    auth: Auth = Auth()
    paths: Paths = Paths()
    contract: Contract = Contract()
    budgets: Budgets = Budgets()
    timeouts: Timeouts = Timeouts()
    #: How its boards are read; without one the screens are not judged.
    lens: Lens | None = None
    #: Further words that make a key secret, beside token, password, cookie and their like.
    secret_keys: tuple[str, ...] = ()
