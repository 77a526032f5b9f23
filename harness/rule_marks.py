"""`@pytest.mark.rule("badge.one")`: the rules of the contract that a spec holds, checked at collection."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness.checkers import CHECKERS
from harness.contract import Contract, Holder, coverage_table, load_contract
from harness.errors import UsageError

FILE = "contract.yaml"
WRITE = "lockstep run --collect-only -q --contract-coverage docs/contract-coverage.md"
_SHOWN_MAX = 24


class RuleMarks:
    """Knows the rules of one suite; writes the table of them when asked to."""

    def __init__(self, fixtures_dir: Path, *, document: Path | None) -> None:
        self._path = fixtures_dir / FILE
        self._document = document

    @cached_property
    def _contract(self) -> Contract:
        return load_contract(self._path, checkers=CHECKERS)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """A mark that names no rule is an error of collection: the run ends with 2, with workers too."""
        report = yield
        try:
            for item in report.result or ():
                if isinstance(item, pytest.Item):
                    self._check(item)
        except UsageError as error:
            report.outcome, report.longrepr, report.result = "failed", str(error), []
        return report

    # First: also what -k and -m then take away holds its rules.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._document is not None:
            table = coverage_table(self._contract, _held(items), command=WRITE)
            self._document.write_text(table, encoding="utf-8")

    def _check(self, item: pytest.Item) -> None:
        """Raises UsageError for a mark that names no rule, with the nearest there is."""
        for mark in item.iter_markers("rule"):
            if not mark.args:
                raise UsageError(f"{_where(item)}: mark.rule names no rule")
        for name in _rules_of(item):
            known = self._contract.ids()
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else f" They are in {self._path.name}."
                raise UsageError(f"{_where(item)}: there is no rule {name!r}.{hint}")


def _held(items: list[pytest.Item]) -> dict[str, list[Holder]]:
    """Rule id -> the specs that hold it."""
    variants: dict[tuple[str, str, str], dict[str, None]] = {}
    for item in items:
        for rule in _rules_of(item):
            found = variants.setdefault((rule, item.location[0], _function(item)), {})
            found.update(dict.fromkeys(_variant(item)))
    held: dict[str, list[Holder]] = {}
    for (rule, path, name), found in variants.items():
        held.setdefault(rule, []).append(Holder(path=path, name=name, variants=tuple(found)))
    return held


def _rules_of(item: pytest.Item) -> Iterator[str]:
    return (name for mark in item.iter_markers("rule") for name in mark.args)


def _where(item: pytest.Item) -> str:
    path, line, _ = item.location
    return f"{path}:{(line or 0) + 1}: {_function(item)}"


def _function(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name


def _variant(item: pytest.Item) -> Iterator[str]:
    """What the spec is run for, in a word; the browser is not the spec's."""
    callspec = getattr(item, "callspec", None)
    params: Mapping[str, Any] = callspec.params if callspec is not None else {}
    for name, value in params.items():
        if name != "browser_name" and isinstance(value, str | int) and len(str(value)) <= _SHOWN_MAX:
            yield str(value)
