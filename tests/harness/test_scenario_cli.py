"""The `scenario` commands: what they print, and the code they exit with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.scenario_cli import scenario_app

GOOD = """\
description: A world with [brackets] and ${person.name}
people:
  alice: {name: "${person.name}"}
projects:
  - id: atlas
    members: [alice]
    tasks: [{title: "Read [red]this[/red]", assignee: alice, status: review}]
gateway: {echo: others}
rules: [{on: task:update, delay_ms: 50}]
"""
BAD = "people:\n  alice: {role: boss}\nrulez: []\n"


@pytest.fixture(autouse=True)
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "scenarios"
    (root / "board").mkdir(parents=True)
    (root / "board" / "good.yaml").write_text(GOOD, encoding="utf-8")
    (root / "bad.yaml").write_text(BAD, encoding="utf-8")
    monkeypatch.setenv("LOCKSTEP_FIXTURES", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    return root


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scenario_app, arguments)


def test_list_shows_the_good_and_the_bad() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "board/good  1       1      A world with [brackets]" in result.output
    assert "2 problems: see `lockstep scenario check bad`" in result.output


def test_check_prints_a_line_for_each_problem_of_all_files() -> None:
    result = run("check")
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "scenarios/bad.yaml:2: people.alice.role: unknown value 'boss' (known: admin, member)",
        "scenarios/bad.yaml:3: rulez: unknown key 'rulez'. Did you mean 'rules'?",
    ]


def test_check_of_good_names_says_so() -> None:
    result = run("check", "board/good", "scenarios/board/good.yaml")
    assert (result.exit_code, result.output) == (0, "2 scenarios checked, no problem found\n")


def test_check_goes_on_after_a_name_that_is_unknown() -> None:
    result = run("check", "board/god", "bad")
    assert result.exit_code == 2
    assert result.output.startswith("unknown scenario 'board/god'. Did you mean 'board/good'?")
    assert "rulez" in result.output


def test_check_without_any_scenario_is_no_success(scenarios: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_FIXTURES", str(scenarios / "board"))
    result = run("check")
    assert (result.exit_code, result.output.split(" in ")[0]) == (2, "no scenarios")


def test_show_prints_the_filled_world_as_it_is() -> None:
    result = run("show", "board/good")
    assert result.exit_code == 0
    assert "board/good (seed 42)" in result.output
    assert "Read [red]this[/red]" in result.output
    assert 'gateway.echo: "others"' in result.output
    assert 'rule 0: on task:update {"delay_ms": 50}' in result.output
    assert "${" not in result.output


def test_show_as_json_is_the_document() -> None:
    one, same, other = (
        json.loads(run("show", "board/good", "--json", "--seed", seed).output) for seed in "112"
    )
    assert one == same
    assert one["people"]["alice"]["name"] != other["people"]["alice"]["name"]
    assert (one["seed"], one["projects"][0]["tasks"][0]["status"]) == (1, "in_progress")


@pytest.mark.parametrize(
    ("name", "said"),
    [("board/god", "Did you mean 'board/good'?"), ("bad", "scenarios/bad.yaml:3: rulez: unknown key")],
)
def test_show_of_what_is_unknown_or_bad_is_a_message_and_no_traceback(name: str, said: str) -> None:
    result = run("show", name)
    assert result.exit_code == 2
    assert said in result.output
    assert isinstance(result.exception, SystemExit)


def test_show_tells_the_faults(scenarios: Path) -> None:
    faults = "people: {bob: }\nfaults: [drop: {to: bob, nth: 2}, refuse: ]\n"
    (scenarios / "line.yaml").write_text(faults, encoding="utf-8")
    assert run("show", "line").output.splitlines()[-2:] == [
        'fault 0: drop {"nth": 2, "to": "bob"}',
        "fault 1: refuse {}",
    ]


def test_show_of_any_app_shows_its_collections_and_no_people(scenarios: Path) -> None:
    todos = "model: collection\ncollections: {todo: {items: [{id: 1, title: 'Buy [milk]'}]}}\n"
    (scenarios / "todo.yaml").write_text(todos, encoding="utf-8")
    assert run("show", "todo").output.splitlines() == [
        "todo (seed 42)",
        "",
        "model: collection",
        "namespaces: /",
        "",
        "Collection todo: /api/todos, told as {collection}:{verb} to everybody",
        '{"id": 1, "title": "Buy [milk]"}',
    ]
