"""A scenario and its document: what goes out comes back, and every wrong name is found."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.errors import DocumentError
from mock_server.events import ClientEvent, ServerEvent
from mock_server.scenario.model import Rule, Scenario, TaskStatus
from mock_server.scenario.placeholders import escape

WORDS = st.sampled_from(["${uuid}", "${x", "$", "$${", "{}", "Write", " ", "ü", "<b>", "'", '"', "\n", "7"])
TEXTS = st.lists(WORDS, max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)
TITLES = TEXTS.map(lambda text: f"x{text}x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


DELAYS = st.integers(0, 10_000) | st.sampled_from(
    [{"uniform": [1, 2]}, {"normal": [3, 0]}, {"exponential": 4}]
)
EMITS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(list(ServerEvent)),
        "to": st.sampled_from(["alice", "sender", "project:atlas"]),
    },
    optional={"data": JSON, "delay_ms": DELAYS},
)
RULES = st.fixed_dictionaries(
    {"on": st.sampled_from([*ClientEvent, "PATCH /api/tasks/*"]), "delay_ms": st.integers(1, 10_000)},
    optional={
        "from": st.sampled_from(["alice", "bob"]),
        "when": st.dictionaries(TEXTS, JSON, max_size=2),
        "reply": JSON,
        "emit": st.lists(EMITS, max_size=2),
        "times": st.integers(1, 5),
    },
)
TURNS = st.fixed_dictionaries(
    {},
    optional={
        "reply": JSON,
        "emit": st.lists(EMITS, max_size=2),
        "delay_ms": DELAYS,
        "body": st.just({"dribble": {"chunks": 2, "every_ms": 5}, "cut_after": 0.5}),
    },
)
RULES_IN_TURNS = st.fixed_dictionaries(
    {
        "on": st.just("PATCH /api/tasks/*"),
        "first": TURNS,
        "then": TURNS | st.lists(TURNS, min_size=1, max_size=2),
    },
    optional={"afterwards": TURNS, "who": st.sampled_from(["alice", ["alice", "bob"]])},
)
TASKS = st.fixed_dictionaries(
    {"title": TITLES},
    optional={
        "description": TEXTS,
        "status": st.sampled_from([*TaskStatus, "pending", "review", "completed"]),
        "assignee": st.sampled_from(["alice", "bob", None]),
        "epicId": st.just("e1"),
        "dueDate": st.dates().map(lambda day: day.isoformat()),
        "position": st.integers(0, 9),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "people": st.just({"alice": None, "bob": {"name": "${person.name}", "token": "expired"}}),
        "projects": st.fixed_dictionaries(
            {
                "id": st.just("atlas"),
                "epics": st.just([{"title": "${epic.title}"}]),
                "tasks": st.lists(TASKS, max_size=4),
                "generate": st.fixed_dictionaries({"tasks": st.integers(0, 4)}),
            }
        ).map(lambda project: [project]),
    },
    optional={
        "seed": st.integers(),
        "rules": st.lists(RULES | RULES_IN_TURNS, max_size=3),
        "description": TEXTS,
    },
)


@given(DOCUMENTS)
def test_a_scenario_comes_back_from_its_document_as_it_was(document: dict[str, Any]) -> None:
    # The texts hold '${' at will, so they are written as an author would have to write them.
    authored = document | {key: escape(document[key]) for key in ("rules", "description") if key in document}
    for project in authored["projects"]:
        project["tasks"] = escape(project["tasks"])

    scenario = Scenario.from_document(authored)
    once = json.loads(json.dumps(scenario.document()))

    assert Scenario.from_document(once) == scenario
    assert Scenario.from_document(once, seed=scenario.seed).document() == once


def test_another_seed_changes_nothing_in_a_document_that_was_filled() -> None:
    filled = Scenario.from_document({"projects": [{"id": "a", "generate": {"tasks": 3}}]}).document()
    assert Scenario.from_document(filled, seed=9).document() == filled | {"seed": 9}


def test_null_data_of_an_emitted_event_is_kept() -> None:
    emit = {"event": "task:updated", "to": "alice", "data": None}
    scenario = Scenario.from_document({"people": {"alice": None}, "rules": [{"at_ms": 0, "emit": [emit]}]})
    assert scenario.document()["rules"][0]["emit"][0]["data"] is None
    assert Scenario.from_document(scenario.document()) == scenario


def test_templates_are_written_as_they_were_read() -> None:
    reply = ["${now} $${now}", "${request.args.0}", "${alice.name}", {"a": "${faker.name}"}]
    rules = [
        {"on": "task:update", "reply": reply},
        {"on": "task:update", "first": {"reply": "${now}"}, "then": [{"reply": "$${x}"}], "afterwards": {}},
    ]
    scenario = Scenario.from_document({"people": {"alice": {"name": "$${now}"}}, "rules": rules})
    assert scenario.rules[0].reply == [
        "${now} $${now}",
        "${request.args.0}",
        "$${now}",
        {"a": "${faker.name}"},
    ]
    assert Scenario.from_document(scenario.document()) == scenario


def test_an_empty_reply_is_a_reply() -> None:
    rule = Scenario.from_document({"rules": [{"on": "task:update", "reply": {}}]}).rules[0]
    assert rule.replaces


def test_a_rule_on_a_path_knows_its_method_and_glob() -> None:
    rule = Rule(on="patch /api/tasks/*", delay_ms=5)
    assert (rule.method, rule.path_glob) == ("PATCH", "/api/tasks/*")
    event = Rule(on="task:update", delay_ms=5)
    assert (event.method, event.path_glob) == (None, None)


@pytest.mark.parametrize(
    ("people", "asked", "required"),
    [({}, None, False), ({"alice": None}, None, True), ({"alice": None}, False, False), ({}, True, True)],
)
def test_a_token_is_required_when_people_are_named_unless_the_gateway_says_otherwise(
    people: dict[str, None], asked: bool | None, required: bool
) -> None:
    scenario = Scenario.from_document({"people": people, "gateway": {"require_auth": asked}})
    assert scenario.requires_auth is required


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_a_document_that_is_no_mapping_is_a_problem(document: object) -> None:
    with pytest.raises(DocumentError, match=r"\Adocument: must be 'key: value' lines"):
        Scenario.from_document(document)


@given(st.dictionaries(st.sampled_from(["people", "projects", "rules", "gateway", "seed", "name"]), JSON))
def test_a_document_of_any_shape_is_read_or_refused_but_never_crashes(document: dict[str, Any]) -> None:
    with suppress(DocumentError):
        assert Scenario.from_document(document).document()


@given(JSON)
def test_a_project_and_a_rule_of_any_shape_are_read_or_refused_but_never_crash(value: Any) -> None:
    rule = {"on": value, "emit": [value, {"to": value, "event": value}], "from": value}
    project = {
        "id": "a",
        "members": value,
        "tasks": [value, {"title": "x", "status": value, "assignee": value}],
    }
    document = {"people": {"alice": value}, "projects": [project, value], "rules": [rule, value]}
    with pytest.raises(DocumentError):
        Scenario.from_document(document)


def test_deep_nesting_is_a_problem_and_not_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(DocumentError, match="nested too deeply"):
        Scenario.from_document({"rules": [{"on": "task:update", "reply": deep}]})
