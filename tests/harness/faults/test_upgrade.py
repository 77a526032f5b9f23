"""What faults hold on long-polling goes on by the websocket that the connection has moved to meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.checkers.verdicts import Verdict
from harness.scenario import Scenario
from harness.stage import Stage
from tests.harness.faults import attachments

OpenStage = Callable[[str | Scenario], Stage[DevMentor]]

#: The library's probe waits until it is let go; so does its word that it has moved, when that is stopped at.
_STOP_AT = """(word) => {
  const { send } = WebSocket.prototype;
  globalThis.stopped = [];
  globalThis.goOn = (next) => { globalThis.stopAt = next; for (const go of stopped.splice(0)) go(); };
  globalThis.stopAt = word;
  WebSocket.prototype.send = function (data) {
    if (data !== globalThis.stopAt) return send.call(this, data);
    stopped.push(() => send.call(this, data));
  };
}"""
_LISTEN = """(events) => {
  globalThis.heard = [];
  const note = (data) => heard.push(data.title);
  for (const event of events) websocketService.on(event, note);
}"""
_EVENTS = ["task:updated", "task:created"]
PROBE, MOVED = "2probe", "5"


class Upgrading:
    """Bob on long-polling, ready, whose upgrade waits at its probe until `upgrade` is called."""

    def __init__(self, stage: Stage[DevMentor]) -> None:
        self.stage = stage
        self.bob = stage.client("bob", visit=False)
        self.bob.page.add_init_script(f"({_STOP_AT})({PROBE!r})")
        self.bob.open_project("atlas")
        stage.wait_ready(self.bob)
        self.bob.page.wait_for_function("stopped.length === 1")
        self.bob.page.evaluate(_LISTEN, _EVENTS)
        self.since = stage.stub.mark()
        self.expect_transport("polling")

    def expect_transport(self, name: str) -> None:
        (connection,) = self.stage.stub.connections("bob")
        assert connection["transport"] == name

    def pause(self) -> None:
        """Lets it go on to where the library polls no more, and has not said yet that it has moved."""
        self.bob.page.evaluate("(word) => goOn(word)", MOVED)
        self.bob.page.wait_for_function("stopped.length === 1")

    def upgrade(self) -> int:
        """Lets it go on; returns its place in the stub's journal."""
        self.bob.page.evaluate("goOn(null)")
        (moved,) = self.stage.stub.wait_for_entry(since=self.since, kind="upgrade", user="bob")
        self.expect_transport("websocket")
        return int(moved["seq"])

    def retitle(self, *titles: str) -> None:
        for title in titles:
            self.stage.rest("alice").patch("/api/tasks/t1", {"title": title})

    def send(self, title: str) -> None:
        """An event of bob's; its acknowledgement is not waited for."""
        self.bob.page.evaluate(
            "(title) => void websocketService.send('task:create', { projectId: 'atlas', title })", title
        )

    def heard(self, count: int) -> list[Any]:
        self.bob.page.wait_for_function("(count) => heard.length >= count", arg=count)
        found: list[Any] = self.bob.page.evaluate("heard")
        return found

    def wait_received(self, count: int) -> None:
        self.stage.stub.wait_for_entry(
            since=self.since, count=count, kind="received", event="task:create", user="bob"
        )

    def received(self) -> list[tuple[str, int]]:
        """Titles that the stub has received of bob, and their places in its journal."""
        came = self.stage.stub.journal(self.since, kind="received", event="task:create", user="bob")
        return [(each["data"]["title"], each["seq"]) for each in came]

    def expect_sound(self) -> None:
        """The line bears more, nothing was turned away, and the journal accounts for every packet."""
        self.retitle("last")
        self.bob.page.wait_for_function("heard.at(-1) === 'last'")
        assert self.stage.stub.journal(self.since, kind="refused") == []
        assert self.stage.stub.journal(self.since, kind="error") == []
        judged = self.stage.judge()
        assert judged.judgement.outcome is Verdict.PASSED, judged.lines


@pytest.fixture
def upgrading(open_stage: OpenStage) -> Upgrading:
    """Under another name than `stage` the plugin does not judge it: the test does."""
    return Upgrading(open_stage("connection/upgrade"))


