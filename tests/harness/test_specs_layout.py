"""House rules of the specs: selectors live in page objects, every spec names a world that exists."""

import re
from pathlib import Path

import pytest

from harness.scenario import list_scenarios

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted((ROOT / "specs").glob("*/test_*.py"))
_SELECTOR = re.compile(r"\.(locator|get_by_\w+|query_selector\w*)\(")
_SCENARIO = re.compile(r'mark\.scenario\("([^"]+)"\)')
#: The scenarios that specs share a parametrisation over, by name.
TRANSPORTS = ROOT / "specs" / "pages" / "transports.py"
_SHARED = re.compile(r'"(\w+/\w+)"')


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_selectors_are_in_page_objects_only(path: Path) -> None:
    assert _SELECTOR.findall(path.read_text(encoding="utf-8")) == []


def test_every_scenario_that_a_spec_names_exists_and_every_scenario_is_used() -> None:
    named = {name for path in SPECS for name in _SCENARIO.findall(path.read_text(encoding="utf-8"))}
    named |= set(_SHARED.findall(TRANSPORTS.read_text(encoding="utf-8")))
    there = set(list_scenarios(ROOT / "fixtures" / "scenarios"))
    assert named <= there
    examples = {name for name in there if name.startswith("examples/")}  # of other apps; tested with the stub
    assert there - named - examples == {"board/empty"}, (
        "served for people to click in, or a world that nobody uses"
    )


def test_a_dozen_specs_are_marked_smoke() -> None:
    marked = sum(path.read_text(encoding="utf-8").count("mark.smoke") for path in SPECS)
    assert marked >= 12
