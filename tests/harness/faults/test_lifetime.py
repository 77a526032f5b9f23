"""A fault is in force until it is lifted, over every document of its client, and the journal tells of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.checkers.verdicts import Verdict
from harness.errors import NoVerdictError
from harness.journal.entries import Entry, EntryKind
from harness.journal.reader import read_journal
from harness.stage import Stage

OpenStage = Callable[[str], Stage[DevMentor]]


@pytest.fixture
def open_unjudged(open_stage: OpenStage) -> OpenStage:
    """Under another name than `stage` the plugin does not judge it: the test does."""
    return open_stage


def _entries(stage: Stage[DevMentor], kind: EntryKind) -> list[Entry]:
    """Of one kind, as they happened: a page hands its own over later."""
    entries = sorted(read_journal(stage.timeline.writer.path).entries, key=lambda entry: (entry.t, entry.seq))
    return [entry for entry in entries if entry.kind is kind]


def _fates(stage: Stage[DevMentor], event: str) -> list[Any]:
    return [entry.get("fate") for entry in _entries(stage, EntryKind.FRAME) if entry.get("event") == event]


def test_fault_that_touched_nothing_leaves_the_verdict_open(open_unjudged: OpenStage) -> None:
    world = open_unjudged("connection/websocket")
    bob = world.client("bob")
    world.faults.drop(event="task:deleted", to=bob)
    world.rest("alice").patch("/api/tasks/t1", {"title": "a"})
    bob.events.wait("task:updated")
    judged = world.judge()
    assert judged.judgement.outcome is Verdict.UNKNOWN
    assert (
        "faults_hit (unknown): the fault drop (event task:deleted) touched nothing at bob: "
        "task:updated x1 passed it by" in judged.lines[0]
    ), judged.lines
    assert NoVerdictError.exit_code == 2


def test_fault_goes_on_over_a_reload_and_counts_on(open_unjudged: OpenStage) -> None:
    world = open_unjudged("connection/websocket")
    bob = world.client("bob")
    drop = world.faults.drop(event="task:updated", to=bob, nth=2)
    world.rest("alice").patch("/api/tasks/t1", {"title": "a"})
    bob.events.wait("task:updated")
    before = world.stub.connections("bob")[0]["sid"]
    bob.page.reload()
    world.stub.wait_for_join("bob", "project:atlas", newer_than=before)
    bob.board.expect_card("a", column="To Do")
    world.rest("alice").patch("/api/tasks/t1", {"title": "b"})
    world.rest("alice").patch("/api/tasks/t1", {"title": "c"})
    bob.board.expect_card("c", column="To Do")
    assert [(touch.did, touch.nth) for touch in drop.touched] == [("dropped", 2)]
    drop.lift()
    bob.page.reload()
    bob.board.expect_card("c", column="To Do")
    assert world.judge().judgement.outcome is Verdict.PASSED
    assert _fates(world, "task:updated") == [None, "dropped", None]


def test_journal_tells_each_packet_by_its_fate_and_each_touch(open_unjudged: OpenStage) -> None:
    world = open_unjudged("connection/long_polling")
    bob = world.client("bob")
    world.faults.duplicate(event="task:created", to=bob)
    hold = world.faults.hold(event="task:updated", to=bob)
    alice = world.rest("alice")
    alice.post("/api/projects/atlas/tasks", {"title": "new"})
    alice.patch("/api/tasks/t1", {"title": "a"})
    alice.patch("/api/tasks/t1", {"title": "b"})
    hold.wait(2)
    hold.drop([0])
    judged = world.judge()
    assert judged.judgement.outcome is Verdict.PASSED, judged.lines
    assert _fates(world, "task:created") == [None, "duplicated"]
    assert _fates(world, "task:updated") == ["held", "held", "dropped", "released"]
    told = [
        (each.get("name"), each.get("phase"), each.get("did")) for each in _entries(world, EntryKind.FAULT)
    ]
    assert [one for one in told if one[0] == "hold"] == [
        ("hold", "start", None),
        ("hold", "touch", "held"),
        ("hold", "touch", "held"),
        ("hold", "touch", "dropped"),
        ("hold", "end", None),
    ]


def test_plan_that_chance_drew_stands_in_the_journal(open_unjudged: OpenStage) -> None:
    world = open_unjudged("connection/websocket")
    bob = world.client("bob")
    drop = world.faults.drop(event="task:updated", to=bob, probability=0.5)
    for number in range(8):
        world.rest("alice").patch("/api/tasks/t1", {"title": f"n{number}"})
    world.settled()
    plan = [touch.nth for touch in drop.touched]
    drop.lift()
    (end,) = [each for each in _entries(world, EntryKind.FAULT) if each.get("phase") == "end"]
    assert end.get("plan") == plan


def test_everything_held_goes_on_when_the_spec_ends(open_unjudged: OpenStage) -> None:
    world = open_unjudged("connection/websocket")
    _alice, bob = world.clients("alice", "bob")
    hold = world.faults.hold(event="task:updated", to=bob)
    world.rest("alice").patch("/api/tasks/t1", {"title": "shown at last"})
    hold.wait(1)
    judged = world.judge()
    assert judged.judgement.outcome is Verdict.PASSED, judged.lines
    assert dict(bob.read_board()["todo"])["t1"] == "shown at last"
