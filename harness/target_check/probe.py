"""The whole probe of a target, step by step; what cannot be asked any more after a failure is not asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from harness.backend import DeploymentBackend
from harness.backend.api import certificate_options
from harness.backend.marker import marker, run_id
from harness.backend.reachable import check_frontend, check_gateway
from harness.backend.serving import served
from harness.backend.sticky import sticky_problem
from harness.clients.browsers import find_browser, launch
from harness.doctor import Check
from harness.errors import EnvironmentTrouble, LockstepError, TargetError
from harness.scenario import Scenario, bare_scenario
from harness.stub import Person
from harness.target import Build, Target
from harness.target_check.findings import Facts
from harness.target_check.page import look_at_page
from harness.target_check.server import ask_in_a_world, ask_server

_VIEWPORT = {"width": 1280, "height": 800}


def check_target(target: Target, log_path: Path, *, said: Callable[[Check], None]) -> Facts:
    """Probe a deployment, or the frontend of a `local` target; `said` hears of each finding at once.

    What a started frontend prints goes to `log_path`. Writes a project with a marker, and removes it, where
    the target builds worlds.
    """
    facts = Facts(said=said)
    with ExitStack() as stack:
        try:
            stack.enter_context(served(target, log_path))
            check_frontend(target)
            facts.ok("frontend", f"answers at {target.app_url}")
        except EnvironmentTrouble as error:
            facts.wrong("frontend", str(error))
            return facts
        if not target.has_stub:
            _check_deployment(target, facts, stack)
    return facts


def _check_deployment(target: Target, facts: Facts, stack: ExitStack) -> None:
    try:
        told = check_gateway(target)
    except EnvironmentTrouble as error:
        facts.wrong("gateway", str(error))
        return
    facts.ok("gateway", _gateway_words(target, told))
    if lost := sticky_problem(target):
        facts.wrong("sticky", lost)
        return
    if told:
        facts.ok("sticky", "each long-polling session stays where it was opened")
    backend = DeploymentBackend(target, marker=marker(run_id(Path("check"))))
    stack.callback(backend.close)
    people = _sign_in(target, backend, facts)
    if people is None or not ask_server(target, people[0], facts):
        return
    scenario = _scenario(target, [person.name for person in people])
    try:
        if scenario.projects and len(people) > 1:
            ask_in_a_world(target, backend, scenario, facts)
        _look(target, backend, scenario, facts)
    except LockstepError as error:
        facts.wrong("world", str(error), environment=isinstance(error, EnvironmentTrouble))


def _gateway_words(target: Target, told: Mapping[str, Any]) -> str:
    if not told:
        return f"Engine.IO 4 at {target.gateway_url}{target.gateway.path}, websockets only"
    upgrades = "offers websocket" if "websocket" in told.get("upgrades", ()) else "offers no upgrade"
    beat = f"ping every {told.get('pingInterval')} ms, timeout {told.get('pingTimeout')} ms"
    return f"Engine.IO 4 at {target.gateway_url}{target.gateway.path}, {upgrades}, {beat}"


def _sign_in(target: Target, backend: DeploymentBackend, facts: Facts) -> list[Person] | None:
    if not target.people:
        facts.wrong("people", "the target names nobody", "give it `people`", environment=False)
        return None
    people = []
    for name in target.people:
        try:
            people.append(backend.accounts.person(name))
        except (EnvironmentTrouble, TargetError) as error:
            facts.wrong("sign-in", str(error), environment=isinstance(error, EnvironmentTrouble))
            return None
    facts.ok("sign-in", f"{', '.join(target.people)} ({target.auth.by})")
    return people


def _scenario(target: Target, names: list[str]) -> Scenario:
    """A small world where the target builds worlds, else none."""
    if target.world.by is Build.NONE or not target.writes.allowed:
        return bare_scenario(names)
    project = {"id": "check", "name": "Check", "members": names, "tasks": [{"title": "A task"}]}
    world = {"name": "check", "people": dict.fromkeys(names), "projects": [project]}
    if target.contract.echo:
        world["gateway"] = {"echo": str(target.contract.echo)}
    return Scenario.from_document(world)


def _look(target: Target, backend: DeploymentBackend, scenario: Scenario, facts: Facts) -> None:
    options = {"viewport": _VIEWPORT, **certificate_options(target)}
    with sync_playwright() as playwright, launch(playwright.chromium, find_browser()) as browser:
        look_at_page(target, backend, scenario, browser, options, facts)
