"""A failed spec names the rules of its scenario that looked meant for what happened and were not used."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SCENARIO = """\
people: {alice: {role: admin}}
projects: [{id: atlas, members: [alice], tasks: [{id: t1, title: First}]}]
rules:
  - {on: PATCH /api/tasks/*, when: {title: Second}, error: {code: CONFLICT}}
  - {on: "task:update", handler: "my_rules.py:on_update"}
"""
SPEC = """
import httpx
import pytest
from harness import Client, Stage

pytestmark = pytest.mark.scenario("near")

def test_it(stage: Stage[Client]) -> None:
    headers = {"Authorization": f"Bearer {stage.stub.people['alice'].token}"}
    url = f"{stage.stub.gateway_url}/api/tasks/t1"
    answer = httpx.patch(url, json={"title": "Secnd", "version": 1}, headers=headers, trust_env=False)
    assert answer.status_code == 409
"""


def test_a_failed_spec_names_the_rule_that_was_not_used(
    run_specs: Callable[..., Any], tmp_path: Path
) -> None:
    fixtures = tmp_path / "fixtures"
    shutil.copytree(PROJECT / "fixtures" / "targets", fixtures / "targets")
    (fixtures / "scenarios").mkdir()
    (fixtures / "scenarios" / "near.yaml").write_text(SCENARIO)
    (fixtures / "scenarios" / "my_rules.py").write_text("def on_update(request): ...\n")
    ran = run_specs(SPEC, LOCKSTEP_FIXTURES=str(fixtures))
    assert ran.code == 1, ran.output
    assert "rules of the scenario that were not used" in ran.output
    why = "rule 0 (on PATCH /api/tasks/*) was not used: 'title' is 'Secnd', and the rule wants 'Second'"
    assert f"near.yaml:4: {why}" in ran.output
    (entry,) = [each for each in ran.journal() if each.get("what") == "near_miss"]
    assert entry["near_miss"]["line"] == 4
