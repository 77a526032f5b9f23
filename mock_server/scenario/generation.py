"""Makes up the entities a project asks for by number."""

from collections.abc import Callable
from typing import Any

from mock_server.scenario.made_up import MadeUp
from mock_server.scenario.words import Priority, SprintStatus, TaskStatus

_COLUMNS = tuple(TaskStatus)
_SPRINT_STATES = (SprintStatus.STARTED, SprintStatus.PLANNED)


def made_epics(count: int, made_up: MadeUp) -> list[dict[str, Any]]:
    """Return epics without ids."""
    title = _unique(lambda: made_up.value("epic.title"), set())
    return [{"title": title()} for _ in range(count)]


def made_sprints(count: int) -> list[dict[str, Any]]:
    """Return sprints without ids: the first one started, the rest planned."""
    return [
        {"name": f"Made-up sprint {index + 1}", "status": str(_SPRINT_STATES[min(index, 1)])}
        for index in range(count)
    ]


def made_tasks(count: int, project: dict[str, Any], made_up: MadeUp) -> list[dict[str, Any]]:
    """Return tasks without ids, over the columns in turn, each with a title no other in the project has."""
    written = {str(task.get("title")) for task in project["tasks"] if isinstance(task, dict)}
    title = _unique(lambda: made_up.value("task.title"), written)
    members = [member for member in project["members"] if isinstance(member, str)]
    epics = [epic.get("id") for epic in project["epics"] if isinstance(epic, dict)]
    sprints = [sprint.get("id") for sprint in project["sprints"] if isinstance(sprint, dict)]
    return [
        {
            "title": title(),
            "status": str(_COLUMNS[index % len(_COLUMNS)]),
            "priority": str(made_up.choice(tuple(Priority))),
            "assignee": made_up.choice((*members, None)),
            "epicId": made_up.choice((*epics, None)),
            "sprintId": made_up.choice((*sprints, None)),
        }
        for index in range(count)
    ]


def _unique(make: Callable[[], str], taken: set[str]) -> Callable[[], str]:
    """Return `make` with a number put behind what it made before: boards find their cards by title."""
    used = set(taken)

    def unique() -> str:
        made = make()
        title, number = made, 1
        while title in used:
            number += 1
            title = f"{made} {number}"
        used.add(title)
        return title

    return unique
