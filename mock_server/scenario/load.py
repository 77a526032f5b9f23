"""Finds scenarios by name and reads them."""

import os
from difflib import get_close_matches
from pathlib import Path

from mock_server.errors import UnknownScenarioError
from mock_server.scenario.located import read_yaml
from mock_server.scenario.model import Scenario

_SUFFIX = ".yaml"
_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel carries the fixtures inside the package; a checkout has them beside it.
_IN_WHEEL = _PACKAGE / "_fixtures"
_SHIPPED = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent / "fixtures"


def default_root() -> Path:
    """Return the directory of scenarios: in `LOCKSTEP_FIXTURES`, else `./fixtures`, else the shipped one."""
    given = os.environ.get("LOCKSTEP_FIXTURES")
    if given:
        return Path(given) / "scenarios"
    here = Path.cwd() / "fixtures" / "scenarios"
    return here if here.is_dir() else _SHIPPED / "scenarios"


def list_scenarios(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of all scenarios below a directory, sorted: their paths without `.yaml`."""
    below = default_root() if root is None else root
    return tuple(sorted(_name(path, below) for path in below.rglob(f"*{_SUFFIX}")))


def find_scenario(name: str, root: Path | None = None) -> Path:
    """Return the file of a scenario, named by its path below `root` without `.yaml`, or by any path with it.

    Raises `UnknownScenarioError` with the nearest and all known names.
    """
    below = default_root() if root is None else root
    known = list_scenarios(below)
    if name in known:
        return below / f"{name}{_SUFFIX}"
    if name.endswith(_SUFFIX):
        if Path(name).is_file():
            return Path(name)
        if name.removesuffix(_SUFFIX) in known:
            return below / name
    nearest = get_close_matches(name, known, n=1)
    hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
    listed = ", ".join(known) if known else f"none in {below}"
    raise UnknownScenarioError(f"unknown scenario '{name}'.{hint} Known: {listed}.")


def load_scenario(path: Path, *, seed: int | None = None) -> Scenario:
    """Read a scenario from its file, `seed` in place of the written one.

    Its name is what the file says, else the file's path below the nearest `scenarios` directory.
    Raises `DocumentError` with every problem.
    """
    written = read_yaml(path)
    named = {"name": _own_name(path), **written.value}
    return Scenario.read(written.with_value(named), path=path, seed=seed)


def _own_name(path: Path) -> str:
    absolute = path.absolute()
    root = next((parent for parent in absolute.parents if parent.name == "scenarios"), absolute.parent)
    return _name(absolute, root)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()
