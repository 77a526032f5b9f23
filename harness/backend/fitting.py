"""Whether a scenario's world can be had on a server that takes no script, and if not, why."""

from __future__ import annotations

from harness.scenario import FrontendSettings, GatewaySettings, Person, ProjectSpec, Scenario, TokenState
from harness.target import Build, Target

_PLAIN_GATEWAY = GatewaySettings()
_PLAIN_FRONTEND = FrontendSettings()


def why_not(scenario: Scenario, target: Target) -> str | None:
    """What of `scenario` the deployment `target` cannot have; None when it can have all of it."""
    reasons = (
        _world(scenario, target),
        _script(scenario),
        _gateway(scenario, target),
        _frontend(scenario, target),
        _people(scenario, target),
    )
    return next((reason for reason in reasons if reason), None)


def _world(scenario: Scenario, target: Target) -> str | None:
    if not scenario.projects:
        return None
    if target.world.by is Build.NONE:
        return "its projects would have to be made, and the target builds no world (world.by)"
    if not target.writes.allowed:
        return "its projects would have to be made, and the target allows no writes (writes.allowed)"
    aged = [each for project in scenario.projects for each in _aged(project)]
    return f"{', '.join(aged)} would have to be past their first version" if aged else None


def _aged(project: ProjectSpec) -> list[str]:
    own = [("project", project.id, project.version)]
    own += [("epic", each.id, each.version) for each in project.epics]
    own += [("sprint", each.id, each.version) for each in project.sprints]
    own += [("task", each.id, each.version) for each in project.tasks]
    return [f"{kind} {name}" for kind, name, version in own if version != 1]


def _script(scenario: Scenario) -> str | None:
    if scenario.model == "none" and not scenario.rules:
        return None  # it asks nothing of the server
    if not scenario.keeps_to_contract:
        return f"its server is of the model {scenario.model}, which only the stub can be"
    return "it scripts the server by rules, which only the stub takes" if scenario.rules else None


def _gateway(scenario: Scenario, target: Target) -> str | None:
    for name, value in scenario.gateway:
        if value == getattr(_PLAIN_GATEWAY, name):
            continue
        told_by_frontend = name == "transports" and scenario.frontend.transports == value
        as_the_target = name == "echo" and value == target.contract.echo
        if not told_by_frontend and not as_the_target:
            return f"it sets gateway.{name}, which only the stub can"
    if scenario.gateway.echo != target.contract.echo:
        return f"its server echoes to {scenario.gateway.echo}, the target's to {target.contract.echo}"
    return None


def _frontend(scenario: Scenario, target: Target) -> str | None:
    if target.frontend.settings:
        return None
    changed = [name for name, value in scenario.frontend if value != getattr(_PLAIN_FRONTEND, name)]
    if not changed:
        return None
    return f"it sets frontend.{changed[0]}, and the target's frontend takes no settings (frontend.settings)"


def _people(scenario: Scenario, target: Target) -> str | None:
    missing = [name for name in scenario.people if name not in target.people]
    if missing:
        return f"the target has nobody called {', '.join(missing)} (people)"
    named = [person.id for person in scenario.people.values() if person.name != person.id.capitalize()]
    if named:
        return f"{', '.join(named)} would have another name than their own"
    special = [person.id for person in scenario.people.values() if not _is_plain(person)]
    return f"{', '.join(special)} would have a token that is not good" if special else None


def _is_plain(person: Person) -> bool:
    return person.token is TokenState.VALID
