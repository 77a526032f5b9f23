"""Documents whose values know their file and line, and the check of such a document against a model."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from mock_server.errors import DocumentError, Problem
from mock_server.scenario.where import BRANCHES, Where, dotted
from mock_server.scenario.wording import unknown, wording
from mock_server.scenario.yaml_source import read_source

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A plain value (as JSON knows them) inside a document, and its place there.

    Children that are absent, or asked of a value that has none, have the value None, so that a check
    can walk a document of any shape.
    """

    file: str
    value: Any
    where: Where = ()
    lines: Mapping[Where, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    """What was already wrong when it was read."""

    @property
    def line(self) -> int | None:
        """The line it was written on, or that of the nearest value around it."""
        for end in range(len(self.where), -1, -1):
            if self.where[:end] in self.lines:
                return self.lines[self.where[:end]]
        return None

    def get(self, key: str | int) -> Self:
        """Return the value under a key or index."""
        inside = False
        if isinstance(self.value, dict):
            inside = key in self.value
        elif isinstance(self.value, list) and isinstance(key, int):
            inside = 0 <= key < len(self.value)
        return replace(self, value=self.value[key] if inside else None, where=(*self.where, key))

    def items(self) -> Iterator[tuple[str, Self]]:
        """Yield key and value of each entry of a mapping; nothing for any other value."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield key, self.get(key)

    def each(self) -> Iterator[Self]:
        """Yield each item of a list; nothing for any other value."""
        if isinstance(self.value, list):
            for index in range(len(self.value)):
                yield self.get(index)

    def with_value(self, value: Any, *problems: Problem) -> Self:
        """Return the same place holding another value, with what was wrong on the way to it."""
        return replace(self, value=value, problems=(*self.problems, *problems))

    def text(self) -> str | None:
        """Return the value when it is text, else None."""
        return self.value if isinstance(self.value, str) else None

    def problem(self, message: str, suggestion: str = "") -> Problem:
        """Say what is wrong with this value."""
        return Problem(
            file=self.file, line=self.line, path=dotted(self.where), message=message, suggestion=suggestion
        )

    def unknown(self, kind: str, known: Iterable[str], *, within: str = "") -> Problem:
        """Say that this value is none of the known ones, with the nearest of them or else them all."""
        return self.problem(*unknown(kind, str(self.value), known, within=within))


def read_yaml(path: Path) -> Located:
    """Read a YAML file that holds one mapping.

    Raises `DocumentError` when it cannot be read, is not YAML, is empty or holds something else;
    smaller faults (a key written twice) are kept in `problems`, for `validate` to report with the rest.
    """
    file = shown(path)
    source = read_source(_read_text(path, file), file=file)
    located = Located(file=file, value=source.value, lines=source.lines, problems=tuple(source.problems))
    if source.value is None:
        raise DocumentError([*source.problems, _at_start(file, "the file is empty")])
    if not isinstance(source.value, dict):
        raise DocumentError([*source.problems, located.problem("the file must hold 'key: value' lines")])
    return located


def parse(model: type[Model], located: Located) -> tuple[Model | None, tuple[Problem, ...]]:
    """Read a document into a model; return it (None when it does not fit) and every problem so far."""
    try:
        # Through JSON: strict there means "no guessing of types", yet lists and enums are as in the file.
        read = model.model_validate_json(json.dumps(located.value), strict=True)
    except ValidationError as error:
        named = {problem.path for problem in located.problems}  # one finding for one place is enough
        found = (_as_problem(model, located, detail) for detail in error.errors())
        return None, in_order((*located.problems, *(each for each in found if each.path not in named)))
    except (TypeError, ValueError, RecursionError):
        return None, (*located.problems, located.problem("holds something that JSON cannot"))
    return read, located.problems


def validate(model: type[Model], located: Located) -> Model:
    """Read a document into a model; raises `DocumentError` with every problem, in the order of the file."""
    read, problems = parse(model, located)
    if read is None or problems:
        raise DocumentError(problems)
    return read


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by line, each problem once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))


def _as_problem(model: type[BaseModel], located: Located, detail: Any) -> Problem:
    message, suggestion = wording(model, detail)
    place = located
    for part in detail["loc"]:
        if not _holds(place.value, part) and (detail["type"] != "missing" or part in BRANCHES):
            continue  # a part of the model's path, such as the branch of a union, that the file does not have
        place = place.get(part)
    return place.problem(message, suggestion)


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, Sequence) and isinstance(part, int) and part < len(value)


def _read_text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        reason = "there is no such file"
    except IsADirectoryError:
        reason = "this is a directory, not a file"
    except UnicodeDecodeError:
        reason = "the file is not UTF-8 text"
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    raise DocumentError([_at_start(file, reason)])


def _at_start(file: str, message: str) -> Problem:
    return Problem(file=file, line=1, path="", message=message)


def shown(path: Path) -> str:
    """Write a path for people: relative to the current directory when below it."""
    absolute = path.absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
