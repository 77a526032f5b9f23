"""Which specs catch which bug, by their marks; prints it, and with --write writes docs/bugs-covered.md."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "bugs-covered.md"
WRITE = ".venv/bin/python -P tests/bugs/bugs_table.py --write"
_HEAD = f"""\
# Bugs that are caught

Each bug breaks a rule (`fixtures/bugs.yaml`): specs assert it, and checkers hold it in every spec besides.
Written by `{WRITE}`.

| Bug | Rule | Caught by |
|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """A spec that names a bug."""

    bug: str
    path: str
    line: int
    name: str

    @property
    def link(self) -> str:
        sentence = self.name.removeprefix("test_").replace("_", " ")
        return f"[{sentence}](../{self.path})"


def bugs() -> dict[str, dict[str, Any]]:
    """By id, in the order of the file: `rule`, and where there are such `checkers` and `not_yet`."""
    read: dict[str, dict[str, Any]] = YAML(typ="safe").load(ROOT / "fixtures" / "bugs.yaml")
    return read


def catches() -> list[Catch]:
    """Every mark of every spec, in the order of the files."""
    found = []
    for path in sorted((ROOT / "specs").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_all = [node.value for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node)]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named = dict.fromkeys(bug for mark in [*of_all, *node.decorator_list] for bug in _named(mark))
                where = path.relative_to(ROOT).as_posix()
                found += [Catch(bug=bug, path=where, line=node.lineno, name=node.name) for bug in named]
    return found


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _named(mark: ast.expr) -> Iterator[str]:
    """The ids in every `mark.catches(...)` of an expression."""
    for call in ast.walk(mark):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "catches"
        ):
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant))


def markdown() -> str:
    caught = catches()
    return _HEAD + "".join(
        _row(bug, about, [each for each in caught if each.bug == bug]) for bug, about in bugs().items()
    )


def _row(bug: str, about: dict[str, Any], caught: list[Catch]) -> str:
    cells = [each.link for each in caught] or ["**no spec**"]
    if about.get("checkers"):
        cells.append("in every spec: " + ", ".join(f"`{name}`" for name in about["checkers"]))
    if "not_yet" in about:
        cells.append(f"*Not yet: {about['not_yet']}*")
    return f"| {bug} | {about['rule']} | {'<br>'.join(cells)} |\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(markdown(), encoding="utf-8")
    numbers = Counter(each.bug for each in catches())
    sys.stdout.write("".join(f"{bug}  {numbers[bug]}\n" for bug in bugs()))
