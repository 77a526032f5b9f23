"""The store alone: versions, places, broadcasts and what follows from a change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.errors import CallError
from mock_server.scenario.model import Scenario, SprintStatus, TaskStatus
from mock_server.store.change import Change
from mock_server.store.epics import create_epic, delete_epic, update_epic
from mock_server.store.ordering import position_at, position_last
from mock_server.store.projects import create_project, set_member, update_project
from mock_server.store.seed import tables_of
from mock_server.store.sprints import advance_sprint
from mock_server.store.tables import Tables
from mock_server.store.tasks import create_task, delete_task, update_task

NOW_S = 1_700_000_000.5
DOCUMENT: dict[str, Any] = {
    "people": {"alice": None, "bob": None},
    "projects": [
        {
            "id": "p",
            "name": "P",
            "members": ["alice", "bob"],
            "epics": [{"id": "e1", "title": "E"}, {"id": "e2", "title": "F"}],
            "sprints": [{"id": "s1", "name": "S"}, {"id": "s2", "name": "T"}],
            "tasks": [
                {"id": "a", "title": "A", "epicId": "e1", "sprintId": "s1"},
                {"id": "b", "title": "B", "epicId": "e1"},
                {"id": "c", "title": "C"},
                {"id": "d", "title": "D", "status": "done", "epicId": "e1", "version": 4},
            ],
        },
        {"id": "q", "name": "Q", "epics": [{"id": "e9", "title": "Other"}]},
    ],
}


@pytest.fixture
def tables() -> Tables:
    return fresh()


def fresh() -> Tables:
    return tables_of(Scenario.from_document(DOCUMENT), lambda: NOW_S)


def told(change: Change) -> list[str]:
    return [each.event.value for each in change.broadcasts]


def column(tables: Tables, status: TaskStatus = TaskStatus.TODO) -> list[str]:
    return [task.id for task in tables.column("p", status)]


def test_the_seeded_world(tables: Tables) -> None:
    task = tables.task("d")
    assert task.wire() == {
        "id": "d",
        "projectId": "p",
        "sprintId": None,
        "epicId": "e1",
        "title": "D",
        "description": None,
        "status": "done",
        "priority": "P2",
        "assignee": None,
        "dueDate": None,
        "position": 0,
        "version": 4,
        "createdAt": "2023-11-14T22:13:20.500Z",
        "updatedAt": "2023-11-14T22:13:20.500Z",
    }
    assert column(tables) == ["a", "b", "c"]
    assert tables.epic("e1").progress == 33
    assert tables.epic("e2").progress == 0


def test_create_goes_to_the_end_and_tells_project_and_sprint(tables: Tables) -> None:
    change = create_task(tables, "p", {"title": "New", "sprintId": "s1", "epicId": "e1"}, mutation_id="m")
    (created, epic) = change.broadcasts
    assert created.rooms == ("project:p", "sprint:s1")
    assert created.payload == {**change.result, "clientMutationId": "m"}
    assert (epic.event, epic.payload["progress"]) == ("epic:updated", 25)
    assert column(tables)[-1] == change.result["id"]
    assert [(each.op, each.entity, each.version) for each in change.writes] == [
        ("created", "task", 1),
        ("updated", "epic", 2),
    ]


def test_new_ids_never_meet_old_ones(tables: Tables) -> None:
    tables.used_ids.add("t2")
    ids = []
    for _ in range(3):
        ids.append(create_task(tables, "p", {"title": "x"}).result["id"])
        delete_task(tables, ids[-1])
    assert ids == ["t1", "t3", "t4"]


def test_fields_column_and_both(tables: Tables) -> None:
    assert told(update_task(tables, "c", {"title": "C2"}, version=1)) == ["task:updated"]
    assert told(update_task(tables, "c", {"status": TaskStatus.DONE}, version=2)) == ["task:status_changed"]
    both = update_task(tables, "c", {"title": "C3", "status": TaskStatus.TODO}, version=3)
    assert told(both) == ["task:status_changed", "task:updated"]
    assert [each.version for each in both.broadcasts] == [4, 4]
    assert [write.version for write in both.writes] == [4]


def test_the_same_values_change_nothing(tables: Tables) -> None:
    before = tables.task("c")
    change = update_task(tables, "c", {"title": "C", "status": TaskStatus.TODO, "assignee": None}, version=1)
    assert (change.broadcasts, change.writes) == ([], [])
    assert change.result == before.wire()
    update_task(tables, "a", {"position": 0.9})
    for same_place in ({"index": 1}, {"index": 1, "status": TaskStatus.TODO}):
        assert update_task(tables, "b", same_place).writes == []
    assert update_task(tables, "c", {"index": 99}).writes == []


def test_an_old_version_is_refused_and_leaves_everything(tables: Tables) -> None:
    before = tables.snapshot()
    with pytest.raises(CallError) as refused:
        update_task(tables, "d", {"title": "x"}, version=3)
    assert (refused.value.code, refused.value.details) == ("CONFLICT", tables.task("d").wire())
    for call in (
        lambda: delete_task(tables, "d", version=5),
        lambda: delete_epic(tables, "e1", version=2),
        lambda: update_epic(tables, "e1", {"title": "x"}, version=2),
        lambda: update_project(tables, "p", {"name": "x"}, version=2),
        lambda: advance_sprint(tables, "s1", SprintStatus.STARTED, version=2),
    ):
        with pytest.raises(CallError, match="CONFLICT"):
            call()
    assert tables.snapshot() == before


def test_links_must_lead_into_the_same_project(tables: Tables) -> None:
    for values in ({"epicId": "e9"}, {"epicId": "x"}, {"sprintId": "x"}):
        with pytest.raises(CallError, match="INVALID_INPUT"):
            update_task(tables, "a", values)
        with pytest.raises(CallError, match="INVALID_INPUT"):
            create_task(tables, "p", {"title": "x", **values})
    assert tables.task("a").version == 1


def test_moving_between_sprints_tells_both(tables: Tables) -> None:
    (moved,) = update_task(tables, "a", {"sprintId": "s2"}).broadcasts
    assert moved.rooms == ("project:p", "sprint:s1", "sprint:s2")


def test_moving_between_epics_counts_both_anew(tables: Tables) -> None:
    change = update_task(tables, "d", {"epicId": "e2"})
    assert told(change) == ["task:updated", "epic:updated", "epic:updated"]
    assert (tables.epic("e1").progress, tables.epic("e2").progress) == (0, 100)


def test_progress_is_told_only_when_it_changes(tables: Tables) -> None:
    assert told(update_task(tables, "a", {"status": TaskStatus.IN_PROGRESS})) == ["task:status_changed"]
    assert told(update_task(tables, "a", {"status": TaskStatus.DONE})) == [
        "task:status_changed",
        "epic:updated",
    ]


def test_a_deletion_is_a_version_of_its_own(tables: Tables) -> None:
    change = delete_task(tables, "d", version=4, mutation_id="m")
    assert change.broadcasts[0].payload == {
        "id": "d",
        "projectId": "p",
        "version": 5,
        "clientMutationId": "m",
    }
    with pytest.raises(CallError, match="NOT_FOUND"):
        update_task(tables, "d", {"title": "Ghost"})


def test_deleting_an_epic_frees_its_tasks_first(tables: Tables) -> None:
    assert told(delete_epic(tables, "e1")) == ["task:updated"] * 3 + ["epic:deleted"]
    assert [tables.task(task).epic_id for task in "abd"] == [None] * 3
    assert told(create_epic(tables, "p", {"title": "G"})) == ["epic:created"]


def test_sprints_go_one_way(tables: Tables) -> None:
    change = advance_sprint(tables, "s1", SprintStatus.STARTED, version=1, mutation_id="m")
    assert change.broadcasts[0].rooms == ("project:p", "sprint:s1")
    assert change.broadcasts[0].payload["clientMutationId"] == "m"
    advance_sprint(tables, "s1", SprintStatus.COMPLETED)
    for step in (SprintStatus.STARTED, SprintStatus.COMPLETED):
        with pytest.raises(CallError, match="CONFLICT"):
            advance_sprint(tables, "s1", step)


def test_members(tables: Tables) -> None:
    removed = set_member(tables, "p", "bob", member=False)
    assert removed.removed_members == [("p", "bob")]
    assert told(removed) == ["project:updated"]
    assert told(set_member(tables, "p", "bob", member=False)) == []
    assert set_member(tables, "p", "bob", member=True).result["members"] == ["alice", "bob"]
    created = create_project(tables, {"name": "N"}, ["bob", "alice", "bob"])
    assert created.broadcasts[0].users == ("bob", "alice")
    assert created.broadcasts[0].rooms == ()


def test_an_index_counts_among_the_other_cards(tables: Tables) -> None:
    update_task(tables, "c", {"index": 0})
    assert column(tables) == ["c", "a", "b"]
    update_task(tables, "c", {"index": 1})
    assert column(tables) == ["a", "c", "b"]
    update_task(tables, "c", {"index": 99})
    assert column(tables) == ["a", "b", "c"]
    update_task(tables, "d", {"status": TaskStatus.TODO, "index": 1})
    assert column(tables) == ["a", "d", "b", "c"]
    update_task(tables, "d", {"status": TaskStatus.IN_PROGRESS})
    assert column(tables, TaskStatus.IN_PROGRESS) == ["d"]


def test_only_the_moved_card_changes(tables: Tables) -> None:
    change = update_task(tables, "c", {"index": 0})
    assert [write.id for write in change.writes] == ["c"]


def test_a_column_without_room_is_renumbered_and_says_so(tables: Tables) -> None:
    update_task(tables, "b", {"position": 0})
    change = update_task(tables, "c", {"index": 1})
    assert column(tables) == ["a", "c", "b"]
    moved = [each.payload["task"]["id"] for each in change.broadcasts]
    assert moved == ["b", "c"]
    positions = [task.position for task in tables.column("p", TaskStatus.TODO)]
    assert positions == sorted(set(positions))


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), max_size=120))
def test_any_moves_by_index_end_where_a_plain_list_ends(moves: list[tuple[str, int]]) -> None:
    tables = fresh()
    plain = ["a", "b", "c"]
    versions = {task.id: task.version for task in tables.tasks.values()}
    for task_id, index in moves:
        change = update_task(tables, task_id, {"status": TaskStatus.TODO, "index": index})
        plain = [each for each in plain if each != task_id]
        plain.insert(index, task_id)
        assert column(tables) == plain
        for write in change.writes:
            if write.entity == "task":
                assert write.version == versions[write.id] + 1
                versions[write.id] = write.version


@given(st.lists(st.floats(-1e6, 1e6), max_size=8, unique=True), st.integers(-1, 9))
def test_a_position_lies_where_its_index_says(others: list[float], index: int) -> None:
    others.sort()
    position = position_at(others, index)
    if position is not None:
        place = max(0, min(index, len(others)))
        assert sorted([*others, position]).index(position) == place
    assert all(position_last(others) > other for other in others)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "update", "move", "delete"]),
        st.integers(0, 6),
        st.sampled_from(list(TaskStatus)),
        st.sampled_from([None, "e1", "e2"]),
    ),
    max_size=40,
)


@given(STEPS)
def test_whoever_applies_every_broadcast_has_the_truth(steps: list[Any]) -> None:
    """Apply nothing but the broadcasts to a copy: it equals the store, each version one above the last."""
    tables = fresh()
    copy: dict[str, dict[str, Any]] = {task.id: task.wire() for task in tables.tasks_of("p")}
    epics = {epic.id: epic.wire() for epic in tables.epics.values()}
    for kind, which, status, epic_id in steps:
        tasks = tables.tasks_of("p")
        task = tasks[which % len(tasks)] if tasks else None
        if kind == "create" or task is None:
            change = create_task(tables, "p", {"title": "x", "status": status, "epicId": epic_id})
        elif kind == "update":
            change = update_task(tables, task.id, {"title": f"x{which}", "epicId": epic_id})
        elif kind == "move":
            change = update_task(tables, task.id, {"status": status, "index": which})
        else:
            change = delete_task(tables, task.id)
        for each in change.broadcasts:
            apply(copy, epics, each.event.value, each.payload)
    assert copy == {task.id: task.wire() for task in tables.tasks_of("p")}
    assert epics == {epic.id: epic.wire() for epic in tables.epics.values()}


def apply(copy: dict[str, Any], epics: dict[str, Any], event: str, payload: dict[str, Any]) -> None:
    if event == "task:deleted":
        assert payload["version"] == copy.pop(payload["id"])["version"] + 1
    elif event == "epic:updated":
        assert payload["version"] == epics[payload["id"]]["version"] + 1
        epics[payload["id"]] = payload
    else:
        task = payload.get("task", payload)
        known = copy.get(task["id"], {"version": 0, "status": payload.get("from")})
        if "task" in payload:
            assert (payload["from"], payload["to"]) == (known["status"], task["status"])
        assert task["version"] == known["version"] + 1
        copy[task["id"]] = task
