"""Finds targets by name and reads their files."""

from __future__ import annotations

from pathlib import Path

from harness.errors import TargetError, UnknownName
from harness.scenario import DocumentError, read_yaml, validate
from harness.target.model import Target


def list_targets(targets_dir: Path) -> tuple[str, ...]:
    """The names of all targets in `targets_dir`, sorted."""
    return tuple(sorted(path.stem for path in targets_dir.glob("*.yaml")))


def load_target(name: str, targets_dir: Path) -> Target:
    """Read the target `name`.

    Raises UnknownName, or TargetError with every problem of the file: line, path and the nearest right word.
    """
    if name not in list_targets(targets_dir):
        raise UnknownName("target", name, list_targets(targets_dir))
    try:
        written = read_yaml(targets_dir / f"{name}.yaml")
        return validate(Target, written.with_value({"name": name, **written.value}))
    except DocumentError as error:
        raise TargetError(str(error)) from error
