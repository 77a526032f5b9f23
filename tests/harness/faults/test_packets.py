"""Each fault of packets, on both transports, by what the app heard and what the stub received."""

from __future__ import annotations

from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.stage import Stage

#: The app's own subscription hears what its library gives it, whatever the harness says.
_LISTEN = """(name) => {
  globalThis.heard = [];
  const note = (data) => globalThis.heard.push(data.task?.title ?? data.title ?? data.message ?? data.id);
  for (const event of name) globalThis.websocketService.on(event, note);
}"""


def _listening(client: DevMentor, *events: str) -> None:
    client.page.evaluate(_LISTEN, list(events or ["task:updated"]))


def _heard(client: DevMentor, count: int) -> list[Any]:
    client.page.wait_for_function("(count) => globalThis.heard.length >= count", arg=count)
    heard: list[Any] = client.page.evaluate("globalThis.heard")
    return heard


def _titles(stage: Stage[DevMentor], *titles: str) -> None:
    for title in titles:
        stage.rest("alice").patch("/api/tasks/t1", {"title": title})


def test_held_events_arrive_in_the_order_of_their_release(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    hold = stage.faults.hold(event="task:*", to=bob)
    _titles(stage, "a", "b", "c", "d")
    hold.wait(4)
    assert bob.page.evaluate("heard") == []
    hold.release([2, 0])
    assert _heard(bob, 2) == ["c", "a"]
    hold.release([1])
    assert _heard(bob, 3) == ["c", "a", "d"]
    hold.lift()
    assert _heard(bob, 4) == ["c", "a", "d", "b"]
    _titles(stage, "e")
    assert _heard(bob, 5) == ["c", "a", "d", "b", "e"]
    assert [touch.event for touch in hold.touched] == ["task:updated"] * 4


def test_dropped_event_never_arrives_and_the_next_one_does(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    with stage.faults.drop(event="task:updated", to=bob, nth=2) as drop:
        _titles(stage, "a", "b", "c")
        assert _heard(bob, 2) == ["a", "c"]
    assert [(touch.did, touch.nth) for touch in drop.touched] == [("dropped", 2)]


def test_held_events_that_are_dropped_never_arrive(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    hold = stage.faults.hold(event="task:updated", to=bob)
    _titles(stage, "a", "b")
    hold.wait(2)
    hold.drop([0])
    hold.release()
    assert _heard(bob, 1) == ["b"]


def test_delayed_events_arrive_in_order_and_others_overtake_them(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob, "task:updated", "system:notification")
    delay = stage.faults.delay(150, spread_ms=50, event="task:updated", to=bob)
    _titles(stage, "a", "b")
    stage.stub.emit("system:notification", {"id": "n1", "level": "info", "message": "at once"}, user="bob")
    assert _heard(bob, 3) == ["at once", "a", "b"]
    assert len(delay.touched) == 2


def test_doubled_event_arrives_as_often_as_said(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    stage.faults.duplicate(3, event="task:updated", entity="t1", to=bob, nth=1)
    _titles(stage, "a", "b")
    assert _heard(bob, 4) == ["a", "a", "a", "b"]


def test_reordered_events_arrive_once_each_in_another_order(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    reorder = stage.faults.reorder(3, event="task:updated", to=bob)
    _titles(stage, "a", "b", "c", "d")
    first = _heard(bob, 3)
    assert sorted(first) == ["a", "b", "c"]
    assert first != ["a", "b", "c"]
    reorder.lift()
    assert _heard(bob, 4)[3:] == ["d"]


def test_two_that_are_reordered_change_places(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    stage.faults.reorder(2, event="task:updated", to=bob)
    _titles(stage, "a", "b", "c", "d")
    assert _heard(bob, 4) == ["b", "a", "d", "c"]


def test_altered_event_says_something_else(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    stage.faults.alter(set={"title": "forged"}, event="task:updated", to=bob, nth=1)
    _titles(stage, "a", "b")
    assert _heard(bob, 2) == ["forged", "b"]
    stage.faults.lift_all()
    stage.settled()


def test_held_request_reaches_the_server_when_it_is_released(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    hold = stage.faults.hold(event="task:*", by=alice)
    since = stage.stub.mark()
    _create(alice, "Buy milk")
    hold.wait(1)
    assert stage.stub.journal(since, kind="received", event="task:create") == []
    hold.release()
    stage.stub.wait_for_entry(since=since, kind="received", event="task:create")
    alice.board.expect_card("Buy milk", column="To Do")


def test_doubled_request_reaches_the_server_twice(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.faults.duplicate(event="task:update", by=alice)
    since = stage.stub.mark()
    _update(alice, "twice")
    stage.stub.wait_for_entry(since=since, count=2, kind="received", event="task:update")


def test_dropped_request_never_reaches_the_server(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    drop = stage.faults.drop(event="task:update", by=alice, nth=1)
    since = stage.stub.mark()
    _update(alice, "lost")
    _update(alice, "found")
    (came,) = stage.stub.wait_for_entry(since=since, kind="received", event="task:update")
    assert came["data"]["title"] == "found"
    assert len(drop.touched) == 1


def test_altered_request_reaches_the_server_altered(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.faults.alter(set={"title": "forged"}, event="task:update", by=alice)
    since = stage.stub.mark()
    _update(alice, "mine")
    (came,) = stage.stub.wait_for_entry(since=since, kind="received", event="task:update")
    assert came["data"]["title"] == "forged"


def _create(client: DevMentor, title: str) -> None:
    client.page.evaluate(
        "(title) => void websocketService.send('task:create', { projectId: 'atlas', title })", title
    )


def _update(client: DevMentor, title: str) -> None:
    change = {"id": "t1", "projectId": "atlas", "title": title, "version": 1}
    client.page.evaluate("(change) => void websocketService.send('task:update', change)", change)


@pytest.mark.parametrize("probability", [0.5])
def test_random_run_writes_the_plan_it_drew_and_that_plan_repeats_it(
    stage: Stage[DevMentor], probability: float
) -> None:
    bob = stage.client("bob")
    _listening(bob)
    drop = stage.faults.drop(event="task:updated", to=bob, probability=probability)
    titles = [f"n{number}" for number in range(1, 9)]
    _titles(stage, *titles)
    stage.settled()
    first = bob.page.evaluate("heard")
    drop.lift()
    plan = [touch.nth for touch in drop.touched]
    assert first == [title for number, title in enumerate(titles, 1) if number not in plan]
    assert 0 < len(plan) < len(titles)
    bob.page.evaluate("void (globalThis.heard = [])")
    stage.faults.drop(event="task:updated", to=bob, nth=[nth for nth in plan if nth])
    _titles(stage, *titles)
    stage.settled()
    assert bob.page.evaluate("heard") == first


def test_acks_and_heartbeats_pass_a_hold_of_all_events(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    hold = stage.faults.hold(to=alice)
    answer = alice.page.evaluate(
        "(change) => websocketService.request('task:update', change)",
        {"id": "t1", "projectId": "atlas", "title": "mine", "version": 1},
    )
    assert answer["title"] == "mine", "the ack came although every event is held"
    assert [held.what for held in hold.wait(1)] == ["task:updated"]
    hold.release()


def test_each_event_arrives_once_whatever_is_held_and_released_meanwhile(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    _listening(bob)
    titles = [f"n{number}" for number in range(24)]
    hold = stage.faults.hold(event="task:updated", to=bob, probability=0.6)
    for number, title in enumerate(titles):
        _titles(stage, title)
        if number % 4 == 3 and hold.held:
            hold.release(range(len(hold.held) - 1, -1, -1))
    hold.lift()
    heard = _heard(bob, len(titles))
    stage.settled()
    assert bob.page.evaluate("heard") == heard
    assert sorted(heard) == sorted(titles)
    assert heard != titles
