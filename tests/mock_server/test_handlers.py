"""A Python handler beside the scenario: it answers, it emits, and what it does wrong is told by line."""

from pathlib import Path
from typing import Any

import pytest

from mock_server.errors import DocumentError
from mock_server.scenario.load import load_scenario
from mock_server.scenario.model import Scenario
from mock_server.script import Script

RULES = """\
calls = []


def on_update(request):
    calls.append(request.user)
    task = request.args[0]
    return {
        "reply": {"id": task["id"], "count": len(calls)},
        "emit": [{"event": "system:notification", "data": {"from": "${now}"}, "to": "sender"}],
    }


def on_call(request):
    if request.query.get("page") == "2":
        return None
    message = f"{request.method} {request.path} {request.params['id']}"
    return {"error": {"code": "CONFLICT", "message": message}}


def fails(request):
    return request.body["nothing"]


def leaves(request):
    raise SystemExit


def misspells(request):
    return {"replly": 1}


def returns_a_set(request):
    return {"reply": {1, 2}}


def tells_nobody(request):
    return {"emit": [{"event": "task:updatd", "to": "alise"}]}


def changes_what_it_got(request):
    request.args[0]["title"] = "from the handler"
"""
DOCUMENT: dict[str, Any] = {
    "people": {"alice": {"role": "admin"}, "bob": None},
    "projects": [{"id": "atlas", "members": ["alice", "bob"], "tasks": [{"id": "t1", "title": "First"}]}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "my_rules.py").write_text(RULES)
    return tmp_path


async def start(stub: Any, folder: Path, *rules: dict[str, Any]) -> None:
    origin = {"file": str(folder / "board.yaml"), "rule_lines": [3] * len(rules)}
    state = await stub.post("reset", document={**DOCUMENT, "rules": rules}, origin=origin)
    stub.people = state["people"]


async def test_a_handler_answers_an_event_and_emits(stub: Any, folder: Path) -> None:
    await start(stub, folder, {"on": "task:update", "handler": "my_rules.py:on_update"})
    bob = await stub.connect("bob")
    answers = [await bob.call("task:update", {"id": "t1"}) for _ in range(2)]
    assert [answer["data"] for answer in answers] == [{"id": "t1", "count": 1}, {"id": "t1", "count": 2}]
    assert await bob.heard("system:notification", 2) == [{"from": "${now}"}] * 2
    assert (await stub.task("t1"))["version"] == 1


async def test_a_handler_answers_a_call_or_leaves_it_to_the_stub(stub: Any, folder: Path) -> None:
    await start(stub, folder, {"on": "GET /api/tasks/*", "handler": "my_rules.py:on_call"})
    refused = await stub.rest("GET", "/api/tasks/t1")
    assert (refused.status_code, refused.json()["error"]["message"]) == (409, "GET /api/tasks/t1 t1")
    assert (await stub.rest("GET", "/api/tasks/t1?page=2")).json()["data"]["title"] == "First"


async def test_what_a_handler_changes_is_its_own(stub: Any, folder: Path) -> None:
    await start(stub, folder, {"on": "task:update", "handler": "my_rules.py:changes_what_it_got"})
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1", "title": "from bob"}))["data"]["title"] == "from bob"


async def test_every_world_has_its_handlers_anew(stub: Any, folder: Path) -> None:
    for _ in range(2):
        await start(stub, folder, {"on": "task:update", "handler": "my_rules.py:on_update"})
        bob = await stub.connect("bob")
        assert (await bob.call("task:update", {"id": "t1"}))["data"]["count"] == 1


@pytest.mark.parametrize(
    ("function", "line", "said"),
    [
        ("fails", 21, "TypeError: 'NoneType' object is not subscriptable (handler my_rules.py:fails)"),
        ("leaves", 25, "SystemExit (handler my_rules.py:leaves)"),
        (
            "misspells",
            28,
            "what my_rules.py:misspells returned: replly: unknown key 'replly'. Did you mean 'reply'?",
        ),
        ("returns_a_set", 32, "what my_rules.py:returns_a_set returned: holds something that JSON cannot"),
        (
            "tells_nobody",
            36,
            "what my_rules.py:tells_nobody returned: emit[0].event: unknown event 'task:updatd'. Did you mean"
            " 'task:updated'?; what my_rules.py:tells_nobody returned: emit[0].to: unknown receiver 'alise'."
            " Did you mean 'alice'?",
        ),
    ],
)
async def test_a_handler_that_fails_answers_500_and_says_where(
    stub: Any, folder: Path, function: str, line: int, said: str
) -> None:
    name = f"my_rules.py:{function}"
    await start(
        stub, folder, {"on": "GET /api/tasks/*", "handler": name}, {"on": "task:update", "handler": name}
    )
    message = f"{folder / 'my_rules.py'}:{line}: {said}"
    answer = await stub.rest("GET", "/api/tasks/t1")
    assert answer.status_code == 500
    assert answer.json()["error"] == {"code": "INTERNAL", "message": message}
    bob = await stub.connect("bob")
    acknowledged = await bob.call("task:update", {"id": "t1"})
    assert acknowledged["ok"] is False
    assert acknowledged["error"]["code"] == "INTERNAL"
    first, _ = await stub.journal(kind="error")
    assert first["message"] == message
    assert (await bob.call("join:project", "atlas"))["ok"]


def broken(folder: Path, text: str) -> str:
    """Return what is said of a scenario whose handler's file holds `text`."""
    (folder / "my_rules.py").write_text(text)
    (folder / "board.yaml").write_text("rules:\n  - {on: task:update, handler: 'my_rules.py:on_update'}\n")
    with pytest.raises(DocumentError) as caught:
        Script(load_scenario(folder / "board.yaml"))
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n\ndef on_update(request:\n    pass\n", "my_rules.py:3: not Python: '(' was never closed"),
        (
            "import nowhere_to_be_found\n\ndef on_update(request): ...\n",
            "my_rules.py:1: cannot be loaded: ModuleNotFoundError: No module named 'nowhere_to_be_found'",
        ),
        (
            "def on_update(request): ...\n\non_update = 5\n",
            "my_rules.py:1: 'on_update' is no function",
        ),
        (
            "import sys\n\ndef on_update(request): ...\n\nsys.exit(3)\n",
            "my_rules.py:5: cannot be loaded: SystemExit: 3",
        ),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_by_line(folder: Path, text: str, said: str) -> None:
    assert broken(folder, text) == said


def test_a_scenario_without_a_file_has_no_handlers() -> None:
    with pytest.raises(DocumentError) as caught:
        Scenario.from_document({"rules": [{"on": "task:update", "handler": "my_rules.py:on_update"}]})
    assert str(caught.value) == (
        "document: rules[0].handler: a handler stands beside the scenario's file, and this scenario has none"
    )


async def test_a_reset_to_a_scenario_that_cannot_be_loaded_leaves_the_world_as_it_was(
    stub: Any, folder: Path
) -> None:
    (folder / "my_rules.py").write_text("def on_update(request): ...\nfoo()\n")
    rule = {"on": "task:update", "handler": "my_rules.py:on_update"}
    origin = {"file": str(folder / "board.yaml"), "rule_lines": [3]}
    before = (await stub.control("GET", "state"))["world"]
    answer = await stub.control(
        "POST", "reset", {"document": {**DOCUMENT, "rules": [rule]}, "origin": origin}, status=400
    )
    assert answer["error"].endswith("my_rules.py:2: cannot be loaded: NameError: name 'foo' is not defined")
    assert (await stub.control("GET", "state"))["world"] == before
