"""Makes what a scenario describes by the contract's REST calls, and removes it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.backend.api import Api
from harness.scenario import ProjectSpec, Scenario, SprintStatus
from harness.stub import Person

Json = dict[str, Any]
#: Fields that are other things' ids.
_REFERENCES = ("sprintId", "epicId")


class RestWorld:
    """The projects of one scenario on somebody else's server, each with `marker` in its description.

    `ids` says what the server calls what the scenario calls otherwise. All raise EnvironmentTrouble when the
    server refuses or does not answer.
    """

    def __init__(self, api: Api, *, marker: str, person: Callable[[str], Person], maker: str | None) -> None:
        self._api = api
        self._marker = marker
        self._person = person
        self._maker = maker
        self.ids: dict[str, str] = {}
        #: The server's ids of the projects, with the person that made each.
        self.projects: dict[str, Person] = {}

    def build(self, scenario: Scenario) -> None:
        for project in scenario.projects:
            self._project(project)

    def _project(self, spec: ProjectSpec) -> None:
        maker = self._person(self._maker or spec.members[0])
        members = [self._person(name).id for name in spec.members]
        about = f"{spec.description or ''} {self._marker}".strip()
        made = self._post(
            maker, "/api/projects", {"name": spec.name, "description": about, "members": members}
        )
        self._know(spec.id, made)
        self.projects[made["id"]] = maker
        base = f"/api/projects/{made['id']}"
        for epic in spec.epics:
            self._know(epic.id, self._post(maker, f"{base}/epics", _plain(epic)))
        for sprint in spec.sprints:
            self._sprint(maker, base, sprint)
        for task in sorted(spec.tasks, key=lambda each: each.position):
            self._know(task.id, self._post(maker, f"{base}/tasks", self._task(_plain(task))))

    def _sprint(self, maker: Person, base: str, spec: Any) -> None:
        made = self._post(maker, f"{base}/sprints", {"name": spec.name})
        self._know(spec.id, made)
        steps = {SprintStatus.PLANNED: (), SprintStatus.STARTED: ("start",)}.get(
            spec.status, ("start", "complete")
        )
        for step in steps:
            self._post(maker, f"/api/sprints/{made['id']}/{step}", {})

    def _task(self, body: Json) -> Json:
        references = {name: self.ids[body[name]] for name in _REFERENCES if body.get(name)}
        assignee = {"assignee": self._person(body["assignee"]).id} if body.get("assignee") else {}
        # Each goes to the end of its column, so their order is that of the calls.
        return {name: value for name, value in body.items() if name != "position"} | references | assignee

    def _know(self, alias: str, made: Mapping[str, Any]) -> None:
        self.ids[alias] = str(made["id"])

    def _post(self, who: Person, path: str, body: Json) -> Json:
        made: Json = self._api.data("POST", path, body, token=who.token)
        return made


def _plain(spec: Any) -> Json:
    """What a call carries: the fields that have a value, without the id and version that the server gives."""
    fields: Json = spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: value for name, value in fields.items() if name not in ("id", "version")}
