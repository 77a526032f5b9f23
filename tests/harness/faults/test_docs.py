"""Every fault stands in docs/faults.md, and nothing stands there that is none."""

from __future__ import annotations

import re

from harness.driven_clock import Clock
from harness.faults import Faults
from tests.harness.conftest import PROJECT

TEXT = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))}


def test_every_fault_is_told_of() -> None:
    told = set(re.findall(r"`(?:stage\.faults\.)?(\w+)\(", TEXT)) | set(
        re.findall(r"stage\.faults\.(\w+)", TEXT)
    )
    of_a_hold = {"release", "drop", "lift", "wait"}
    assert public(Faults) - {"lift_all", "from_scenario"} - told == set()
    assert told - public(Faults) - of_a_hold == set()


def test_every_verb_of_the_clock_is_told_of() -> None:
    assert set(re.findall(r"stage\.clock\.(\w+)", TEXT)) == public(Clock) - {"prepare"}
