"""A deployment as a backend: signed in to as people do, written to by REST, watched on its pages' wire."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from playwright.sync_api import BrowserContext

from harness.backend.accounts import Accounts
from harness.backend.api import Api
from harness.backend.backend import Json, OpenContext
from harness.backend.cleaning import filled_path
from harness.backend.fitting import why_not
from harness.backend.rest_world import RestWorld
from harness.backend.settings_route import serve_settings
from harness.clients.client import Client
from harness.clients.rest_peer import RestPeer
from harness.clients.traffic import Answer
from harness.clients.wait import until
from harness.errors import EnvironmentTrouble, NotOnTarget, NotSeen, UnknownName
from harness.scenario import FrontendSettings, Scenario
from harness.stub import Person
from harness.target import Build, Cleanup, Target

_PROJECTS = "/api/projects"


class DeploymentBackend:
    """One deployment for a whole run; `begin` and `end` enclose a spec.

    `marker` is the run's: all that is made carries it. `environment` holds the people's credentials (default:
    this process's own).
    """

    stub = None

    def __init__(self, target: Target, *, marker: str, environment: Mapping[str, str] | None = None) -> None:
        self._target = target
        self._marker = marker
        self.api = Api(target)
        self.accounts = Accounts(target, self.api, environment)
        self._world: RestWorld | None = None
        self._scenario: Scenario | None = None

    @property
    def people(self) -> Mapping[str, Person]:
        """Those of the scenario, or all of the target's; each signs in when first asked for."""
        assert self._scenario is not None
        names = [name for name in self._target.people if name in self._scenario.people]
        return {name: self.accounts.person(name) for name in names}

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.accounts.secrets

    def begin(self, scenario: Scenario) -> None:
        if reason := why_not(scenario, self._target):
            raise NotOnTarget(f"not on target {self._target.name}: scenario {scenario.name}: {reason}")
        self._scenario = scenario
        self._world = RestWorld(
            self.api, marker=self._marker, person=self.accounts.person, maker=self._target.world.maker
        )
        if self._target.world.by is Build.REST:
            self._world.build(scenario)

    def end(self) -> None:
        """Remove what the spec's world was; what cannot be removed is left to `lockstep clean`."""
        rule = self._rule_for_projects()
        if self._world is None or rule is None:
            return
        method, _, template = rule.delete.partition(" ")
        for project, maker in self._world.projects.items():
            with suppress(EnvironmentTrouble):  # gone: its marker stays, and `lockstep clean` finds it
                self.api.call(method, filled_path(template, {"id": project}), token=maker.token)
        self._world = None

    def _rule_for_projects(self) -> Cleanup | None:
        rules = self._target.writes.cleanup
        return next((rule for rule in rules if rule.list.partition(" ")[2] == _PROJECTS), None)

    def id(self, alias: str) -> str:
        if self._world is None or not self._world.ids:
            return alias
        if alias not in self._world.ids:
            raise UnknownName("project, epic, sprint or task of the scenario", alias, self._world.ids)
        return self._world.ids[alias]

    # -- clients ---------------------------------------------------------------------------------------------

    def signed_in(self, person: Person, open_context: OpenContext) -> Any:
        return self.accounts.storage_state(person, open_context)

    def prepare(self, context: BrowserContext) -> None:
        if path := self._target.frontend.settings:
            settings = self._scenario.frontend if self._scenario else FrontendSettings()
            serve_settings(context, path, settings, gateway_url=self._target.gateway_url)

    def wait_joined(
        self, client: Client, project: str | None, *, newer_than: str | None = None, timeout_ms: int
    ) -> None:
        """As far as the page's own wire shows it: a socket is connected, and the room's join acknowledged."""

        def failure() -> str:
            assert client.recorder is not None
            traffic = client.recorder.traffic
            came = ", ".join(dict.fromkeys(each.event for each in traffic.events)) or "no event at all"
            live = (
                f"{len(traffic.open_sids)} socket(s) connected"
                if traffic.open_sids
                else "no socket connected"
            )
            again = " again" if newer_than else ""
            wanted = (
                f"did not join {project}{again}" if self._target.gateway.join_event else "did not connect"
            )
            refused = [str(each.args[0]) for each in self._joins(client, project) if not _is_ok(each.args)]
            live += f", its join refused: {refused[-1]}" if refused else ""
            return f"{client.name}'s page {wanted} within {timeout_ms} ms: {live}; seen: {came}"

        try:
            until(
                lambda: self._has_joined(client, project, newer_than),
                page=client.page,
                timeout_ms=timeout_ms,
                failure=failure,
            )
        except AssertionError as error:
            raise NotSeen(str(error)) from None

    def _has_joined(self, client: Client, project: str | None, newer_than: str | None) -> bool:
        """On a session that is open still: what was joined before a connection was lost is so no more."""
        assert client.recorder is not None
        client.recorder.drain(client.page)
        traffic, join = client.recorder.traffic, self._target.gateway.join_event
        sids = traffic.open_sids.keys() - {newer_than}
        if join is None:
            return bool(sids)
        return any(each.asked.sid in sids and _is_ok(each.args) for each in self._joins(client, project))

    def _joins(self, client: Client, project: str | None) -> list[Answer]:
        """The answers to what the page has sent to join the project's room."""
        assert client.recorder is not None
        return [
            each
            for each in client.recorder.traffic.answers
            if each.asked.event == self._target.gateway.join_event and _names(each.asked.payload, project)
        ]

    def peer(self, person: Person) -> RestPeer:
        return RestPeer(
            person=person.name,
            token=person.token or "",
            gateway_url=self.api.base_url,
            verify=self.api.verify,
            ids=lambda alias: self._world.ids.get(alias, alias) if self._world else alias,
            marked=self._marked,
            told=lambda path, made: self._note(person, path, made),
        )

    def _marked(self, path: str, body: Json) -> Json:
        """What a spec makes carries the run's marker, where the target says that such things do."""
        for rule in self._target.writes.cleanup:
            if path == rule.list.partition(" ")[2] and "." not in rule.marked:
                return {**body, rule.marked: f"{body.get(rule.marked) or ''} {self._marker}".strip()}
        return body

    def _note(self, person: Person, path: str, made: Any) -> None:
        """A project that a spec has made goes with its world."""
        if self._world is not None and path == _PROJECTS and isinstance(made, Mapping) and "id" in made:
            self._world.projects[str(made["id"])] = person

    def truth(self, project: str | None = None) -> Json | None:
        """By REST, as one of those who made the world; None where the target has no world of ours."""
        if self._world is None or not self._world.projects:
            return None
        told: Json = {"tasks": [], "epics": []}
        for each, maker in self._world.projects.items():
            if project in (None, each):
                for kind in told:
                    told[kind] += self.api.data("GET", f"{_PROJECTS}/{each}/{kind}", token=maker.token)
        return told

    def close(self) -> None:
        self.api.close()


def _names(payload: Any, project: str | None) -> bool:
    """Whether what a page sent to join is about `project`: the id itself, or a field of the payload."""
    return payload == project or (isinstance(payload, Mapping) and project in payload.values())


def _is_ok(args: tuple[Any, ...]) -> bool:
    """An acknowledgement is good unless it says that it is not."""
    return not args or not isinstance(args[0], Mapping) or args[0].get("ok", True) is True
