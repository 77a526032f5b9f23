"""An event with attachments is one packet to a fault: its bytes stay with it, on every way that it can go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.scenario import Scenario
from harness.stage import Stage
from tests.harness.faults import attachments
from tests.harness.faults.conftest import SCENARIOS


@pytest.fixture(params=SCENARIOS.values(), ids=SCENARIOS.keys())
def stage(
    request: pytest.FixtureRequest, open_stage: Callable[[Scenario], Stage[DevMentor]]
) -> Stage[DevMentor]:
    return open_stage(attachments.read(request.param))


def test_bytes_that_are_held_on_their_way_in_arrive_with_their_event(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(attachments.LISTEN)
    hold = stage.faults.hold(to=bob)
    attachments.send(bob, ("with", [0, 1, 254, 255]), ("without", None), ("and again", [7]))
    hold.wait(3)
    assert attachments.heard(bob, 0) == []
    hold.release([2, 1, 0])
    assert attachments.heard(bob, 3) == [["and again", [7]], ["without", None], ["with", [0, 1, 254, 255]]]


def test_bytes_that_are_held_on_their_way_out_arrive_with_their_event(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(attachments.LISTEN)
    hold = stage.faults.hold(event="task:create", by=bob)
    attachments.send(bob, ("with", [0, 1, 254, 255]), ("without", None))
    hold.wait(2)
    assert stage.stub.journal(kind="received", event="task:create") == []
    hold.release([1, 0])
    assert attachments.heard(bob, 2) == [["without", None], ["with", [0, 1, 254, 255]]]


def test_doubled_bytes_arrive_twice_and_dropped_ones_never(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(attachments.LISTEN)
    stage.faults.drop(event="system:notification", to=bob, nth=2)
    stage.faults.duplicate(event="system:notification", to=bob, nth=1)
    attachments.send(bob, ("twice", [1, 2]), ("never", [3]), ("last", [4]))
    assert attachments.heard(bob, 3) == [["twice", [1, 2]], ["twice", [1, 2]], ["last", [4]]]
