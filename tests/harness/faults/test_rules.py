"""How faults at a page choose and change: which is the n-th, what is a change, what the payload then is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.errors import SpecError
from harness.stage import Stage

_LISTEN = """() => {
  globalThis.heard = [];
  websocketService.on("task:updated", (data) => heard.push(JSON.stringify(data)));
}"""
_OF_ALL = "({ polluted: ({}).polluted ?? null })"


def _heard(client: DevMentor, count: int) -> list[Any]:
    client.page.wait_for_function("(count) => heard.length >= count", arg=count)
    found: list[Any] = client.page.evaluate("heard.map((text) => JSON.parse(text).title)")
    return found


def _titles(stage: Stage[DevMentor], *titles: str) -> None:
    for title in titles:
        stage.rest("alice").patch("/api/tasks/t1", {"title": title})


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"set": {"task.__proto__.polluted": 1}}, '"task":{"__proto__":{"polluted":1}}'),
        ({"set": {"__proto__": {"polluted": 1}}}, '"__proto__":{"polluted":1}'),
        ({"replace": {"title": "x", "__proto__": {"polluted": 1}}}, '"__proto__":{"polluted":1}'),
        ({"set": {"constructor.prototype.polluted": 1}}, '"constructor":{"prototype":{"polluted":1}}'),
    ],
)
def test_altered_payload_carries_a_prototype_and_the_page_keeps_its_own(
    stage: Stage[DevMentor], how: dict[str, Any], said: str
) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(
        """() => {
          globalThis.texts = [];
          const { parse } = JSON;
          JSON.parse = (text, ...more) => (texts.push(text), parse(text, ...more));
        }"""
    )
    stage.faults.alter(**how, event="task:updated", to=bob)
    _titles(stage, "a")
    bob.page.wait_for_function("(said) => texts.some((text) => text.includes(said))", arg=said)
    assert bob.page.evaluate(_OF_ALL) == {"polluted": None}


def test_alteration_that_changes_nothing_touches_nothing(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(_LISTEN)
    same = stage.faults.alter(
        set={"title": "a"}, unset=["nowhere", "not.there"], event="task:updated", to=bob
    )
    _titles(stage, "a", "b")
    assert _heard(bob, 2) == ["a", "a"]
    assert [touch.nth for touch in same.touched] == [2]


def test_every_fault_counts_what_matches_it_whichever_takes_it(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(_LISTEN)
    first = stage.faults.drop(event="task:updated", to=bob, nth=1)
    second = stage.faults.drop(event="task:*", to=bob, nth=[2, 4])
    _titles(stage, "v0", "v1", "v2", "v3", "v4")
    assert _heard(bob, 2) == ["v2", "v4"]
    assert [touch.nth for touch in (*first.touched, *second.touched)] == [1, 2, 4]


def test_every_fault_of_calls_counts_what_matches_it(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    stage.settled()
    stage.faults.http_error(501, path="/health", nth=1)
    stage.faults.http_error(502, path="/health", nth=2)
    ask = "(url) => fetch(url).then(({ status }) => status)"
    url = f"{stage.stub.gateway_url}/health"
    assert [bob.page.evaluate(ask, url) for _ in range(3)] == [501, 502, 200]


def test_copies_of_one_event_are_counted_apart(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.page.evaluate(_LISTEN)
    stage.faults.duplicate(3, event="task:updated", to=bob, nth=1)
    drop = stage.faults.drop(event="task:updated", to=bob, nth=[2, 3])
    _titles(stage, "a", "b")
    assert _heard(bob, 2) == ["a", "b"]
    assert [touch.nth for touch in drop.touched] == [2, 3]


def test_held_thing_that_is_dropped_was_touched_once(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    hold = stage.faults.hold(event="task:updated", to=bob, probability=1)
    _titles(stage, "a", "b")
    hold.wait(2)
    hold.drop([0])
    assert [(touch.did, touch.nth) for touch in hold.touched] == [("dropped", 1), ("held", 2)]
    hold.lift()
    stage.settled()
    calls = stage.faults.http_hold(path="/health", by=bob)
    bob.page.evaluate("(url) => void fetch(url).catch(() => null)", f"{stage.stub.gateway_url}/health")
    calls.wait()
    calls.drop()
    assert [(each.did, each.method, each.path, each.nth) for each in calls.touched] == [
        ("dropped", "GET", "/health", 1)
    ]


@pytest.mark.parametrize(("slowdown", "answer_ms"), [(1, 500), (4, 2000)])
def test_fault_that_the_page_does_not_take_is_refused(
    open_stage: Callable[..., Stage[DevMentor]],
    monkeypatch: pytest.MonkeyPatch,
    slowdown: float,
    answer_ms: int,
) -> None:
    """A slowed page has so much longer."""
    monkeypatch.setattr("harness.clients.recorder._ANSWER_MS", 500)
    world = open_stage("connection/websocket", slowdown=slowdown)
    bob = world.client("bob")
    bob.page.evaluate("delete globalThis[Symbol.for('lockstep.tap')].faults")
    told = rf"drop: the page of bob \(http.*\) did not take it within {answer_ms} ms"
    with pytest.raises(SpecError, match=told):
        world.faults.drop(to=bob)
