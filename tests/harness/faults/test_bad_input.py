"""What makes no sense is refused at the call, with where, what, and the closest right answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.errors import LockstepError
from harness.faults import Faults
from harness.faults.matcher import direction_of, event_match
from harness.stage import Stage

Make = Callable[[Stage[DevMentor], DevMentor], object]


@pytest.fixture
def world(open_stage: Callable[[str], Stage[DevMentor]]) -> Stage[DevMentor]:
    return open_stage("connection/websocket")


CALLS: list[tuple[Make, str]] = [
    (lambda s, b: s.faults.delay(-5, to=b), "delay: delay_ms is -5: time runs forward only, give 0 or more"),
    (
        lambda s, b: s.faults.http_delay(-1),
        "http_delay: delay_ms is -1: time runs forward only, give 0 or more",
    ),
    (lambda s, b: s.faults.duplicate(1, to=b), "duplicate: times is 1: give 2 or more"),
    (lambda s, b: s.faults.reorder(1, to=b), "reorder: window is 1: give 2 or more"),
    (
        lambda s, b: s.faults.alter(to=b),
        "alter: say what changes: set={'title': '...'}, unset=['version'] or replace=...",
    ),
    (
        lambda s, b: s.faults.hold(to=b, nth=0),
        "hold: nth is 0: occurrences are counted from 1",
    ),
    (
        lambda s, b: s.faults.drop(to=b, probability=1.5),
        "drop: probability is 1.5: give more than 0 and at most 1",
    ),
    (
        lambda s, b: s.faults.drop(to=b, probability=0.5, nth=1),
        "drop: nth= is a fixed plan and probability= draws one: give one of them",
    ),
    (
        lambda s, b: s.faults.hold(to=b, by=b),
        "hold: to= is what a client receives and by= what it sends: give one of them",
    ),
    (
        lambda s, b: s.faults.hold(to=b, event="task:update"),
        "hold: event 'task:update' goes the other way: task:update is matched with the other of to= and by=",
    ),
    (
        lambda s, b: s.faults.http_error(200),
        "http_error: 200 is no error: give a status from 400 to 599",
    ),
    (
        lambda s, b: s.faults.http_hold(path="api/tasks"),
        "http_hold: path 'api/tasks' is to begin with / or *. Did you mean '/api/tasks'?",
    ),
    (
        lambda s, b: s.faults.freeze("bob"),  # type: ignore[arg-type]  # what is refused
        "freeze: 'bob' is a name: give the client that stage.client('bob') returned",
    ),
]


def test_what_makes_no_sense_is_refused_at_the_call(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    for make, message in CALLS:
        with pytest.raises(LockstepError) as refused:
            make(world, bob)
        assert str(refused.value) == message
        assert refused.value.exit_code == 2


def test_unknown_names_come_with_the_nearest_and_the_list(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    with pytest.raises(
        LockstepError, match=r"unknown event 'task:updatd'\. Did you mean 'task:updated'\? Known"
    ):
        world.faults.hold(event="task:updatd", to=bob)
    with pytest.raises(LockstepError, match=r"unknown HTTP method 'FETCH'.* Known: DELETE, GET"):
        world.faults.http_error(method="FETCH")
    with pytest.raises(LockstepError, match=r"unknown point of a call 'anser'\. Did you mean 'answer'\?"):
        world.faults.http_hold(at="anser")
    with pytest.raises(LockstepError, match=r"unknown direction 'inn'\. Did you mean 'in'\?"):
        direction_of("hold", "inn", to=False, by=False)


def test_client_of_another_stage_is_refused(open_stage: Callable[[str], Stage[DevMentor]]) -> None:
    first = open_stage("connection/websocket")
    alice = first.client("alice")
    second = open_stage("connection/websocket")
    with pytest.raises(LockstepError, match=r"hold: there is no client yet: open one with stage\.client"):
        second.faults.hold()
    second.client("bob")
    with pytest.raises(LockstepError) as refused:
        second.faults.freeze(alice)
    assert str(refused.value) == "freeze: alice is a client of another stage; on this one is bob"


def test_release_of_what_is_not_held_is_refused(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.hold(event="task:updated", to=bob)
    with pytest.raises(LockstepError) as refused:
        hold.release()
    assert str(refused.value) == (
        "hold: there is nothing to release: it has held nothing yet, wait for it with wait(n)"
    )
    for title in ("a", "b"):
        world.rest("alice").patch("/api/tasks/t1", {"title": title})
    hold.wait(2)
    with pytest.raises(LockstepError) as refused:
        hold.release([0, 2])
    assert str(refused.value) == "hold: there is no 2 to release. Held are 0: task:updated, 1: task:updated"
    with pytest.raises(LockstepError, match="hold: 1 is named twice: what is held goes once"):
        hold.release([1, 1])
    hold.release()
    with pytest.raises(LockstepError, match="there is nothing to release: all 2 that it held are gone"):
        hold.release()
    hold.lift()
    with pytest.raises(
        LockstepError, match="there is nothing to drop: it is lifted, which let everything go"
    ):
        hold.drop()


def test_waiting_for_what_does_not_come_says_what_came(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.hold(event="task:deleted", to=bob, may_miss=True)
    world.rest("alice").patch("/api/tasks/t1", {"title": "a"})
    bob.events.wait("task:updated")
    with pytest.raises(
        AssertionError, match="hold was to hold 1; it holds nothing; task:updated x1 passed it by"
    ):
        hold.wait(1, timeout_ms=50)


def test_events_of_an_app_without_a_model_are_all_known() -> None:
    assert event_match("hold", "anything", known=[], elsewhere=[]) == {"event": ["anything"]}
    faults = Faults(clients=lambda: [], events={}, seed=1, timeout_ms=1)
    with pytest.raises(LockstepError, match="there is no client yet"):
        faults.hold(event="anything")
