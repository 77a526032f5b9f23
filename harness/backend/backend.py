"""What a stage asks of the server behind the frontend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from playwright.sync_api import BrowserContext

from harness.clients.client import Client
from harness.clients.rest_peer import RestPeer
from harness.scenario import Scenario
from harness.stub import Person, StubControl

Json = dict[str, Any]


class OpenContext(Protocol):
    """Opens a client's browser context; the plugin supplies one that knows the command line."""

    def __call__(self, client: str, **options: Any) -> BrowserContext: ...


class Backend(Protocol):
    """One server, whose world is made anew for each spec."""

    @property
    def stub(self) -> StubControl | None:
        """The stub's control API, where the server is the stub."""

    @property
    def people(self) -> Mapping[str, Person]:
        """Who can sign in, by the name that specs call them."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not be written down."""

    def begin(self, scenario: Scenario) -> None:
        """Make the scenario's world. Raises NotOnTarget where this server cannot have it."""

    def end(self) -> None:
        """Remove what `begin` made, as far as the server keeps it."""

    def id(self, alias: str) -> str:
        """What the server calls a project or task that the scenario calls `alias`."""

    def signed_in(self, person: Person, open_context: OpenContext) -> Any:
        """The storage state that a browser of theirs starts with; None: a blank one.

        `open_context` opens the one in which a form is filled in, where people sign in so.
        """

    def prepare(self, context: BrowserContext) -> None:
        """Before the first page of a client."""

    def wait_joined(
        self, client: Client, project: str | None, *, newer_than: str | None = None, timeout_ms: int
    ) -> None:
        """Until the server has the client in the project's room, on another session than `newer_than`.

        Raises NotSeen at the deadline.
        """

    def peer(self, person: Person) -> RestPeer:
        """`person` without a browser."""

    def truth(self, project: str | None = None) -> Json | None:
        """The entities of `project` (default: of all), `{tasks, epics?}`; None where nobody can tell."""
