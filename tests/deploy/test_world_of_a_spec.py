"""What a spec makes on a deployment carries the run's marker, and goes with the spec's world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from specs_run import PROJECT

from harness.backend import DeploymentBackend
from harness.backend.marker import marker
from harness.deployment import Deployment
from harness.scenario import Scenario, read_scenario
from harness.target import load_target

MARKER = marker("c0ffee00")


@pytest.fixture
def backend(deployment: Deployment) -> Iterator[DeploymentBackend]:
    target = load_target("cluster", PROJECT / "fixtures" / "targets", deployment.environment)
    made = DeploymentBackend(target, marker=MARKER, environment=deployment.environment)
    yield made
    made.close()


@pytest.fixture
def scenario() -> Scenario:
    return read_scenario("board/two_members", PROJECT / "fixtures" / "scenarios", seed=None)


def test_project_that_a_spec_makes_by_rest_is_marked_and_removed_with_its_world(
    backend: DeploymentBackend, scenario: Scenario
) -> None:
    backend.begin(scenario)
    alice = backend.peer(backend.people["alice"])
    made = alice.post("/api/projects", {"name": "Cosmos", "description": "Of a spec", "members": ["bob"]})
    assert made["description"] == f"Of a spec {MARKER}"
    task = alice.post("/api/projects/atlas/tasks", {"title": "Not marked: it goes with its project"})
    assert MARKER not in (task.get("description") or "")
    world = backend.id("atlas")
    backend.end()
    left = {project["id"] for project in alice.get("/api/projects")}
    assert not left & {made["id"], world}
    alice.close()
