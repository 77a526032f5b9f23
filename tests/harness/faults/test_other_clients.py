"""What faults cannot read they leave alone, and then they have shown nothing; and packets in two pieces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgpack
import pytest
from pages.devmentor import DevMentor

from harness.checkers.verdicts import Verdict
from harness.journal.reader import read_journal
from harness.scenario import Scenario, read_scenario
from harness.stage import Stage
from tests.harness.faults import attachments
from tests.harness.faults.conftest import FIXTURES

OpenStage = Callable[[str | Scenario], Stage[DevMentor]]
RAW = (Path(__file__).parent / "raw_client.js").read_text(encoding="utf-8")
NOTE = {"id": "n1", "level": "info", "message": "hello"}


def _client(stage: Stage[DevMentor], transport: str, *, via: str = "xhr") -> DevMentor:
    """Bob, whose page is no app but holds a raw client with an open session."""
    bob = stage.client("bob", visit=False)
    bob.goto("/env.json")
    options = {"url": stage.stub.gateway_url, "transport": transport, "via": via}
    bob.page.evaluate(f"(options) => {{ ({RAW})(options); return raw.open(); }}", options)
    return bob


def _token(stage: Stage[DevMentor]) -> str:
    token = stage.stub.people["bob"].token
    assert token is not None
    return token


def _until(bob: DevMentor, holds: str) -> list[Any]:
    """What the raw client has heard, once that `holds`."""
    heard: list[Any] = bob.page.evaluate(f"raw.until((heard) => {holds}).then(() => raw.heard)")
    return heard


def _expect_missed(stage: Stage[DevMentor], fault: str) -> None:
    judged = stage.judge()
    assert judged.judgement.outcome is Verdict.UNKNOWN, judged.lines
    assert any(f"faults_hit (unknown): the fault {fault}" in line for line in judged.lines), judged.lines


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_fault_of_events_in_msgpack_touches_nothing_and_the_verdict_says_so(
    open_stage: OpenStage, transport: str
) -> None:
    document = read_scenario("board/two_members", FIXTURES / "scenarios", seed=None).document()
    gateway = {**document["gateway"], "parser": "msgpack"}
    world = open_stage(Scenario.from_document({**document, "gateway": gateway}))
    bob = _client(world, transport)
    connect = msgpack.packb({"type": 0, "nsp": "/", "data": {"token": _token(world)}})
    bob.page.evaluate("(bytes) => raw.send(bytes)", list(connect))
    _until(bob, "heard.some(Array.isArray)")
    world.faults.drop(event="system:notification", to=bob)
    world.stub.emit("system:notification", NOTE, user="bob")
    heard = _until(bob, "heard.filter(Array.isArray).length === 2")
    assert msgpack.unpackb(bytes(heard[-1]))["data"] == ["system:notification", NOTE]
    _expect_missed(world, "drop (event system:notification) touched nothing at bob: "
                   "what is no Socket.IO packet in JSON x1 passed it by")  # fmt: skip


def test_fault_of_events_over_fetch_touches_nothing_and_the_verdict_says_so(open_stage: OpenStage) -> None:
    world = open_stage("connection/long_polling")
    bob = _client(world, "polling", via="fetch")
    bob.page.evaluate("(packet) => raw.send(packet)", "40" + json.dumps({"token": _token(world)}))
    _until(bob, "heard.some((each) => each.startsWith('40'))")
    world.faults.drop(event="system:notification", to=bob)
    world.stub.emit("system:notification", NOTE, user="bob")
    heard = _until(bob, "heard.some((each) => each.startsWith('42'))")
    assert json.loads(heard[-1][2:]) == ["system:notification", NOTE]
    _expect_missed(
        world,
        "drop (event system:notification) touched nothing at bob: an answer of long-polling by fetch x1",
    )
    assert not [each for each in read_journal(world.timeline.writer.path).entries if each.get("reason")]


def test_bytes_that_come_behind_an_upgrade_are_those_of_the_event_before_it(open_stage: OpenStage) -> None:
    world = open_stage(attachments.read("connection/upgrade"))
    bob = _client(world, "polling")
    bob.page.evaluate("(packet) => raw.send(packet)", "40" + json.dumps({"token": _token(world)}))
    _until(bob, "heard.some((each) => each.startsWith('40'))")
    bob.page.evaluate("""() => raw.send('420["join:project","atlas"]')""")
    _until(bob, "heard.some((each) => each.startsWith('430'))")
    hold = world.faults.hold(event="system:notification", to=bob)
    # The event answers the poll that is parked, and its bytes are left at the stub.
    poll = bob.page.evaluate_handle("() => ({ done: raw.poll() })")
    head = '451-["task:create",{"title":"in two pieces","blob":{"_placeholder":true,"num":0}}]'
    bob.page.evaluate("([head, bytes]) => raw.send(head, bytes)", [head, [0, 255]])
    poll.evaluate("({ done }) => done")
    bob.page.evaluate("raw.upgrade()")
    hold.wait(1)
    assert not [each for each in bob.page.evaluate("raw.heard") if each == [0, 255]]
    hold.release()
    heard = _until(bob, "heard.some(Array.isArray)")
    assert heard[-2].startswith('451-["system:notification",{"title":"in two pieces"')
    assert heard[-1] == [0, 255]
