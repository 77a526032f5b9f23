"""A machine that is busy elsewhere: what takes a page long because it may not run is no bug of the app."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from history import History, said

from harness.checkers import (
    acks,
    badge_truth,
    exactly_once,
    isolation,
    latency,
    nothing_lost,
    one_socket,
    polling,
    reconnect,
    rooms,
)
from harness.journal.entries import EntryKind

QUICK = {"reconnection_delay_ms": 100, "polling_interval_ms": 1000}
LATE: list[tuple[ModuleType, Callable[[History], None]]] = []


def late(checker: ModuleType) -> Callable[[Callable[[History], None]], Callable[[History], None]]:
    """A history of a page that takes longer for something than `checker` allows."""

    def add(tell: Callable[[History], None]) -> Callable[[History], None]:
        LATE.append((checker, tell))
        return tell

    return add


@late(polling)
def first_poll(h: History) -> None:
    h.lose("bob")
    h.badge("bob", "Polling")
    h.wait(4)


@late(polling)
def next_poll(h: History) -> None:
    h.lose("bob")
    h.badge("bob", "Polling")
    h.load("bob")
    h.wait(5)


@late(badge_truth)
def live_on_a_dead_socket(h: History) -> None:
    h.lose("bob")
    h.badge("bob", "Polling", after_ms=1500)


@late(badge_truth)
def polling_on_a_live_one(h: History) -> None:
    h.badge("bob", "Polling")
    h.wait(1.5)
    h.badge("bob", "Live")


@late(badge_truth)
def half_open_unnoticed(h: History) -> None:
    h.frame("bob", "received", engine="ping")
    h.wait(60)


@late(reconnect)
def no_attempt(h: History) -> None:
    h.lose("bob")
    h.wait(2)


@late(reconnect)
def not_back(h: History) -> None:
    h.lose("bob")
    h.failed_attempt("bob", after_ms=100)
    h.wait(8)


@late(reconnect)
def no_catching_up(h: History) -> None:
    h.lose("bob")
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.wait(2.5)


@late(rooms)
def not_joined_again(h: History) -> None:
    h.lose("bob")
    h.connect("bob")
    h.wait(3)


@late(rooms)
def not_left(h: History) -> None:
    h.navigate("bob", "borealis", same_document=True)
    h.join("bob", "borealis")
    h.wait(3)


@late(one_socket)
def handover(h: History) -> None:
    old = dict(h.wire("bob"))
    h.connect("bob")
    h.wait(0.3)
    h.add("bob", EntryKind.SOCKET, state="closed", code=1000, **old)


@late(nothing_lost)
def event_not_shown(h: History) -> None:
    h.change("task:updated", {**h.truth["t1"], "title": "Changed", "version": 2}, show=False)
    h.wait(2.5)


@late(nothing_lost)
def event_not_arrived(h: History) -> None:
    task = {**h.truth["t1"], "title": "Changed", "version": 2}
    h.store("updated", task)
    h.emit("task:updated", task, ("bob",))
    h.wait(2.5)


@late(acks)
def refused_move_that_stays(h: History) -> None:
    h.put("bob", "t1", "in_progress")
    h.show("bob")
    change = {"id": "t1", "projectId": "atlas", "status": "in_progress", "version": 1}
    h.sent("bob", "task:update", change, ack=7)
    h.acked("bob", 7, {"ok": False, "error": {"code": "INTERNAL", "message": "no"}})
    h.wait(1.5)


@late(latency)
def slow_change(h: History) -> None:
    task = {**h.truth["t1"], "title": "Changed", "version": 2}
    h.store("updated", task)
    h.emit("task:updated", task, ("bob",))
    h.wait(1.2)
    h.received("bob", "task:updated", task)
    h.apply("bob", "task:updated", task)
    h.show("bob")


@late(isolation)
def old_board_after_leaving(h: History) -> None:
    h.navigate("bob", "borealis")
    h.wait(0.3)
    h.show("bob")


@late(exactly_once)
def own_card_beside_the_servers(h: History) -> None:
    new = h.task("t9", title="New card")
    h.boards["bob"]["todo"].append({"id": "local-1", "text": "New card", "version": None})
    h.show("bob")
    change = {"projectId": "atlas", "title": "New card"}
    h.sent("bob", "task:create", change, ack=7)
    h.store("created", new)
    h.acked("bob", 7, {"ok": True, "data": new})
    h.put("bob", "t9", "todo", text="New card")
    h.show("bob")
    h.wait(0.1)
    h.remove("bob", "local-1")
    h.show("bob")


@pytest.mark.parametrize(("checker", "tell"), LATE, ids=[tell.__name__ for _, tell in LATE])
@pytest.mark.parametrize(("share", "found"), [(0.0, True), (0.02, True), (0.9, False)])
def test_what_a_page_waits_for_a_processor_is_not_its_lateness(
    checker: ModuleType, tell: Callable[[History], None], share: float, found: bool
) -> None:
    h = History(frontend=QUICK)
    h.open("bob")
    h.wait(1)
    tell(h)
    h.starved(share)
    assert bool(said(checker.check, h)) == found


@pytest.mark.parametrize(("waits_ms", "starved"), [((800, 160, 420), 0), ((80, 170, 400), 2)])
def test_waits_that_are_long_or_busy_for_want_of_a_processor_are_back_off_still(
    waits_ms: tuple[int, ...], starved: int
) -> None:
    """The first is long only because nothing ran; or nothing ran during the third, which takes its time."""
    h = History(frontend=QUICK)
    h.open("bob")
    h.lose("bob")
    h.starved(0)
    for number, wait_ms in enumerate(waits_ms):
        h.failed_attempt("bob", after_ms=wait_ms)
        if number == starved:
            h.mark("starved", within=wait_ms / 1000, seconds=0.9 * wait_ms / 1000)
    h.wait(0.3)
    h.connect("bob")
    h.join("bob", "atlas")
    h.load("bob")
    assert said(reconnect.check, h) == []


def test_live_before_the_join_was_acknowledged_is_a_lie_on_a_busy_machine_too() -> None:
    h = History(frontend=QUICK)
    h.begin("bob")
    h.connect("bob")
    h.badge("bob", "Live")
    h.wait(0.1)
    h.join("bob", "atlas")
    h.starved(0.9)
    assert len(said(badge_truth.check, h)) == 1


def test_waiting_that_was_over_before_excuses_nothing() -> None:
    h = History(frontend=QUICK)
    h.open("bob")
    h.wait(3)
    h.starved(0.9)
    first_poll(h)
    assert len(said(polling.check, h)) == 1
