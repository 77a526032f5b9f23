"""Two faults in force at once: what is one state has one fault at a time, everything else bears another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.errors import StubError, UsageError
from harness.faults.fault import Fault
from harness.journal.entries import EntryKind
from harness.journal.reader import read_journal
from harness.scenario import Scenario
from harness.stage import Stage

OpenStage = Callable[[str | Scenario], Stage[DevMentor]]
Make = Callable[[Stage[DevMentor], DevMentor], Fault]

ONE_AT_A_TIME: list[tuple[str, Make, str]] = [
    ("offline", lambda s, b: s.faults.offline(b), "bob"),
    ("refuse", lambda s, b: s.faults.refuse(may_miss=True), "everybody"),
    ("refuse_upgrade", lambda s, b: s.faults.refuse_upgrade(may_miss=True), "everybody"),
    ("misroute", lambda s, b: s.faults.misroute(b, event="task:*", may_miss=True), "bob"),
    ("slow", lambda s, b: s.faults.slow(5, b), "bob"),
    ("starve_ping", lambda s, b: s.faults.starve_ping(b), "bob"),
    ("unknown_sid", lambda s, b: s.faults.unknown_sid(b, may_miss=True), "bob"),
    ("freeze", lambda s, b: s.faults.freeze(b, edge="stub"), "bob"),
    ("outage", lambda s, b: s.faults.outage(), "everybody"),
]

#: Whether a new websocket comes about.
_CONNECTS = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket");
  socket.onopen = () => resolve(true);
  socket.onerror = () => resolve(false);
})"""


@pytest.fixture
def world(open_stage: OpenStage) -> Stage[DevMentor]:
    return open_stage("connection/websocket")


def test_second_of_one_state_is_refused_while_the_first_is_in_force(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    for name, make, where in ONE_AT_A_TIME:
        with make(world, bob), pytest.raises(UsageError) as refused:
            make(world, bob)
        assert str(refused.value) == (
            f"{name}: one is in force at {where} already, and the first to end would end both: "
            "lift that one first"
        )
        make(world, bob).lift()


def test_everybodys_is_the_state_of_each(world: Stage[DevMentor]) -> None:
    alice, bob = world.clients("alice", "bob")
    with world.faults.slow(5), pytest.raises(UsageError, match="slow: one is in force at alice, bob already"):
        world.faults.slow(50, bob)
    with world.faults.slow(5, alice), world.faults.slow(50, bob), world.faults.offline(alice):
        world.faults.offline(bob).lift()
        assert alice.page.evaluate("navigator.onLine") is False


def test_faults_that_share_no_state_are_in_force_together(open_stage: OpenStage) -> None:
    world = open_stage("rooms/two_projects")
    alice = world.client("alice", project="atlas")
    with world.faults.misroute(alice, event="task:updated"):
        world.faults.misroute(alice, event="epic:*", may_miss=True).lift()
        world.rest("carol").patch("/api/tasks/t101", {"title": "Not for alice"})
        alice.events.wait("task:updated", where={"id": "t101"})
    with world.faults.drop(event="task:updated", to=alice) as outer:
        world.faults.drop(event="task:updated", to=alice, may_miss=True).lift()
        world.rest("alice").patch("/api/tasks/t1", {"title": "lost"})
        world.settled()
    assert [touch.did for touch in outer.touched] == ["dropped"]


def test_what_the_scenario_has_in_force_is_not_taken_over(open_stage: OpenStage) -> None:
    world = open_stage("faults/refused_at_first")
    world.client("bob", visit=False)
    for make in (lambda: world.faults.refuse(), lambda: world.faults.starve_ping(world.everybody[0])):
        with pytest.raises(UsageError, match=r"already, .*: the scenario has it to the end of the spec"):
            make()


def test_frozen_twice_is_frozen_until_both_are_lifted(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.page.evaluate(
        """() => {
          globalThis.heard = [];
          websocketService.on("task:updated", ({ title }) => heard.push(title));
        }"""
    )

    def change(title: str) -> None:
        stage.rest("alice").patch("/api/tasks/t1", {"title": title})
        alice.board.expect_card(title, column="To Do")

    outer = stage.faults.freeze(bob)
    with stage.faults.freeze(bob, may_miss=True):
        change("a")
    change("b")
    assert bob.page.evaluate("heard") == []
    last = stage.faults.freeze(bob, may_miss=True)
    outer.lift()
    change("c")
    assert bob.page.evaluate("heard") == []
    last.lift()
    bob.page.wait_for_function("heard.length === 3")
    assert bob.page.evaluate("heard") == ["a", "b", "c"]


def test_refused_fault_leaves_nothing_in_force_and_nothing_in_the_journal(
    world: Stage[DevMentor], monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = world.client("bob")

    def refuse(*_args: object, **_more: object) -> list[str]:
        raise StubError("the stub refused cut")

    with monkeypatch.context() as broken:
        broken.setattr(world.stub, "cut", refuse)
        broken.setattr(world.stub, "rest_fault", refuse)
        with pytest.raises(StubError):
            world.faults.cut(bob)
        with pytest.raises(StubError):
            world.faults.rest_error()
    assert bob.page.evaluate(_CONNECTS, world.stub.gateway_url)
    told = [
        (entry.get("name"), entry.get("phase"))
        for entry in read_journal(world.timeline.writer.path).entries
        if entry.kind is EntryKind.FAULT
    ]
    assert told == [("unreachable", "start"), ("unreachable", "end")]
