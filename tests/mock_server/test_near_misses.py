"""What is said of a rule that looked meant for an event or call, and was not used: word for word."""

from typing import Any

import pytest

from mock_server.near_miss import same
from mock_server.scenario.model import Origin, Scenario
from mock_server.script import Script

REFUSE = {"error": {"code": "RULE"}}
NOT_USED = "board.yaml:7: rule 0 (on task:update) was not used:"


def missed(rules: list[dict[str, Any]], *events: tuple[str, str, Any]) -> dict[str, Any] | None:
    """Return the near miss of the last (event, user, payload)."""
    script = script_of(rules)
    plans = [script.on_event(event, user, [payload]) for event, user, payload in events]
    return None if plans[-1].near_miss is None else plans[-1].near_miss.entry()


def script_of(rules: list[dict[str, Any]]) -> Script:
    people = {"alice": None, "bob": None}
    origin = Origin(file="board.yaml", rule_lines=tuple(range(7, 7 + len(rules))))
    return Script(Scenario.from_document({"people": people, "rules": rules}, origin=origin))


def missed_call(rule: dict[str, Any], method: str, path: str, body: Any = None) -> dict[str, Any] | None:
    plan = script_of([rule]).on_call(method, path, "alice", body, {}, {})
    return None if plan.near_miss is None else plan.near_miss.entry()


def test_a_misspelt_event() -> None:
    assert missed([{"on": "task:update", **REFUSE}], ("task:updated", "bob", {"id": "t1"})) == {
        "index": 0,
        "line": 7,
        "on": "task:update",
        "field": "on",
        "expected": "task:update",
        "got": "task:updated",
        "why": "board.yaml:7: rule 0 (on task:update) was not used: the event is 'task:updated', and the rule"
        " is on 'task:update'",
    }


def test_a_wrong_value() -> None:
    rule = {"on": "task:update", "when": {"status": "done"}, **REFUSE}
    assert missed([rule], ("task:update", "bob", {"id": "t1", "status": "todo"})) == {
        "index": 0,
        "line": 7,
        "on": "task:update",
        "field": "when.status",
        "expected": "done",
        "got": "todo",
        "why": f"{NOT_USED} 'status' is 'todo', and the rule wants 'done'",
    }


def test_a_number_that_was_written_as_text() -> None:
    rule = {"on": "task:update", "when": {"version": "1"}, **REFUSE}
    miss = missed([rule], ("task:update", "bob", {"id": "t1", "version": 1}))
    assert miss is not None
    assert (miss["field"], miss["expected"], miss["got"]) == ("when.version", "1", 1)
    assert miss["why"].endswith("'version' is the number 1, and the rule wants the text '1'")


def test_a_text_that_was_written_as_a_number() -> None:
    miss = missed([{"on": "task:delete", "when": {"id": 5}, **REFUSE}], ("task:delete", "bob", "5"))
    assert miss is not None
    assert miss["why"].endswith("'id' is the text '5', and the rule wants the number 5")


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        (True, "true", "'done' is the text 'true', and the rule wants true itself"),
        ("null", None, "'done' is null, and the rule wants 'null'"),
        (None, "None", "'done' is the text 'None', and the rule wants null itself"),
        ("Done", "done", "'done' is 'done', and the rule wants 'Done'"),
    ],
)
def test_words_that_are_written_as_text(expected: Any, got: Any, said: str) -> None:
    miss = missed(
        [{"on": "task:update", "when": {"done": expected}, **REFUSE}], ("task:update", "bob", {"done": got})
    )
    assert miss is not None
    assert miss["why"].endswith(said)


def test_a_misspelt_field() -> None:
    rule = {"on": "task:update", "when": {"titel": "x"}, **REFUSE}
    miss = missed([rule], ("task:update", "bob", {"id": "t1", "title": "x"}))
    assert miss is not None
    assert miss["why"].endswith(
        "'titel' was not sent, and the rule wants 'x' (did you mean 'title'?)",
    )


