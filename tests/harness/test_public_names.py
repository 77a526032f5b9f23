"""The public names of harness: listed, sorted, found, and loaded only when asked for."""

import subprocess
import sys

import pytest

import harness


def test_names_are_sorted() -> None:
    assert sorted(harness.__all__) == harness.__all__


@pytest.mark.parametrize("name", harness.__all__)
def test_every_name_is_found(name: str) -> None:
    assert getattr(harness, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Stge'"):
        _ = harness.Stge


def test_the_command_loads_neither_browser_nor_scenario_code() -> None:
    heavy = "{'playwright.sync_api', 'faker', 'aiohttp', 'ruamel.yaml'}"
    asked = f"import sys, harness.cli; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
