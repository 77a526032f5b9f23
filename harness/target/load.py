"""Finds targets by name and reads their files."""

from __future__ import annotations

from pathlib import Path

from harness.errors import TargetError, UnknownName
from harness.scenario import DocumentError, read_yaml, validate
from harness.target.model import Target

_SUFFIX = ".yaml"


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


def load_target(name: str, targets_dir: Path) -> Target:
    """Read the target `name`: one of `targets_dir`, or a file by its path.

    Raises UnknownName, or TargetError with every problem of the file: line, path and the nearest right word.
    """
    path = find_target(name, targets_dir)
    try:
        written = read_yaml(path)
        target = validate(Target, written.with_value({"name": path.stem, **written.value}))
    except DocumentError as error:
        raise TargetError(str(error)) from error
    target._path = path
    return target
