"""Completes a document: what its author left out (names, ids, positions) and asked to be made up by number.

It works on documents of any shape and leaves what it does not understand for the check to name.
"""

from collections import defaultdict
from copy import deepcopy
from itertools import count
from typing import Any

from pydantic import ValidationError

from mock_server.scenario.collections import completed
from mock_server.scenario.generation import made_epics, made_sprints, made_tasks
from mock_server.scenario.located import Located
from mock_server.scenario.made_up import MadeUp
from mock_server.scenario.parts import DEFAULT_SEED, Generate
from mock_server.scenario.placeholders import person_defaults
from mock_server.scenario.words import TaskStatus, canonical_status

_LISTS = ("members", "epics", "sprints", "tasks")
_ID_LETTERS = {"epics": "e", "sprints": "s", "tasks": "t"}


def complete(document: Located) -> Located:
    """Return the document with everything spelled out; only what is missing is added."""
    if not isinstance(document.value, dict):
        return document
    value = {"seed": DEFAULT_SEED, "people": {}, "projects": [], **deepcopy(document.value)}
    value["people"] = _people(value["people"])
    value["projects"] = _projects(value["projects"], value["seed"])
    if "collections" in value:
        value["collections"] = completed(value["collections"], value["seed"])
    if "faults" in value:
        value["faults"] = _faults(value["faults"])
    return document.with_value(value)


def _faults(faults: Any) -> Any:
    """Take `refuse:` with nothing behind it for a fault with all defaults."""
    if not isinstance(faults, list):
        return faults
    return [
        {name: {} if given is None else given for name, given in each.items()}
        if isinstance(each, dict)
        else each
        for each in faults
    ]


def _people(people: Any) -> Any:
    if not isinstance(people, dict):
        return people
    # `alice:` with nothing behind it is a person like any other.
    return {key: _person(key, {} if given is None else given) for key, given in people.items()}


def _person(key: str, given: Any) -> Any:
    return {**person_defaults(key), **given} if isinstance(given, dict) else given


def _projects(projects: Any, seed: Any) -> Any:
    if not isinstance(projects, list):
        return projects
    completed = [_with_lists(project) for project in projects]
    whole = [project for project in completed if _is_whole(project)]
    asked = [_take_asked(project) for project in whole]
    made_up = [MadeUp(f"{seed}:{project.get('id')}") for project in whole]
    for project, numbers, source in zip(whole, asked, made_up, strict=True):
        project["epics"].extend(made_epics(numbers.epics, source))
        project["sprints"].extend(made_sprints(numbers.sprints))
    _give_ids(whole, "epics")
    _give_ids(whole, "sprints")
    for project, numbers, source in zip(whole, asked, made_up, strict=True):
        project["tasks"].extend(made_tasks(numbers.tasks, project, source))
        _give_positions(project["tasks"])
    _give_ids(whole, "tasks")
    return completed


def _with_lists(project: Any) -> Any:
    if not isinstance(project, dict):
        return project
    identity = project.get("id")
    named = {"name": identity[:1].upper() + identity[1:]} if isinstance(identity, str) else {}
    return {**named, **{key: [] for key in _LISTS}, **project}


def _is_whole(project: Any) -> bool:
    return isinstance(project, dict) and all(isinstance(project[key], list) for key in _LISTS)


def _take_asked(project: dict[str, Any]) -> Generate:
    """Take the numbers to make up off the project, so that nothing is made twice."""
    try:
        asked = Generate.model_validate(project.get("generate", {}), strict=True)
    except ValidationError:
        return Generate()  # left where it is, for the check to name
    project.pop("generate", None)
    return asked


def _give_ids(projects: list[dict[str, Any]], kind: str) -> None:
    """Number what has no id (t1, t2, …) through all projects, stepping over the ids that are written."""
    entities = [entity for project in projects for entity in project[kind] if isinstance(entity, dict)]
    taken = {entity.get("id") for entity in entities if isinstance(entity.get("id"), str)}
    free = (f"{_ID_LETTERS[kind]}{number}" for number in count(1))
    for entity in entities:
        if "id" not in entity:
            entity["id"] = next(name for name in free if name not in taken)


def _give_positions(tasks: list[Any]) -> None:
    """Put each task without a position behind those written before it in its column."""
    next_in: defaultdict[str, int] = defaultdict(int)
    for task in tasks:
        if not isinstance(task, dict):
            continue
        column = str(canonical_status(task.get("status", TaskStatus.TODO)))
        position = task.setdefault("position", next_in[column])
        if isinstance(position, int):
            next_in[column] = max(next_in[column], position + 1)
