"""What a fault that holds things refuses, and what it says when a page is gone with what it held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.errors import UsageError
from harness.stage import Stage

_HEALTH = "(url) => void fetch(url).then(({ status }) => (globalThis.answered = status)).catch(() => null)"


@pytest.fixture
def world(open_stage: Callable[[str], Stage[DevMentor]]) -> Stage[DevMentor]:
    return open_stage("connection/websocket")


def _titles(stage: Stage[DevMentor], *titles: str) -> None:
    for title in titles:
        stage.rest("alice").patch("/api/tasks/t1", {"title": title})


REFUSED: list[tuple[Callable[[Any], object], str]] = [
    (lambda h: h.release(0), "hold: release(0): give a list of places in held, like [2, 0]"),
    (lambda h: h.release(["0"]), "hold: release(['0']): give a list of places in held, like [2, 0]"),
    (lambda h: h.drop([0.5]), "hold: drop([0.5]): give a list of places in held, like [2, 0]"),
    (lambda h: h.release([True]), "hold: release([True]): give a list of places in held, like [2, 0]"),
    (lambda h: h.release([]), "hold: release([]) names nothing: release() is for all of it"),
    (lambda h: h.wait("1"), "hold: wait('1'): give how many are to be held, 1 or more"),
    (lambda h: h.wait(0), "hold: wait(0): give how many are to be held, 1 or more"),
    (lambda h: h.wait(-1), "hold: wait(-1): give how many are to be held, 1 or more"),
    (lambda h: h.wait(timeout_ms=0), "hold: timeout_ms is 0: give 1 or more"),
    (lambda h: h.wait(timeout_ms="5s"), "hold: timeout_ms is '5s': give milliseconds as a whole number"),
]


def test_wrong_places_counts_and_limits_are_refused(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.hold(event="task:updated", to=bob)
    _titles(world, "a")
    hold.wait()
    for act, message in REFUSED:
        with pytest.raises(UsageError) as refused:
            act(hold)
        assert str(refused.value) == message
    hold.lift()
    with pytest.raises(UsageError, match="hold: there is nothing to wait for: it is lifted"):
        hold.wait()


def test_page_that_was_closed_with_things_held_is_named(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    hold = stage.faults.hold(event="task:updated", to=bob)
    calls = stage.faults.http_hold(path="/nowhere", by=bob, may_miss=True)
    _titles(stage, "a", "b", "c")
    hold.wait(3)
    hold.release([1])
    bob.close()
    for act in (hold.release, hold.drop, hold.wait):
        with pytest.raises(UsageError, match="the page of bob was closed with 2 held"):
            act()
    with pytest.raises(UsageError, match="it has held nothing, and no page of bob is open any more"):
        calls.wait()


def test_page_that_was_loaded_anew_with_things_held_is_named(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    hold = stage.faults.hold(event="task:updated", to=bob)
    _titles(stage, "a", "b")
    hold.wait(2)
    hold.drop([0])
    old = bob.sid
    bob.page.reload()
    stage.wait_joined(bob, newer_than=old)
    with pytest.raises(UsageError, match="nothing to release: the page of bob was loaded anew with 1 held"):
        hold.release()
    _titles(stage, "c")
    hold.wait()
    hold.release()
    with pytest.raises(UsageError, match="the page of bob was loaded anew with 1 held"):
        hold.release()


def test_answers_held_at_the_stub_are_released_at_once(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.rest_hold(path="/health", times=None)
    url = f"{world.stub.gateway_url}/health"
    bob.page.evaluate(_HEALTH, url)
    # A browser asks for the same again only when it has the answer.
    bob.page.evaluate(_HEALTH, f"{url}?again")
    assert [held.what for held in hold.wait(2)] == ["GET /health"] * 2
    for act, message in (
        (hold.drop, "rest_hold: the stub cannot drop what it holds; use http_hold"),
        (lambda: hold.release([0]), "rest_hold: the stub lets all go at once: release() without an order"),
    ):
        with pytest.raises(UsageError) as refused:
            act()
        assert str(refused.value) == message
    assert bob.page.evaluate("globalThis.answered ?? null") is None
    hold.release()
    bob.page.wait_for_function("globalThis.answered === 200")
    with pytest.raises(
        UsageError, match="rest_hold: there is nothing to release: all 2 that it held are gone"
    ):
        hold.release()
    bob.page.evaluate(_HEALTH, url)
    hold.wait()
    hold.lift()
    assert len(hold.touched) == 3
