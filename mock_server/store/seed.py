"""Makes the entities that a scenario describes."""

from collections.abc import Callable
from dataclasses import replace

from mock_server.entities import Epic, Project, Sprint, Task
from mock_server.scenario.model import ProjectSpec, Scenario
from mock_server.store.epics import progress_of
from mock_server.store.tables import Tables


def tables_of(scenario: Scenario, now_s: Callable[[], float]) -> Tables:
    """Return the store as the scenario's world starts; `now_s` tells the epoch time in seconds."""
    tables = Tables(now_s=now_s)
    for spec in scenario.projects:
        _add_project(tables, spec)
    tables.used_ids.update(tables.projects, tables.epics, tables.sprints, tables.tasks)
    for epic_id, epic in tables.epics.items():
        tables.epics[epic_id] = replace(epic, progress=progress_of(tables, epic_id))
    return tables


def _add_project(tables: Tables, spec: ProjectSpec) -> None:
    tables.projects[spec.id] = Project(
        id=spec.id,
        name=spec.name,
        description=spec.description,
        status=spec.status,
        members=spec.members,
        version=spec.version,
    )
    for epic in spec.epics:
        tables.epics[epic.id] = Epic(
            id=epic.id,
            project_id=spec.id,
            title=epic.title,
            description=epic.description,
            status=epic.status,
            progress=0,
            version=epic.version,
        )
    for sprint in spec.sprints:
        tables.sprints[sprint.id] = Sprint(
            id=sprint.id,
            project_id=spec.id,
            name=sprint.name,
            status=sprint.status,
            version=sprint.version,
        )
    _add_tasks(tables, spec)


def _add_tasks(tables: Tables, spec: ProjectSpec) -> None:
    now = tables.timestamp()
    for task in spec.tasks:
        tables.tasks[task.id] = Task(
            id=task.id,
            project_id=spec.id,
            title=task.title,
            description=task.description,
            status=task.status,
            priority=task.priority,
            assignee=task.assignee,
            due_date=task.due_date,
            sprint_id=task.sprint_id,
            epic_id=task.epic_id,
            position=float(task.position),
            version=task.version,
            created_at=now,
            updated_at=now,
        )
