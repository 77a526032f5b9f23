"""Faults of REST calls, by fetch and by XMLHttpRequest: what the page gets, and what the stub has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.stage import Stage

#: One call of the app's own server, by `via`; `answers` gets its status and text, or "failed".
_CALL = """async ([via, path]) => {
  globalThis.answers = [];
  const { NEXT_PUBLIC_API_URL: base } = await (await globalThis.fetch("/env.json")).json();
  const url = base.replace(/\\/api\\/?$/, "") + path;
  const token = `Bearer ${localStorage.getItem("jwt_token")}`;
  if (via === "fetch") {
    fetch(url, { headers: { Authorization: token } })
      .then(async (answer) => answers.push([answer.status, await answer.text()]))
      .catch(() => answers.push("failed"));
  } else {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", url);
    xhr.setRequestHeader("Authorization", token);
    xhr.onload = () => answers.push([xhr.status, xhr.responseText]);
    xhr.onerror = () => answers.push("failed");
    xhr.send();
  }
}"""
_PATH = "/api/tasks/t1"


@pytest.fixture(params=["fetch", "xhr"])
def ask(request: pytest.FixtureRequest) -> Callable[[DevMentor], None]:
    return lambda client: client.page.evaluate(_CALL, [request.param, _PATH])


@pytest.fixture
def world(open_stage: Callable[[str], Stage[DevMentor]]) -> Stage[DevMentor]:
    return open_stage("connection/websocket")


def _answer(client: DevMentor) -> Any:
    client.page.wait_for_function("answers.length === 1")
    return client.page.evaluate("answers[0]")


def test_call_is_answered_with_the_error_and_never_reaches_the_server(
    world: Stage[DevMentor], ask: Callable[[DevMentor], None]
) -> None:
    bob = world.client("bob")
    since = world.stub.mark()
    with world.faults.http_error(503, by=bob, method="get", path="/api/tasks/*", body="gone") as error:
        ask(bob)
        assert _answer(bob) == [503, "gone"]
    assert world.stub.journal(since, kind="rest", path=_PATH) == []
    assert [(touch.method, touch.path) for touch in error.touched] == [("GET", _PATH)]
    ask(bob)
    assert _answer(bob)[0] == 200


def test_star_is_one_or_more_characters_at_the_page_as_at_the_stub(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    for make in (world.faults.http_error, world.faults.rest_error):
        for path, refused in ((_PATH + "*", False), ("/api/tasks/t*", True), ("*/t1", True)):
            with make(503, by=bob, path=path, may_miss=True):
                bob.page.evaluate(_CALL, ["fetch", _PATH])
                assert (_answer(bob)[0] == 503) is refused, f"{path} of {make.__name__}"
    assert bob.calls.made("GET", _PATH + "*") == []


def test_held_answer_is_as_old_as_it_is_late(
    world: Stage[DevMentor], ask: Callable[[DevMentor], None]
) -> None:
    bob = world.client("bob")
    since = world.stub.mark()
    hold = world.faults.http_hold(path=_PATH)
    ask(bob)
    hold.wait()
    world.stub.wait_for_entry(since=since, kind="rest", path=_PATH)
    world.rest("alice").patch(_PATH, {"title": "Newer"})
    assert bob.page.evaluate("answers") == []
    hold.release()
    status, text = _answer(bob)
    assert (status, "Newer" in text) == (200, False)


def test_held_call_reaches_the_server_when_it_is_released(
    world: Stage[DevMentor], ask: Callable[[DevMentor], None]
) -> None:
    bob = world.client("bob")
    since = world.stub.mark()
    hold = world.faults.http_hold(path=_PATH, at="request")
    ask(bob)
    hold.wait()
    assert world.stub.journal(since, kind="rest", path=_PATH) == []
    hold.release()
    assert _answer(bob)[0] == 200
    assert len(world.stub.journal(since, kind="rest", path=_PATH)) == 1


@pytest.mark.parametrize("at", ["request", "answer"])
def test_held_call_that_is_dropped_fails_as_the_network_does(
    world: Stage[DevMentor], ask: Callable[[DevMentor], None], at: str
) -> None:
    bob = world.client("bob")
    hold = world.faults.http_hold(path=_PATH, at=at)
    ask(bob)
    hold.wait()
    hold.drop()
    assert _answer(bob) == "failed"


def test_delayed_call_comes_behind_one_that_was_made_later(
    world: Stage[DevMentor], ask: Callable[[DevMentor], None]
) -> None:
    bob = world.client("bob")
    delay = world.faults.http_delay(1_500, path=_PATH)
    ask(bob)
    bob.page.evaluate("fetch('/env.json').then(() => answers.push('quick'))")
    bob.page.wait_for_function("answers.length === 2")
    assert bob.page.evaluate("answers.map((one) => one[0])") == ["q", 200]
    assert len(delay.touched) == 1


def test_held_fetch_that_the_app_aborts_is_aborted(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.http_hold(path="/env.json")
    bob.page.evaluate(
        """() => {
          const control = new AbortController();
          globalThis.abort = () => control.abort();
          globalThis.failed = null;
          fetch("/env.json", { signal: control.signal }).catch((error) => (globalThis.failed = error.name));
        }"""
    )
    hold.wait()
    bob.page.evaluate("abort()")
    bob.page.wait_for_function("failed === 'AbortError'")


def test_held_fetch_that_the_app_has_given_up_is_not_sent_when_it_is_let_go(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    hold = world.faults.http_hold(path="/env.json", at="request")
    bob.page.evaluate(
        """() => {
          const control = new AbortController();
          globalThis.failed = null;
          fetch("/env.json", { signal: control.signal }).catch((error) => (globalThis.failed = error.name));
          globalThis.abort = () => control.abort();
        }"""
    )
    hold.wait()
    bob.page.evaluate("abort()")
    bob.page.wait_for_function("failed === 'AbortError'")
    hold.lift()
    world.settled()
    assert bob.page_errors == []