def test_events_held_on_polling_are_heard_on_the_socket(upgrading: Upgrading) -> None:
    hold = upgrading.stage.faults.hold(event="task:updated", to=upgrading.bob)
    upgrading.retitle("a", "b")
    hold.wait(2)
    upgrading.upgrade()
    assert upgrading.heard(0) == []
    hold.release([1, 0])
    assert upgrading.heard(2) == ["b", "a"]
    hold.lift()
    upgrading.expect_sound()
    assert upgrading.heard(3) == ["b", "a", "last"]


def test_events_released_in_the_middle_of_the_upgrade_are_heard_once(upgrading: Upgrading) -> None:
    hold = upgrading.stage.faults.hold(event="task:updated", to=upgrading.bob)
    upgrading.retitle("a", "b", "c", "d")
    hold.wait(4)
    hold.release([3])
    upgrading.pause()
    hold.release([1])
    upgrading.upgrade()
    hold.release([0])
    hold.lift()
    upgrading.expect_sound()
    assert upgrading.heard(5) == ["d", "b", "a", "c", "last"]


def test_bytes_held_on_polling_arrive_on_the_socket_with_their_event(open_stage: OpenStage) -> None:
    upgrading = Upgrading(open_stage(attachments.read("connection/upgrade")))
    bob = upgrading.bob
    bob.page.evaluate(attachments.LISTEN)
    incoming = upgrading.stage.faults.hold(event="system:notification", to=bob)
    attachments.send(bob, ("in", [0, 255]))
    incoming.wait(1)
    outgoing = upgrading.stage.faults.hold(event="task:create", by=bob)
    attachments.send(bob, ("out", [254, 1]))
    outgoing.wait(1)
    upgrading.upgrade()
    incoming.lift()
    outgoing.lift()
    assert attachments.heard(bob, 2) == [["in", [0, 255]], ["out", [254, 1]]]


def test_what_is_sent_on_polling_and_held_reaches_the_server_by_the_way_that_is_open(
    upgrading: Upgrading,
) -> None:
    hold = upgrading.stage.faults.hold(event="task:create", by=upgrading.bob)
    upgrading.send("a")
    upgrading.send("b")
    hold.wait(2)
    upgrading.pause()
    hold.release([1])
    upgrading.wait_received(1)
    moved = upgrading.upgrade()
    hold.release()
    upgrading.wait_received(2)
    (first, second) = upgrading.received()
    assert (first[0], second[0]) == ("b", "a")
    assert first[1] < moved < second[1], "each went by the way that was open when it was let go"
    hold.lift()
    upgrading.expect_sound()


def test_nothing_passes_a_freeze_that_outlasts_the_upgrade(upgrading: Upgrading) -> None:
    """A frozen wire holds the words of the upgrade too: it comes about when the wire thaws."""
    bob, stage = upgrading.bob, upgrading.stage
    with stage.faults.freeze(bob):
        upgrading.retitle("a")
        upgrading.send("mine")
        bob.page.evaluate("goOn(null)")
        upgrading.retitle("b")
        assert stage.stub.journal(upgrading.since, kind="upgrade") == []
        assert upgrading.received() == []
        assert bob.page.evaluate("heard") == []
    stage.stub.wait_for_entry(since=upgrading.since, kind="upgrade", user="bob")
    assert sorted(upgrading.heard(3)) == ["a", "b", "mine"]
    upgrading.expect_sound()


def test_where_the_upgrade_hangs_what_was_held_goes_on_by_polling(open_stage: OpenStage) -> None:
    stage = open_stage("connection/upgrade")
    bob = stage.client("bob", visit=False)
    block = stage.faults.block_websocket(bob, hang=True)
    hold = stage.faults.hold(event="task:updated", to=bob)
    bob.open_project("atlas")
    stage.wait_ready(bob)
    bob.page.evaluate(_LISTEN, _EVENTS)
    stage.rest("alice").patch("/api/tasks/t1", {"title": "a"})
    stage.rest("alice").patch("/api/tasks/t1", {"title": "b"})
    hold.wait(2)
    assert [touch.did for touch in block.touched] == ["hung"]
    hold.release([1, 0])
    bob.page.wait_for_function("heard.length === 2")
    assert bob.page.evaluate("heard") == ["b", "a"]
    assert stage.stub.journal(kind="upgrade", user="bob") == []
