"""What a scenario may leave out, and what it may ask for by number."""

from collections import Counter
from typing import Any

import pytest

from mock_server.errors import DocumentError
from mock_server.scenario.model import ProjectSpec, Scenario, SprintStatus, TaskStatus


def project(**written: Any) -> ProjectSpec:
    document = {"people": {"alice": None, "bob": None}, "projects": [{"id": "atlas", **written}]}
    return Scenario.from_document(document).projects[0]


def test_a_person_is_named_after_the_key() -> None:
    alice = Scenario.from_document({"people": {"alice": None}}).people["alice"]
    assert (alice.id, alice.name, alice.email, alice.password) == (
        "alice",
        "Alice",
        "alice@example.com",
        "alice",
    )


def test_a_project_is_named_after_its_id() -> None:
    assert project().name == "Atlas"
    assert project(name="The Atlas").name == "The Atlas"


def test_ids_are_numbered_through_all_projects_around_the_written_ones() -> None:
    tasks = [{"title": "a"}, {"title": "b", "id": "t2"}, {"title": "c"}]
    document = {"projects": [{"id": "atlas", "tasks": tasks}, {"id": "borealis", "tasks": [{"title": "d"}]}]}
    scenario = Scenario.from_document(document)
    assert [[task.id for task in each.tasks] for each in scenario.projects] == [["t1", "t2", "t3"], ["t4"]]


def test_epics_and_sprints_are_numbered_too() -> None:
    world = project(epics=[{"title": "Launch"}], sprints=[{"name": "First"}, {"name": "Second"}])
    assert [epic.id for epic in world.epics] == ["e1"]
    assert [sprint.id for sprint in world.sprints] == ["s1", "s2"]


def test_positions_count_within_the_column_as_it_is_stored() -> None:
    statuses = ["todo", "review", "pending", "in_progress", "done"]
    tasks = project(tasks=[{"title": status, "status": status} for status in statuses]).tasks
    assert [(task.status, task.position) for task in tasks] == [
        (TaskStatus.TODO, 0),
        (TaskStatus.IN_PROGRESS, 0),
        (TaskStatus.TODO, 1),
        (TaskStatus.IN_PROGRESS, 1),
        (TaskStatus.DONE, 0),
    ]


def test_a_task_without_a_position_goes_behind_those_that_have_one() -> None:
    tasks = project(tasks=[{"title": "a", "position": 4}, {"title": "b"}]).tasks
    assert [task.position for task in tasks] == [4, 5]


def test_the_numbers_asked_for_are_made_beside_what_is_written() -> None:
    world = project(
        members=["alice", "bob"],
        epics=[{"title": "Launch"}],
        tasks=[{"title": "Write the docs"}],
        generate={"tasks": 300, "epics": 20, "sprints": 3},
    )
    assert (len(world.tasks), len(world.epics), len(world.sprints)) == (301, 21, 3)
    assert [sprint.status for sprint in world.sprints] == [
        SprintStatus.STARTED,
        SprintStatus.PLANNED,
        SprintStatus.PLANNED,
    ]
    assert Counter(task.status for task in world.tasks[1:]) == dict.fromkeys(TaskStatus, 100)
    assert {task.assignee for task in world.tasks} == {"alice", "bob", None}
    assert {task.epic_id for task in world.tasks} >= {"e1", "e21", None}


def test_made_up_titles_and_ids_are_each_there_once() -> None:
    world = project(generate={"tasks": 500, "epics": 30})
    for values in ([task.title for task in world.tasks], [task.id for task in world.tasks]):
        assert len(set(values)) == 500
    assert len({epic.title for epic in world.epics}) == 30


def test_the_same_seed_makes_the_same_tasks_and_another_seed_others() -> None:
    document = {"projects": [{"id": "atlas", "generate": {"tasks": 20}}]}
    worlds = [Scenario.from_document(document, seed=seed).projects[0].tasks for seed in (1, 1, 2)]
    assert worlds[0] == worlds[1]
    assert worlds[0] != worlds[2]


def test_what_one_project_makes_does_not_depend_on_the_others() -> None:
    atlas = {"id": "atlas", "generate": {"tasks": 20}}
    borealis = {"id": "borealis", "generate": {"tasks": 3}}
    alone = Scenario.from_document({"projects": [atlas]}).projects[0]
    second = Scenario.from_document({"projects": [borealis, atlas]}).projects[1]
    assert [task.title for task in alone.tasks] == [task.title for task in second.tasks]


def test_the_document_given_is_left_as_it_was() -> None:
    document: dict[str, Any] = {
        "projects": [{"id": "atlas", "tasks": [{"title": "a"}], "generate": {"tasks": 2}}]
    }
    Scenario.from_document(document, seed=3)
    assert document == {"projects": [{"id": "atlas", "tasks": [{"title": "a"}], "generate": {"tasks": 2}}]}


@pytest.mark.parametrize("generate", [{"tasks": True}, {"tasks": "3"}, [], 5])
def test_a_number_that_is_none_makes_nothing_and_is_a_problem(generate: Any) -> None:
    with pytest.raises(DocumentError, match=r"document: projects\[0\]\.generate"):
        project(generate=generate)