def test_a_field_that_was_not_sent_lists_what_was() -> None:
    rule = {"on": "task:update", "when": {"a.b": 1}, **REFUSE}
    miss = missed([rule], ("task:update", "bob", {"id": "t1", "more": {"xyz": 2}}))
    assert miss is not None
    assert miss["why"].endswith("'a.b' was not sent, and the rule wants 1 (there is id, more.xyz)")


@pytest.mark.parametrize(("key", "wanted"), [("from", "alice"), ("who", "alice"), ("who", ["alice"])])
def test_the_wrong_person(key: str, wanted: Any) -> None:
    assert missed([{"on": "task:update", key: wanted, **REFUSE}], ("task:update", "bob", {"id": "t1"})) == {
        "index": 0,
        "line": 7,
        "on": "task:update",
        "field": "who",
        "expected": ["alice"],
        "got": "bob",
        "why": f"{NOT_USED} it came from bob, and the rule wants alice",
    }


def test_times_that_are_used_up() -> None:
    rules = [{"on": "task:update", "times": 1, **REFUSE}]
    assert missed(rules, ("task:update", "bob", {}), ("task:update", "bob", {})) == {
        "index": 0,
        "line": 7,
        "on": "task:update",
        "field": "times",
        "expected": 1,
        "got": 2,
        "why": "board.yaml:7: rule 0 (on task:update) was not used: it has fired 1 of 1 time ('times: 1')",
    }


def test_a_wrong_method() -> None:
    assert missed_call({"on": "PUT /api/tasks/*", **REFUSE}, "PATCH", "/api/tasks/t1") == {
        "index": 0,
        "line": 7,
        "on": "PUT /api/tasks/*",
        "field": "method",
        "expected": "PUT",
        "got": "PATCH",
        "why": "board.yaml:7: rule 0 (on PUT /api/tasks/*) was not used: "
        "the method is PATCH, and the rule is on PUT",
    }


@pytest.mark.parametrize(
    "glob", ["/api/task/*", "/tasks/*", "/api/tasks", "/API/Tasks/*", "/api/tasks/*/", "/api/tsaks/t1"]
)
def test_a_path_nearly_spelt_the_same(glob: str) -> None:
    miss = missed_call({"on": f"PATCH {glob}", **REFUSE}, "PATCH", "/api/tasks/t1")
    assert miss is not None
    assert (miss["field"], miss["expected"], miss["got"]) == ("path", glob, "/api/tasks/t1")
    assert miss["why"].endswith(f"the path is '/api/tasks/t1', and the rule is on '{glob}'")


@pytest.mark.parametrize(
    ("on", "method", "path"),
    [
        ("PATCH /api/epics/*", "PATCH", "/api/tasks/t1"),
        ("GET /api/projects/*/epics", "GET", "/api/projects/atlas/tasks"),
        ("POST /api/sprints/*/start", "POST", "/api/sprints/s1/complete"),
        ("PATCH /api/tasks/*", "GET", "/api/projects"),
    ],
)
def test_another_call_is_no_near_miss(on: str, method: str, path: str) -> None:
    assert missed_call({"on": on, **REFUSE}, method, path) is None


def test_another_event_of_the_contract_is_no_near_miss() -> None:
    assert missed([{"on": "task:update", **REFUSE}], ("task:create", "bob", {"title": "x"})) is None


def test_nothing_is_missed_when_a_rule_fired() -> None:
    rules = [{"on": "task:update", "from": "alice", **REFUSE}, {"on": "task:update", "delay_ms": 1}]
    assert missed(rules, ("task:update", "bob", {})) is None


def test_the_closest_of_several_and_all_that_differs() -> None:
    rules = [
        {"on": "task:update", "from": "alice", "when": {"id": "t2"}, **REFUSE},
        {"on": "task:update", "when": {"id": "t3"}, **REFUSE},
    ]
    miss = missed(rules, ("task:update", "bob", {"id": "t1"}))
    assert miss is not None
    assert (miss["index"], miss["line"], miss["field"]) == (1, 8, "when.id")
    both = missed(rules[:1], ("task:update", "bob", {"id": "t1"}))
    assert both is not None
    assert (both["field"], both["also"]) == ("who", ["when.id"])
    assert both["why"].endswith("wants alice; 'id' is 't1', and the rule wants 't2'")


