"""Rules in depth: for one person, in turns, late by chance, filled from the request, slow and cut bodies."""

import asyncio
import statistics
from typing import Any

import httpx
import pytest

from mock_server.answering import Answering
from mock_server.request import Request
from mock_server.scenario.model import Answer, Delay, Scenario
from mock_server.script import Script

REFUSE = {"error": {"code": "RULE"}}


async def test_a_rule_for_one_person_or_several(stub: Any) -> None:
    await stub.reset(
        rules=[
            {"on": "task:update", "who": "bob", **REFUSE},
            {"on": "GET /api/projects", "who": ["alice", "bob"], **REFUSE},
        ]
    )
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    assert (await alice.call("task:update", {"id": "t1", "title": "x"}))["ok"]
    assert (await bob.call("task:update", {"id": "t1", "title": "y"}))["error"]["code"] == "RULE"
    statuses = [(await stub.rest("GET", "/api/projects", user=user)).status_code for user in ("bob", "carol")]
    assert statuses == [500, 200]


# -- turns ---------------------------------------------------------------------------------


async def test_first_then_afterwards(stub: Any) -> None:
    await stub.reset(
        rules=[
            {
                "on": "GET /api/projects",
                "first": {"error": {"code": "UNAVAILABLE"}},
                "then": [{"error": {"code": "RATE_LIMITED"}}, {"reply": []}],
                "afterwards": {},
            }
        ]
    )
    answers = [await stub.rest("GET", "/api/projects") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [503, 429, 200, 200, 200]
    assert [len(answer.json()["data"]) for answer in answers[2:]] == [0, 1, 1]
    assert [entry["turn"] for entry in await stub.journal(kind="rule")] == [0, 1, 2, 3, 4]


async def test_the_last_turn_stays_and_turns_emit(stub: Any) -> None:
    notice = {"event": "system:notification", "to": "sender"}
    await stub.reset(
        rules=[
            {
                "on": "task:update",
                "first": {"emit": [{**notice, "data": {"n": 1}}]},
                "then": {"emit": [{**notice, "data": {"n": 2}}], "reply": {"id": "made up"}},
            }
        ]
    )
    bob = await stub.connect("bob")
    data = [(await bob.call("task:update", {"id": "t1", "title": "x"}))["data"]["id"] for _ in range(3)]
    assert data == ["t1", "made up", "made up"]
    assert await bob.heard("system:notification", 3) == [{"n": 1}, {"n": 2}, {"n": 2}]


async def test_turns_count_only_what_fires_and_end_with_times(stub: Any) -> None:
    rule = {"on": "task:update", "who": "bob", "times": 2, "first": {"reply": 1}, "afterwards": {"reply": 2}}
    await stub.reset(rules=[rule])
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    assert (await alice.call("task:update", {"id": "t1", "title": "x"}))["data"]["id"] == "t1"
    answers = [(await bob.call("task:update", {"id": "t1", "title": "y"}))["data"] for _ in range(3)]
    assert answers[:2] == [1, 2]
    assert answers[2]["title"] == "y"


# -- delays ---------------------------------------------------------------------------------


def drawn(delay: Any, count: int, seed: int = 1, index: int = 0) -> list[int]:
    rule = {"on": "task:update", "delay_ms": delay}
    read: Delay = Scenario.from_document({"rules": [rule]}).rules[0].delay_ms
    answering = Answering(seed, index)
    return [answering.delay_ms(read) for _ in range(count)]


def test_uniform_delays_fill_their_range() -> None:
    delays = drawn({"uniform": [10, 50]}, 2_000)
    assert (min(delays), max(delays)) == (10, 50)
    assert statistics.mean(delays) == pytest.approx(30, abs=1)


def test_normal_delays_lie_about_their_mean_and_never_below_nothing() -> None:
    delays = drawn({"normal": [30, 10]}, 2_000)
    assert statistics.mean(delays) == pytest.approx(30, abs=1)
    assert statistics.stdev(delays) == pytest.approx(10, abs=1)
    assert min(drawn({"normal": [1, 50]}, 500)) == 0


def test_exponential_delays_have_a_tail() -> None:
    delays = drawn({"exponential": 20}, 2_000)
    assert statistics.mean(delays) == pytest.approx(20, abs=2)
    assert max(delays) > 80
    assert drawn({"exponential": 0}, 3) == [0, 0, 0]


def test_delays_are_the_same_for_a_seed_and_differ_between_rules_and_seeds() -> None:
    delay = {"uniform": [0, 1_000_000]}
    assert drawn(delay, 5) == drawn(delay, 5)
    assert drawn(delay, 5) != drawn(delay, 5, seed=2)
    assert drawn(delay, 5) != drawn(delay, 5, index=1)


async def test_a_drawn_delay_holds_the_answer_and_the_emit_back(stub: Any) -> None:
    emit = {"event": "system:notification", "to": "alice", "data": {}, "delay_ms": {"uniform": [40, 60]}}
    await stub.reset(
        rules=[{"on": "GET /api/projects", "delay_ms": {"uniform": [60, 90]}, "emit": [emit]}],
    )
    alice = await stub.connect("alice")
    await stub.rest("GET", "/api/projects")
    await alice.heard("system:notification")
    (rule,), (call,) = await stub.journal(kind="rule"), await stub.journal(kind="rest")
    (emitted,) = await stub.journal(kind="emitted")
    assert call["duration_ms"] >= 60
    assert emitted["t"] - rule["t"] >= 0.04


# -- bodies ---------------------------------------------------------------------------------

TEXT = "x" * 100


async def raw(stub: Any, path: str) -> tuple[bytes, bytes, list[bytes]]:
    """Return head, body and the pieces in which the body came, straight from the TCP connection."""
    host, port = stub.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        pieces = []
        while piece := await reader.read(65_536):
            pieces.append(piece)
    writer.close()
    await writer.wait_closed()
    return head, b"".join(pieces), pieces


def length_of(head: bytes) -> int:
    (line,) = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(line.split(b":")[1])


async def test_a_dribbled_body_comes_in_pieces_and_whole(stub: Any) -> None:
    way = {"dribble": {"chunks": 5, "every_ms": 30}}
    await stub.reset(rules=[{"on": "GET /api/legacy", "reply": TEXT, "body": way}])
    head, body, pieces = await raw(stub, "/api/legacy")
    assert body == b'"' + TEXT.encode() + b'"'
    assert length_of(head) == len(body)
    assert len(pieces) > 1
    (entry,) = await stub.journal(kind="rest")
    assert (entry["status"], entry["sent_bytes"]) == (200, len(body))
    assert entry["duration_ms"] >= 4 * 30
    assert (await stub.http.get("/api/legacy")).json() == TEXT


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
async def test_a_body_that_is_cut_off(stub: Any, share: float) -> None:
    await stub.reset(rules=[{"on": "GET /api/legacy", "reply": TEXT, "body": {"cut_after": share}}])
    head, body, _ = await raw(stub, "/api/legacy")
    assert length_of(head) == 102
    assert len(body) == int(102 * share)
    with pytest.raises(httpx.RemoteProtocolError):
        await stub.http.get("/api/legacy")
    assert (await stub.journal(kind="rest"))[0]["sent_bytes"] == len(body)
    assert (await stub.http.get("/health")).status_code == 200


async def test_built_in_answers_and_errors_can_be_cut_and_dribbled_too(stub: Any) -> None:
    await stub.reset(
        rules=[
            {
                "on": "GET /api/projects",
                "first": {"body": {"dribble": {"chunks": 3, "every_ms": 1}, "cut_after": 0.5}},
                "afterwards": {
                    "error": {"code": "CONFLICT"},
                    "body": {"dribble": {"chunks": 9, "every_ms": 1}},
                },
            }
        ]
    )
    with pytest.raises(httpx.RemoteProtocolError):
        await stub.rest("GET", "/api/projects")
    answer = await stub.rest("GET", "/api/projects", Origin="http://localhost:3001")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert answer.headers["X-Request-Id"]


async def test_more_pieces_than_bytes(stub: Any) -> None:
    way = {"dribble": {"chunks": 10_000, "every_ms": 0}}
    await stub.reset(rules=[{"on": "GET /api/legacy", "reply": [], "body": way}])
    assert (await stub.http.get("/api/legacy")).json() == []


async def test_a_client_that_leaves_a_dribbled_body_does_no_harm(stub: Any) -> None:
    way = {"dribble": {"chunks": 100, "every_ms": 20}}
    await stub.reset(rules=[{"on": "GET /api/legacy", "reply": TEXT * 100, "body": way}])
    host, port = stub.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/legacy HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.read(1)
    writer.transport.abort()
    (entry,) = (await stub.wait(journal={"kind": "rest", "path": "/api/legacy"}))["entries"]
    assert entry["sent_bytes"] < len(TEXT) * 100
    assert (await stub.http.get("/health")).status_code == 200
    assert await stub.journal(kind="error") == []


# -- templates ---------------------------------------------------------------------------------


async def test_an_event_is_answered_and_told_with_what_it_brought(stub: Any) -> None:
    emit = {
        "event": "system:notification",
        "to": "alice",
        "data": {"text": "${request.user} wrote ${request.args.0.title}!", "all": "${request.args}"},
    }
    reply = {"version": "${request.args[0].version}", "at": "${now}", "id": "${faker.uuid}", "raw": "$${now}"}
    await stub.reset(rules=[{"on": "task:update", "reply": reply, "emit": [emit]}])
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    sent = {"title": "New", "version": 3}
    answers = [(await bob.call("task:update", sent))["data"] for _ in range(2)]
    assert answers[0]["version"] == 3
    assert answers[0]["at"].endswith("Z")
    assert answers[0]["raw"] == "${now}"
    assert len(answers[0]["id"]) == 36
    assert answers[0]["id"] != answers[1]["id"]
    assert (await alice.heard("system:notification"))[0] == {"text": "bob wrote New!", "all": [sent]}


async def test_a_call_is_answered_with_what_it_brought(stub: Any) -> None:
    reply = {
        "id": "${request.params.id}",
        "whole": "${request.body}",
        "deep": "${request.body.tags.1}",
        "text": "page ${request.query.page} for ${request.user}: ${request.body.tags}",
    }
    error = {"code": "CONFLICT", "message": "no ${request.body.title}", "details": {"who": "${request.user}"}}
    await stub.reset(
        rules=[
            {"on": "PATCH /api/tasks/*", "first": {"reply": reply}, "afterwards": {"error": error}},
        ]
    )
    body = {"title": "x", "tags": ["a", "b"]}
    answers = [await stub.rest("PATCH", "/api/tasks/t1?page=2", body, user="bob") for _ in range(2)]
    assert answers[0].json()["data"] == {
        "id": "t1",
        "whole": body,
        "deep": "b",
        "text": 'page 2 for bob: ["a", "b"]',
    }
    assert answers[1].json()["error"] == {"code": "CONFLICT", "message": "no x", "details": {"who": "bob"}}


async def test_what_was_not_sent_is_null_and_told(stub: Any, caplog: pytest.LogCaptureFixture) -> None:
    reply = {"a": "${request.args.0.nothing}", "b": "<${request.args.5}>"}
    await stub.reset(rules=[{"on": "task:update", "reply": reply}])
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1"}))["data"] == {"a": None, "b": "<>"}
    (rule,) = await stub.journal(kind="rule")
    assert rule["missing"] == ["request.args.0.nothing", "request.args.5"]
    assert "rule 0 (on task:update) asks for what was not sent: request.args.0.nothing" in caplog.text


async def test_no_secret_of_a_body_reaches_the_journal_by_a_template(stub: Any) -> None:
    emit = {"event": "system:notification", "to": "alice", "data": "got ${request.body}"}
    await stub.reset(rules=[{"on": "POST /api/auth/login", "emit": [emit]}])
    alice = await stub.connect("alice")
    await stub.rest(
        "POST", "/api/auth/login", {"email": "x@example.com", "password": "one-secret"}, user=None
    )
    await alice.heard("system:notification")
    assert "one-secret" not in str(await stub.journal())


def test_text_from_outside_is_no_template() -> None:
    rule = {"on": "task:update", "reply": "${request.args.0}"}
    script = Script(Scenario.from_document({"rules": [rule]}))
    plan = script.on_event("task:update", "", ["${now} ${request.user} $${x}"])
    assert plan.answer is not None
    assert plan.answer.reply == "${now} ${request.user} $${x}"


def test_made_up_values_of_one_rule_do_not_hang_on_other_rules() -> None:
    reply = {"reply": "${faker.name} ${faker.task.title} ${faker.random_int}"}
    document = {"rules": [{"on": "task:update", **reply}, {"on": "task:delete", **reply}]}

    def answers(*events: str) -> list[Answer | None]:
        script = Script(Scenario.from_document(document))
        return [script.on_event(event, "", [{}]).answer for event in events]

    alone = answers("task:update", "task:update")
    between = answers("task:update", "task:delete", "task:update")
    assert [between[0], between[2]] == alone
    assert between[0] != between[1]
    assert alone[0] != alone[1]


def test_a_template_alone_keeps_its_type() -> None:
    request = Request(event="task:update", args=(5, True, None, {"a": [1]}))
    answer = Answer(
        reply=["${request.args.0}", "${request.args.1}", "${request.args.2}", "${request.args.3.a}"]
    )
    assert Answering(1, 0).ready(answer, request).reply == [5, True, None, [1]]
