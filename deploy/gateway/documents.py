"""A project with all in it as one document: what Redis holds under one key, and changes as a whole."""

import time
import uuid
from dataclasses import dataclass

from pydantic import TypeAdapter

from mock_server.entities import Epic, Project, Sprint, Task
from mock_server.store.tables import Tables


class NodeTables(Tables):
    """The store's tables, filled from Redis; new ids are such that two nodes never give the same."""

    __slots__ = ()

    def new_id(self, prefix: str) -> str:
        return f"{prefix}-{uuid.uuid4()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDocument:
    """One project, and everything that belongs to it."""

    project: Project
    epics: tuple[Epic, ...] = ()
    sprints: tuple[Sprint, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def part_ids(self) -> frozenset[str]:
        """Ids of all that is in the project."""
        return frozenset(each.id for part in (self.epics, self.sprints, self.tasks) for each in part)


_JSON = TypeAdapter(ProjectDocument)


def to_json(document: ProjectDocument) -> bytes:
    return _JSON.dump_json(document)


def from_json(raw: bytes | str) -> ProjectDocument:
    return _JSON.validate_json(raw)


def tables_of(document: ProjectDocument | None) -> Tables:
    """Return tables with one project in them, or none."""
    tables = NodeTables(now_s=time.time)
    if document is not None:
        tables.projects[document.project.id] = document.project
        tables.epics.update((epic.id, epic) for epic in document.epics)
        tables.sprints.update((sprint.id, sprint) for sprint in document.sprints)
        tables.tasks.update((task.id, task) for task in document.tasks)
    return tables


def documents_of(tables: Tables) -> list[ProjectDocument]:
    """Return one document for each project of the tables."""
    return [
        ProjectDocument(
            project=project,
            epics=tuple(each for each in tables.epics.values() if each.project_id == project.id),
            sprints=tuple(each for each in tables.sprints.values() if each.project_id == project.id),
            tasks=tuple(each for each in tables.tasks.values() if each.project_id == project.id),
        )
        for project in tables.projects.values()
    ]
