"""Finds targets by name and reads their files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import TargetError, UnknownName
from harness.scenario import DocumentError, Located, Problem, read_yaml, validate
from harness.target.model import Target

_SUFFIX = ".yaml"
_LIKE = "like"
#: What one target never takes from another.
_OWN = frozenset(("name", "kind", "description", "frontend", "gateway", "people"))
#: Where variables of the environment are filled in when the file is read.
_ADDRESSES = frozenset(("frontend", "gateway", "tls"))
_VARIABLE = re.compile(r"\$\{env\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


def list_targets(targets_dir: Path) -> tuple[str, ...]:
    """The names of all targets in `targets_dir`, sorted."""
    return tuple(sorted(path.stem for path in targets_dir.glob(f"*{_SUFFIX}")))


def find_target(name: str, targets_dir: Path) -> Path:
    """The file of the target `name`: one of `targets_dir`, or any path that ends in `.yaml`.

    Raises UnknownName, or TargetError for a path at which there is no file.
    """
    if name in list_targets(targets_dir):
        return targets_dir / f"{name}{_SUFFIX}"
    if not name.endswith((_SUFFIX, ".yml")):
        raise UnknownName("target", name, list_targets(targets_dir))
    if not Path(name).is_file():
        raise TargetError(f"{name}: there is no such target file")
    return Path(name)


def load_target(name: str, targets_dir: Path, environment: Mapping[str, str] | None = None) -> Target:
    """Read the target `name`: one of `targets_dir`, or a file by its path.

    `like: OTHER` takes what the file does not say from the target OTHER beside it, key by key at the top.
    Addresses may be `${env.NAME}` or `${env.NAME:-default}`. Raises UnknownName, or TargetError with every
    problem of the file: line, path and the nearest right word.
    """
    path = find_target(name, targets_dir)
    known = os.environ if environment is None else environment
    try:
        target = validate(Target, _addressed(_whole(path, targets_dir), known))
    except DocumentError as error:
        raise TargetError(str(error)) from error
    target._path = path
    return target


def _whole(path: Path, targets_dir: Path, *, below: tuple[str, ...] = ()) -> Located:
    """The file with its name, and what it takes from the one that it is like."""
    written = read_yaml(path)
    said = {key: value for key, value in written.value.items() if key != _LIKE}
    like = written.get(_LIKE)
    if like.value is None:
        return written.with_value({"name": path.stem, **said})
    beside = path.parent if path.parent != Path() else Path(".")
    folder = beside if like.value in list_targets(beside) else targets_dir
    if like.value in (*below, path.stem):
        raise DocumentError([like.problem("a target cannot be like itself")])
    if like.value not in list_targets(folder):
        raise DocumentError([like.unknown("target", list_targets(folder))])
    base = _whole(folder / f"{like.value}{_SUFFIX}", targets_dir, below=(*below, path.stem))
    taken = {key: value for key, value in base.value.items() if key not in _OWN}
    return written.with_value({**taken, "name": path.stem, **said})


def _addressed(written: Located, environment: Mapping[str, str]) -> Located:
    """With the variables of the environment in its addresses; secrets stay what they are."""
    problems: list[Problem] = []

    def filled(place: Located) -> Any:
        if isinstance(place.value, dict):
            return {key: filled(child) for key, child in place.items()}
        text = place.text()
        if text is None:
            return place.value
        missing = [each["name"] for each in _VARIABLE.finditer(text) if _value(each, environment) is None]
        if missing:
            problems.append(
                place.problem(
                    f"the environment has no {missing[0]}: export it, or write ${{env.{missing[0]}:-default}}"
                )
            )
        return _VARIABLE.sub(lambda each: _value(each, environment) or "", text)

    value = {key: filled(each) if key in _ADDRESSES else each.value for key, each in written.items()}
    if problems:
        raise DocumentError(problems)
    return written.with_value(value)


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str | None:
    return environment.get(match["name"]) or match["default"]
