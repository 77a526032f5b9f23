"""The target file, parsed: every field and its default."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from harness.scenario import Echo, shown
from harness.target.addresses import Frontend, Gateway, Tls
from harness.target.lens import Lens
from harness.target.people import Account, Auth
from harness.target.writes import Build, World, Writes


class Kind(StrEnum):
    """What stands behind the frontend, and whose frontend it is.

    `stub`: the embedded stub server with the reference frontend. `local`: your own frontend against the
    stub. `deployment`: a server of yours, with no control API.
    """

    STUB = "stub"
    LOCAL = "local"
    DEPLOYMENT = "deployment"


class Resync(StrEnum):
    """How a client catches up after a reconnect."""

    REFETCH = "refetch"
    REPLAY = "replay"
    RELOAD = "reload"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Millis = Annotated[int, Field(gt=0)]


class Paths(_Part):
    """Pages of the app, relative to its URL."""

    login: str = "/login"
    projects: str = "/projects"
    #: Where a client is once it is opened; `{project}` is the project's id.
    project: str = "/projects/{project}"


class Contract(_Part):
    """Which of several correct designs the target follows (contract.md, the lines marked [switch])."""

    #: False for an app with events and calls of its own; `contract: none` says the same.
    kept: bool = True
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


def _contract(value: object) -> object:
    return {"kept": False} if value == "none" else value


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
    #: Without a stub to ask, all is quiet when no packet of the app has come for so long.
    quiet_ms: Millis = 300


_PartT = TypeVar("_PartT", Budgets, Timeouts)


class Target(_Part):
    """One target; its name is the stem of its file."""

    name: str
    kind: Kind
    description: str = ""
    frontend: Frontend = Frontend()
    gateway: Gateway = Gateway()
    tls: Tls = Tls()
    #: Who can sign in on a deployment; of a stub's people the scenario tells.
    people: dict[str, Account] = Field(default_factory=dict)
    auth: Auth = Auth()
    world: World = World()
    writes: Writes = Writes()
    paths: Paths = Paths()
    #: Without a word: the contract's own values, but for a deployment that builds no world, which has none.
    contract: Annotated[Contract, BeforeValidator(_contract)] = Contract()
    budgets: Budgets = Budgets()
    timeouts: Timeouts = Timeouts()
    #: How its boards are read; without one the screens are not judged.
    lens: Lens | None = None
    #: Further words that make a key secret, beside token, password, cookie and their like.
    secret_keys: tuple[str, ...] = ()
    _path: Path | None = PrivateAttr(default=None)
    _slowdown: float = PrivateAttr(default=1.0)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind is not Kind.STUB and self.frontend.url is None:
            raise ValueError(
                f"frontend.url is missing: where is the frontend of a target of kind {self.kind}?"
            )
        if self.kind is not Kind.DEPLOYMENT and self.people:
            raise ValueError(
                f"people are for a deployment: those of a target of kind {self.kind} are the scenario's"
            )
        if self.kind is Kind.STUB and self.frontend.start is not None:
            raise ValueError(
                "frontend.start is for kind local or deployment: the stub serves the frontend itself"
            )
        return self

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        return self._path

    @property
    def file(self) -> str:
        """The file as messages name it."""
        return shown(self._path) if self._path else f"target {self.name}"

    @property
    def folder(self) -> Path:
        """What relative paths of the file start from."""
        return self._path.parent if self._path else Path()

    def slowed(self, times: float) -> Target:
        """The same target on processors so many times slower: what they take longer for may take longer.

        The polling interval is the app's clock, which a slow processor leaves as it is.
        """
        if times == 1:
            return self

        def longer(part: _PartT, *but: str) -> _PartT:
            waits = {name: round(wait * times) for name, wait in part if name not in but}
            return part.model_copy(update=waits)

        budgets = longer(self.budgets, "polling_interval_ms")
        slowed = self.model_copy(update={"budgets": budgets, "timeouts": longer(self.timeouts)})
        slowed._slowdown = times
        return slowed

    @property
    def slowdown(self) -> float:
        """How many times slower the pages' processors are made."""
        return self._slowdown

    @property
    def keeps_contract(self) -> bool:
        """Whether the app's events, calls and badge are those of the contract, and are held to it."""
        told = "contract" in self.model_fields_set
        as_it_is = self.kind is Kind.DEPLOYMENT and self.world.by is Build.NONE
        return self.contract.kept and (told or not as_it_is)

    @property
    def has_stub(self) -> bool:
        """Whether the server is the stub, which tells all and carries out faults."""
        return self.kind is not Kind.DEPLOYMENT

    @property
    def app_url(self) -> str:
        """Where the frontend is, without a slash at the end. Raises ValueError where only the stub knows."""
        if self.frontend.url is None:
            raise ValueError(f"target {self.name} has no frontend.url")
        return self.frontend.url

    @property
    def gateway_url(self) -> str:
        """Where Socket.IO is served; without a word of its own, where the frontend is."""
        return self.gateway.url or self.app_url

    @property
    def api_url(self) -> str:
        """Where REST is served; without a word of its own, where Socket.IO is."""
        return self.gateway.api_url or self.gateway_url
