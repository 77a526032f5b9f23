"""Every fault that a scenario can name becomes the one of that name, and is in force at whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.faults.from_scenario import KINDS, kind_of
from harness.journal.entries import EntryKind
from harness.journal.reader import read_journal
from harness.scenario import Scenario, ScenarioFault
from harness.stage import Stage

NEEDED: dict[str, dict[str, Any]] = {
    "delay": {"delay_ms": 5},
    "http_delay": {"delay_ms": 5},
    "slow": {"delay_ms": 5},
    "ack_delay": {"delay_ms": 5},
    "alter": {"set": {"title": "x"}},
    "misroute": {"to": "bob"},
}


def read(name: str, given: dict[str, Any]) -> ScenarioFault:
    document = {"people": {"bob": {}}, "faults": [{name: given}]}
    (fault,) = Scenario.from_document(document).faults
    return fault


@pytest.mark.parametrize("name", ScenarioFault.model_fields)
def test_fault_of_a_scenario_is_the_one_of_that_name(name: str) -> None:
    kind = kind_of(*read(name, NEEDED.get(name, {})).chosen)
    assert kind.name == name
    assert NEEDED.get(name, {}).items() <= {**kind.params(), "to": "bob"}.items()


def test_no_fault_is_left_without_a_word_in_scenarios() -> None:
    assert set(KINDS) == set(ScenarioFault.model_fields)


@pytest.mark.parametrize(("name", "key"), [("refuse", "connections"), ("swallow_ack", "times")])
def test_all_is_without_end(name: str, key: str) -> None:
    assert getattr(kind_of(*read(name, {key: "all"}).chosen), key) is None
    assert getattr(kind_of(*read(name, {key: 3}).chosen), key) == 3


def test_fault_is_told_on_the_lane_of_each_client_it_is_for(
    open_stage: Callable[[str], Stage[DevMentor]],
) -> None:
    stage = open_stage("faults/refused_at_first")
    stage.client("alice", visit=False)
    stage.client("second", person="alice", visit=False)
    stage.client("bob", visit=False)
    stage.faults.lift_all()
    entries = read_journal(stage.timeline.writer.path).entries
    told = [each for each in entries if each.kind is EntryKind.FAULT]
    for phase in ("start", "end"):
        assert sorted((each.lane, each.get("name")) for each in told if each.get("phase") == phase) == [
            ("alice", "refuse"), ("alice", "swallow_ack"),
            ("bob", "refuse"), ("bob", "starve_ping"),
            ("second", "refuse"), ("second", "swallow_ack"),
        ]  # fmt: skip
