"""The published schema and reference are those of the model, and say of files what the model says."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from mock_server.scenario.made_up import AT_EACH_ANSWER
from mock_server.scenario.reference import reference
from mock_server.scenario.schema import NAME, scenario_schema

FIXTURES = Path(__file__).parents[3] / "fixtures"
SCENARIOS = sorted((FIXTURES / "scenarios").rglob("*.yaml"))
README = (FIXTURES / "README.md").read_text(encoding="utf-8")
VALIDATOR = jsonschema_rs.validator_for(scenario_schema())


def read(path: Path) -> Any:
    return json.loads(json.dumps(YAML(typ="safe").load(path.read_text(encoding="utf-8")), default=str))


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((FIXTURES / NAME).read_text(encoding="utf-8"))
    assert published == scenario_schema(), f"write it anew: lockstep scenario schema > fixtures/{NAME}"


def test_the_readme_lists_every_key_of_the_model() -> None:
    listed = README.split("## Every key\n", 1)[1]
    assert listed.strip() == reference().strip(), "write its end anew: lockstep scenario schema --keys"


def test_every_key_says_what_it_is_for() -> None:
    schema = scenario_schema()
    keys = [
        (name, key, field)
        for name, part in (("Scenario", schema), *schema["$defs"].items())
        for key, field in part.get("properties", {}).items()
    ]
    assert len(keys) > 80
    assert [f"{name}.{key}" for name, key, field in keys if not field.get("description")] == []


def test_the_readme_names_all_that_faker_knows() -> None:
    assert ", ".join(f"`{kind}`" for kind in sorted(AT_EACH_ANSWER)) in " ".join(README.split())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_fits_the_schema_and_names_it(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read(path))] == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    mark = "# yaml-language-server: $schema="
    assert first.startswith(mark)
    assert (path.parent / first.removeprefix(mark)).resolve() == FIXTURES / NAME


@pytest.mark.parametrize(
    "name",
    [
        "unknown_key", "unknown_top_level_key", "wrong_type", "negative_number", "number_for_text",
        "unknown_status", "missing_project_id", "unknown_event", "unknown_method", "wrong_delay",
        "wrong_body", "wrong_turns", "too_many_generated", "unknown_emitted_event", "unknown_model",
        "any_app_in_devmentor", "projects_without_devmentor", "unknown_fault", "unknown_fault_parameter",
        "fault_of_a_moment", "negative_time_of_a_fault", "wrong_fault",
    ],
)  # fmt: skip
def test_an_editor_sees_what_is_wrong_with_a_broken_file(name: str) -> None:
    assert not VALIDATOR.is_valid(read(FIXTURES / "broken" / f"{name}.yaml"))


def test_short_forms_fit() -> None:
    document = {
        "people": {"alice": None, "bob": {}},
        "projects": [{"id": "a", "tasks": [{"title": "x", "status": "review"}], "epics": [{"title": "y"}]}],
        "rules": [
            {"on": "task:update", "who": ["alice", "bob"], "delay_ms": {"normal": [1, 2]}, "then": [{}, {}]},
            {"on": "patch /api/tasks/*", "who": "bob", "first": {"reply": 1}, "then": {"reply": [1]}},
        ],
    }
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
