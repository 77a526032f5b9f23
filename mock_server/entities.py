"""The four entities of the contract, and how each looks on the wire."""

from dataclasses import dataclass
from typing import Any

from mock_server.scenario.model import Priority, SprintStatus, TaskStatus

Json = dict[str, Any]


def wire_number(value: float) -> int | float:
    """Return a whole number as int, so that 3.0 reads 3 on the wire."""
    return int(value) if float(value).is_integer() else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One card. `position` orders the cards of a column; `version` grows by one with each accepted change."""

    id: str
    project_id: str
    title: str
    status: TaskStatus
    priority: Priority
    position: float
    version: int
    created_at: str
    updated_at: str
    sprint_id: str | None = None
    epic_id: str | None = None
    description: str | None = None
    assignee: str | None = None
    due_date: str | None = None

    def wire(self) -> Json:
        """Return every field, absent ones as null: a merging client must see that one was cleared."""
        return {
            "id": self.id,
            "projectId": self.project_id,
            "sprintId": self.sprint_id,
            "epicId": self.epic_id,
            "title": self.title,
            "description": self.description,
            "status": self.status.value,
            "priority": self.priority.value,
            "assignee": self.assignee,
            "dueDate": self.due_date,
            "position": wire_number(self.position),
            "version": self.version,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Epic:
    """A group of tasks; `progress` is the share of them that is done, in whole percent (0 without tasks)."""

    id: str
    project_id: str
    title: str
    status: str
    progress: int
    version: int
    description: str | None = None

    def wire(self) -> Json:
        return {
            "id": self.id,
            "projectId": self.project_id,
            "title": self.title,
            "description": self.description,
            "status": self.status,
            "progress": self.progress,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprint:
    """A stretch of work: planned, then started, then completed."""

    id: str
    project_id: str
    name: str
    status: SprintStatus
    version: int

    def wire(self) -> Json:
        return {
            "id": self.id,
            "projectId": self.project_id,
            "name": self.name,
            "status": self.status.value,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A board; only its members (ids of people) may see it, change it or join its rooms."""

    id: str
    name: str
    status: str
    members: tuple[str, ...]
    version: int
    description: str | None = None

    def wire(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "status": self.status,
            "members": list(self.members),
            "version": self.version,
        }