def test_secrets_are_not_told() -> None:
    rule = {"on": "POST /api/auth/login", "when": {"password": "one-secret", "more": 1}, **REFUSE}
    body = {"password": "other-secret", "more": {"token": "third-secret"}}
    miss = missed_call(rule, "POST", "/api/auth/login", body)
    assert "secret" not in str(miss)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        ([1, {"a": True}], [1, {"a": True}], True),
        ([1, {"a": True}], [1, {"a": 1}], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        (None, None, True),
    ],
)
def test_same_json(one: Any, other: Any, expected: bool) -> None:
    assert same(one, other) is expected


async def test_near_misses_are_journaled_beside_built_in_and_unscripted_answers(stub: Any) -> None:
    rules = [{"on": "task:update", "when": {"title": "y"}, **REFUSE}, {"on": "PUT /api/tasks/*", **REFUSE}]
    await stub.reset(rules=rules)
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1", "title": "x"}))["ok"]
    assert (await bob.call("task_update", {"id": "t1"}))["error"]["code"] == "UNSCRIPTED"
    assert (await stub.rest("PATCH", "/api/tasks/t2", {"title": "z"})).status_code == 200
    found = await stub.journal(kind="near_miss")
    assert [
        (each.get("event") or each["path"], each["user"], each["near_miss"]["field"]) for each in found
    ] == [
        ("task:update", "bob", "when.title"),
        ("task_update", "bob", "on"),
        ("/api/tasks/t2", "alice", "method"),
    ]
    (unscripted,) = await stub.journal(kind="unscripted")
    assert unscripted["near_miss"] == found[1]["near_miss"]


async def test_the_log_tells_of_each_near_miss_once(stub: Any, caplog: pytest.LogCaptureFixture) -> None:
    await stub.reset(rules=[{"on": "task:update", "when": {"title": "y"}, **REFUSE}])
    bob = await stub.connect("bob")
    for _ in range(3):
        await bob.call("task:update", {"id": "t1", "title": "x"})
    assert [record.getMessage() for record in caplog.records if "near miss" in record.getMessage()] == [
        "near miss: task:update of bob: rule 0 (on task:update) was not used: "
        "'title' is 'x', and the rule wants 'y'"
    ]
    assert len(await stub.journal(kind="near_miss")) == 3


async def test_the_log_is_not_flooded(stub: Any, caplog: pytest.LogCaptureFixture) -> None:
    await stub.reset(rules=[{"on": "task:update", "when": {"title": "y"}, **REFUSE}])
    bob = await stub.connect("bob")
    for number in range(5):
        await bob.call("task:update", {"id": "t1", "title": str(number)})
    lines = [record.getMessage() for record in caplog.records if "near miss" in record.getMessage()]
    assert len(lines) == 3
    assert lines[-1].endswith("'title' is '2', and the rule wants 'y' (more of this: see the journal)")
    assert len(await stub.journal(kind="near_miss")) == 5


async def test_a_rule_that_has_fired_is_not_spoken_of(stub: Any, caplog: pytest.LogCaptureFixture) -> None:
    await stub.reset(rules=[{"on": "task:update", "from": "bob", **REFUSE}])
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    assert not (await bob.call("task:update", {"id": "t1"}))["ok"]
    assert (await alice.call("task:update", {"id": "t1", "title": "x"}))["ok"]
    assert "near miss" not in caplog.text
    assert len(await stub.journal(kind="near_miss")) == 1


async def test_the_stub_knows_the_lines_of_a_document_read_from_a_file(stub: Any, tmp_path: Any) -> None:
    file = str(tmp_path / "scenarios" / "board.yaml")
    document = {
        "people": {"alice": None, "bob": None},
        "rules": [{"on": "task:update", "from": "bob", **REFUSE}],
    }
    state = await stub.post("reset", document=document, origin={"file": file, "rule_lines": [12]})
    stub.people = state["people"]
    alice = await stub.connect("alice")
    await alice.call("task:update", {"id": "t1"})
    (entry,) = await stub.journal(kind="near_miss")
    assert entry["near_miss"]["line"] == 12
    assert entry["near_miss"]["why"].startswith(f"{file}:12: rule 0")
