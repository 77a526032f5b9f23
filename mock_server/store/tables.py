"""The entities by id, their look-ups, and the ids and times that new ones get."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn, Protocol, TypeVar

from mock_server.entities import Epic, Json, Project, Sprint, Task
from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.model import TaskStatus

COLUMN_ORDER = {status: index for index, status in enumerate(TaskStatus)}


class Versioned(Protocol):
    """Anything that grows a version and can be shown."""

    @property
    def version(self) -> int: ...

    def wire(self) -> Json: ...


T = TypeVar("T")


@dataclass(slots=True)
class Tables:
    """Everything the world holds. Only the functions of this package write to it."""

    now_s: Callable[[], float]
    projects: dict[str, Project] = field(default_factory=dict)
    epics: dict[str, Epic] = field(default_factory=dict)
    sprints: dict[str, Sprint] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    used_ids: set[str] = field(default_factory=set)
    counters: dict[str, int] = field(default_factory=dict)

    def project(self, project_id: str) -> Project:
        return _found(self.projects, project_id, "project")

    def epic(self, epic_id: str) -> Epic:
        return _found(self.epics, epic_id, "epic")

    def sprint(self, sprint_id: str) -> Sprint:
        return _found(self.sprints, sprint_id, "sprint")

    def task(self, task_id: str) -> Task:
        return _found(self.tasks, task_id, "task")

    def column(self, project_id: str, status: TaskStatus, *, without: str | None = None) -> list[Task]:
        """Return the cards of one column from top to bottom, leaving out the task `without`."""
        cards = (
            task
            for task in self.tasks.values()
            if task.project_id == project_id and task.status == status and task.id != without
        )
        return sorted(cards, key=lambda task: (task.position, task.id))

    def tasks_of(self, project_id: str) -> list[Task]:
        """Return a project's tasks by column, then from top to bottom."""
        return sorted((t for t in self.tasks.values() if t.project_id == project_id), key=board_order)

    def tasks_of_epic(self, epic_id: str) -> Iterator[Task]:
        return (task for task in self.tasks.values() if task.epic_id == epic_id)

    def new_id(self, prefix: str) -> str:
        """Return the next free id (`t13`); ids of deleted entities are never given again."""
        number = self.counters.get(prefix, 0) + 1
        while f"{prefix}{number}" in self.used_ids:
            number += 1
        self.counters[prefix] = number
        self.used_ids.add(f"{prefix}{number}")
        return f"{prefix}{number}"

    def timestamp(self) -> str:
        return timestamp(self.now_s())

    def snapshot(self) -> dict[str, list[Json]]:
        """Return all entities as the control API shows them."""
        projects = sorted(self.projects.values(), key=lambda project: project.id)
        epics = sorted(self.epics.values(), key=lambda epic: (epic.project_id, epic.id))
        sprints = sorted(self.sprints.values(), key=lambda sprint: (sprint.project_id, sprint.id))
        return {
            "projects": [project.wire() for project in projects],
            "epics": [epic.wire() for epic in epics],
            "sprints": [sprint.wire() for sprint in sprints],
            "tasks": [task.wire() for task in sorted(self.tasks.values(), key=board_order)],
        }


def board_order(task: Task) -> tuple[str, int, float, str]:
    return (task.project_id, COLUMN_ORDER[task.status], task.position, task.id)


def timestamp(epoch_s: float) -> str:
    """Return ISO 8601 in UTC with milliseconds, as JavaScript's `toISOString` writes it."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_version(entity: Versioned, version: int | None) -> bool:
    """Return whether no version was named; raises CONFLICT with the current entity when another one was."""
    if version is not None and version != entity.version:
        raise CallError(
            ErrorCode.CONFLICT,
            f"version {version} is not current: it is {entity.version}",
            details=entity.wire(),
        )
    return version is None


def invalid(field_name: str, message: str) -> NoReturn:
    """Raise INVALID_INPUT for one field, in the form that input validation uses."""
    details = [{"field": field_name, "message": message}]
    raise CallError(ErrorCode.INVALID_INPUT, f"{field_name}: {message}", details=details)


def _found(table: dict[str, T], key: str, kind: str) -> T:
    try:
        return table[key]
    except KeyError:
        raise CallError(ErrorCode.NOT_FOUND, f"no such {kind}: {key}") from None
