"""Reads the scenario a spec names, with the harness' own errors."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from harness.errors import ScenarioError
from mock_server.errors import DocumentError, UnknownScenarioError
from mock_server.scenario.load import find_scenario, load_scenario
from mock_server.scenario.model import Scenario


@lru_cache
def read_scenario(name: str, scenarios_dir: Path, *, seed: int | None = None) -> Scenario:
    """The scenario `name` below `scenarios_dir`; read once, however many specs name it.

    Raises ScenarioError, with file, line and the nearest right word.
    """
    try:
        return load_scenario(find_scenario(name, scenarios_dir), seed=seed)
    except (DocumentError, UnknownScenarioError) as error:
        raise ScenarioError(str(error)) from error


def bare_scenario(people: Iterable[str]) -> Scenario:
    """A world with nothing in it but people: that of an app whose data nobody scripts."""
    return Scenario.from_document({"name": "as it is", "model": "none", "people": dict.fromkeys(people)})
