"""Scenarios by name: finding, listing and reading their files."""

from pathlib import Path

import pytest

from mock_server.errors import UnknownScenarioError
from mock_server.scenario.load import default_root, find_scenario, list_scenarios, load_scenario
from mock_server.scenario.model import Scenario, SprintStatus, TaskStatus

SHIPPED = Path(__file__).parents[3] / "fixtures" / "scenarios"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    below = tmp_path / "scenarios"
    for name in ("demo", "board/two", "board/three"):
        path = below / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"description: the world of {name}, ${{uuid}}\n", encoding="utf-8")
    return below


def test_scenarios_are_listed_by_their_path(root: Path) -> None:
    assert list_scenarios(root) == ("board/three", "board/two", "demo")
    assert list_scenarios(root / "none") == ()


def test_a_scenario_is_found_by_name_or_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    assert find_scenario("board/two", root) == root / "board" / "two.yaml"
    assert find_scenario("board/two.yaml", root) == root / "board" / "two.yaml"
    assert find_scenario("scenarios/demo.yaml", root) == Path("scenarios/demo.yaml")


@pytest.mark.parametrize("name", ["board/tow", "board/tow.yaml"])
def test_an_unknown_name_is_answered_with_the_nearest(root: Path, name: str) -> None:
    with pytest.raises(UnknownScenarioError) as caught:
        find_scenario(name, root)
    assert str(caught.value) == (
        f"unknown scenario '{name}'. Did you mean 'board/two'? Known: board/three, board/two, demo."
    )


@pytest.mark.parametrize("name", ["", "..", "../scenarios/demo", "/", "board"])
def test_names_that_are_paths_elsewhere_are_unknown(root: Path, name: str) -> None:
    with pytest.raises(UnknownScenarioError):
        find_scenario(name, root)


def test_an_empty_root_says_that_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnknownScenarioError, match="none in "):
        find_scenario("demo", tmp_path)


def test_a_loaded_scenario_knows_its_name_path_and_seed(root: Path) -> None:
    path = root / "board" / "two.yaml"
    scenario = load_scenario(path, seed=5)
    assert (scenario.name, scenario.path, scenario.seed) == ("board/two", path, 5)
    assert "path" not in scenario.document()
    assert scenario.description != load_scenario(path).description


def test_the_environment_names_the_root_before_the_current_directory(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LOCKSTEP_FIXTURES", raising=False)
    monkeypatch.chdir(tmp_path)
    assert default_root() == SHIPPED
    (tmp_path / "fixtures" / "scenarios").mkdir(parents=True)
    assert default_root() == tmp_path / "fixtures" / "scenarios"
    monkeypatch.setenv("LOCKSTEP_FIXTURES", str(root.parent))
    assert default_root() == root


@pytest.mark.parametrize("name", list_scenarios(SHIPPED))
def test_every_shipped_scenario_is_sound(name: str) -> None:
    scenario = load_scenario(find_scenario(name, SHIPPED))
    assert scenario.name == name
    assert scenario.description
    assert Scenario.from_document(scenario.document()).document() == scenario.document()


def test_the_demo_is_the_default_world_of_the_contract() -> None:
    demo = load_scenario(find_scenario("demo", SHIPPED))
    atlas, borealis = demo.projects
    assert list(demo.people) == ["alice", "bob", "carol", "dave"]
    assert (atlas.members, borealis.members) == (("alice", "bob", "carol"), ("carol", "dave"))
    assert (len(atlas.tasks), len(atlas.epics)) == (12, 2)
    assert {task.status for task in atlas.tasks} == set(TaskStatus)
    assert [sprint.status for sprint in atlas.sprints] == [SprintStatus.STARTED]
    assert borealis.tasks


def test_the_board_of_two_has_what_the_specs_rely_on() -> None:
    atlas = load_scenario(find_scenario("board/two_members", SHIPPED)).projects[0]
    assert (atlas.id, atlas.members) == ("atlas", ("alice", "bob"))
    assert (atlas.tasks[0].id, atlas.tasks[0].title, atlas.tasks[0].status) == (
        "t1",
        "Write the docs",
        "todo",
    )
    assert [(sprint.id, sprint.status) for sprint in atlas.sprints] == [("s1", "started"), ("s2", "planned")]
    assert {task.status for task in atlas.tasks} == set(TaskStatus)
