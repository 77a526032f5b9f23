"""The stub as a backend: a reset is a new world, and its journal says who is where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import BrowserContext

from harness.backend.backend import Json, OpenContext
from harness.backend.settings_route import serve_settings
from harness.clients.client import Client
from harness.clients.rest_peer import RestPeer
from harness.scenario import FrontendSettings, Scenario
from harness.stub import Person, StubControl
from harness.target import Target


class StubBackend:
    """The embedded stub; the frontend is its own (`app_url`) or somebody's (kind `local`)."""

    def __init__(self, control: StubControl, target: Target, *, app_url: str) -> None:
        self._control = control
        self._target = target
        self._app_url = app_url
        self._settings = FrontendSettings()

    @property
    def stub(self) -> StubControl:
        return self._control

    @property
    def people(self) -> Mapping[str, Person]:
        return self._control.people

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(person.token for person in self.people.values() if person.token)

    def begin(self, scenario: Scenario) -> None:
        origin = scenario.origin
        self._settings = scenario.frontend
        self._control.reset(scenario.document(), origin=origin.model_dump(mode="json") if origin else None)

    def end(self) -> None:
        """The next reset makes a new world."""

    def id(self, alias: str) -> str:
        return alias

    def signed_in(self, person: Person, open_context: OpenContext) -> Any:
        if person.token is None:
            return None
        item = {"name": self._target.auth.local_storage_key, "value": person.token}
        return {"cookies": [], "origins": [{"origin": self._app_url, "localStorage": [item]}]}

    def prepare(self, context: BrowserContext) -> None:
        if path := self._target.frontend.settings:
            serve_settings(context, path, self._settings, gateway_url=self._control.gateway_url)

    def wait_joined(
        self, client: Client, project: str | None, *, newer_than: str | None = None, timeout_ms: int
    ) -> None:
        self._control.wait_for_join(
            client.person, f"project:{project}", newer_than=newer_than, timeout_ms=timeout_ms
        )

    def peer(self, person: Person) -> RestPeer:
        return RestPeer(person=person.id, token=person.token or "", gateway_url=self._control.gateway_url)

    def truth(self, project: str | None = None) -> Json | None:
        store = self._control.store()
        if "tasks" not in store:
            return None  # the store of another app is no board
        if project is None:
            return {"tasks": store["tasks"], "epics": store["epics"]}
        return {"tasks": [task for task in store["tasks"] if task["projectId"] == project]}
