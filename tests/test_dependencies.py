"""What the packages import is declared in pyproject.toml, and every lock is hashed and names no host."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("harness", "mock_server", "reports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def imported_by(package: str) -> dict[str, Path]:
    """Top-level names that the package's files import, each with a file that does."""
    found: dict[str, Path] = {}
    for file in (ROOT / package).rglob("*.py"):
        if "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            else:
                continue
            found.update((name.partition(".")[0], file.relative_to(ROOT)) for name in names)
    return found


def group(name: str) -> list[str]:
    """The requirements of a dependency group, those of the groups that it includes too."""
    listed = PROJECT["dependency-groups"][name]
    included = [more for each in listed if isinstance(each, dict) for more in group(each["include-group"])]
    return [each for each in listed if isinstance(each, str)] + included


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_import_is_a_declared_dependency(package: str) -> None:
    declared = names(PROJECT["project"]["dependencies"])
    brought_by = packages_distributions()
    undeclared = {
        f"{file}: {name}"
        for name, file in imported_by(package).items()
        if name not in sys.stdlib_module_names | set(PACKAGES)
        and not declared & {canonicalize_name(each) for each in brought_by.get(name, [])}
    }
    assert undeclared == set()


def test_what_a_gateway_node_imports_is_in_its_group() -> None:
    declared = names(group("gateway"))
    brought_by = packages_distributions()
    undeclared = {
        f"{file}: {name}"
        for name, file in imported_by("deploy/gateway").items()
        if name not in sys.stdlib_module_names | {"deploy", *PACKAGES}
        and not declared & {canonicalize_name(each) for each in brought_by.get(name, [])}
    }
    assert undeclared == set()
    assert names(group("deploy")) - {"cryptography"} <= declared


@pytest.mark.parametrize("lock", ["run", "dev", "gateway", "node"])
def test_a_lock_has_a_hash_for_every_package_and_names_no_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    pinned = re.findall(r"^\S+==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 0
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run", PROJECT["project"]["dependencies"]),
        ("dev", PROJECT["project"]["dependencies"] + group("dev")),
        ("gateway", group("gateway")),
        ("node", group("node")),
    ],
)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, wanted: list[str]) -> None:
    pins = re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE)
    locked = {canonicalize_name(name): version for name, version in pins}
    unmet = {
        each
        for each in wanted
        if not Requirement(each).specifier.contains(
            locked.get(canonicalize_name(Requirement(each).name), "0")
        )
    }
    assert unmet == set(), "run scripts/lock"
