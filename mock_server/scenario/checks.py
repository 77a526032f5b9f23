"""Checks what a model cannot see: that every name in a scenario stands for something that is there.

The checks walk documents of any shape, so they find what they can beside the model's own findings.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mock_server.errors import Problem
from mock_server.scenario.any_app import check_model, is_any_app
from mock_server.scenario.fault_checks import check_fault
from mock_server.scenario.fault_clashes import check_clashes
from mock_server.scenario.located import Located
from mock_server.scenario.placeholders import RESERVED
from mock_server.scenario.rule_checks import Names, check_rule

_ENTITIES = ("epics", "sprints", "tasks")


def check(document: Located, folder: Path | None) -> Iterator[Problem]:
    """Yield every problem of a completed document; `folder` is that of its file, None without one."""
    people, projects = document.get("people"), document.get("projects")
    yield from _check_people(people)
    yield from _repeated(project.get("id") for project in projects.each())
    for kind in _ENTITIES:
        entities = (entity for project in projects.each() for entity in project.get(kind).each())
        yield from _repeated(entity.get("id") for entity in entities)
    names = [key for key, _ in people.items()]
    for project in projects.each():
        yield from _check_project(project, names)
    yield from check_model(document)
    namespaces = [each.text() or "" for each in document.get("namespaces").each()]
    known = Names(
        people=names,
        rooms=list(_rooms(projects)),
        namespaces=namespaces or ["/"],
        any_app=is_any_app(document),
    )
    for rule in document.get("rules").each():
        yield from check_rule(rule, known, folder)
    for fault in document.get("faults").each():
        yield from check_fault(fault, names, any_app=known.any_app)
    yield from check_clashes(document.get("faults"))


def _check_people(people: Located) -> Iterator[Problem]:
    for key, person in people.items():
        if key in RESERVED:
            yield person.problem(f"'{key}' has a meaning of its own and cannot be a person's key")
        identity = person.get("id")
        if identity.text() not in (None, key):
            yield identity.problem(f"must be '{key}', the key of the person")
    yield from _repeated(person.get("email") for _, person in people.items())


def _check_project(project: Located, people: list[str]) -> Iterator[Problem]:
    members = list(project.get("members").each())
    yield from _not_among("person", members, people)
    yield from _repeated(members)
    sprints = [sprint.get("id").text() or "" for sprint in project.get("sprints").each()]
    epics = [epic.get("id").text() or "" for epic in project.get("epics").each()]
    for task in project.get("tasks").each():
        yield from _not_among("person", [task.get("assignee")], people)
        yield from _not_among("sprint", [task.get("sprintId")], sprints, within="in this project")
        yield from _not_among("epic", [task.get("epicId")], epics, within="in this project")


def _rooms(projects: Located) -> Iterator[str]:
    for project in projects.each():
        yield f"project:{project.get('id').value}"
        for sprint in project.get("sprints").each():
            yield f"sprint:{sprint.get('id').value}"


def _not_among(
    kind: str, words: Iterable[Located], known: Iterable[str], *, within: str = ""
) -> Iterator[Problem]:
    known = list(known)
    for word in words:
        if word.text() not in (None, *known):
            yield word.unknown(kind, known, within=within)


def _repeated(words: Iterable[Located]) -> Iterator[Problem]:
    first: dict[str, Located] = {}
    for word in words:
        text = word.text()
        if text is None:
            continue
        if text in first:
            line = first[text].line
            since = f"; first in line {line}" if line is not None else ""
            yield word.problem(f"'{text}' is taken{since}")
        first.setdefault(text, word)
