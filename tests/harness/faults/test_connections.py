"""Faults of the connection itself, by the stub's journal and by what the page's own library is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.stage import Stage

OpenStage = Callable[[str], Stage[DevMentor]]

_LISTEN = """(events) => {
  globalThis.heard = [];
  const note = (event) => (data) => globalThis.heard.push(data.title ?? data.message ?? Object.keys(data)[0]);
  for (const event of events) globalThis.websocketService.on(event, note(event));
}"""
_PROBE = """() => new Promise((resolve) => {
  const seen = [];
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/nowhere?EIO=4");
  socket.onopen = () => seen.push("open");
  socket.onerror = () => seen.push("error");
  socket.onclose = ({ code }) => resolve([...seen, code, socket.readyState, socket.url.endsWith("?EIO=4")]);
  globalThis.probe = { socket, seen };
  if (%s) resolve(null);
})"""


def test_nothing_passes_a_frozen_connection_and_all_of_it_when_it_thaws(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.page.evaluate(_LISTEN, ["task:updated"])
    since = stage.stub.mark()
    with stage.faults.freeze(bob) as freeze:
        stage.rest("alice").patch("/api/tasks/t1", {"title": "a"})
        stage.rest("alice").patch("/api/tasks/t1", {"title": "b"})
        change = {"id": "t2", "projectId": "atlas", "title": "mine", "version": 1}
        bob.page.evaluate("(change) => void websocketService.send('task:update', change)", change)
        alice.board.expect_card("b", column="To Do")
        assert bob.page.evaluate("heard") == []
        assert stage.stub.journal(since, kind="received", user="bob") == []
        assert len(stage.stub.connections("bob")) == 1, "it is half-open: the server has it still"
    stage.stub.wait_for_entry(since=since, kind="received", user="bob", event="task:update")
    bob.page.wait_for_function("heard.length >= 3")
    assert bob.page.evaluate("heard") == ["a", "b", "mine"]
    assert {touch.did for touch in freeze.touched} == {"held"}
    stage.converged()


def test_client_that_is_offline_is_so_for_its_browser(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    with stage.faults.offline(bob) as offline:
        assert bob.page.evaluate("navigator.onLine") is False
        with pytest.raises(Exception, match="Failed to fetch"):
            bob.page.evaluate("fetch('/env.json?now')")
    assert bob.page.evaluate("navigator.onLine") is True
    assert [touch.did for touch in offline.touched] == ["cut off"]
    stage.wait_ready(bob)


def test_blocked_websocket_fails_as_one_that_no_server_takes(open_stage: OpenStage) -> None:
    stage = open_stage("connection/websocket")
    bob = stage.client("bob")
    stage.faults.block_websocket(bob)
    assert bob.page.evaluate(_PROBE % "false") == ["error", 1006, 3, True]


def test_hanging_websocket_is_connecting_until_the_app_gives_it_up(open_stage: OpenStage) -> None:
    stage = open_stage("connection/websocket")
    bob = stage.client("bob")
    stage.faults.block_websocket(bob, hang=True)
    bob.page.evaluate(_PROBE % "true")
    bob.expect_no_request()
    assert bob.page.evaluate("[probe.seen, probe.socket.readyState]") == [[], 0]
    bob.page.evaluate("probe.socket.close()")
    bob.page.wait_for_function("probe.socket.readyState === 3")


def test_client_behind_a_proxy_without_websockets_falls_back_to_polling(open_stage: OpenStage) -> None:
    stage = open_stage("board/two_members")
    bob = stage.client("bob", visit=False)
    stage.faults.block_websocket(bob)
    bob.open_project("atlas")
    stage.wait_ready(bob)
    (connection,) = stage.stub.connections("bob")
    assert connection["transport"] == "polling"
