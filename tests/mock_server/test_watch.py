"""`--watch`: the rules of a changed file count at once, connections and store stay; a broken one is left."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mock_server.watching import Watch

HEAD = """\
people: {alice: {role: admin}, bob: }
projects: [{id: atlas, members: [alice, bob], tasks: [{id: t1, title: First}]}]
"""
REFUSES = HEAD + "rules: [{on: task:update, error: {code: RULE}}]\n"


@pytest.fixture
async def watched(stub: Any, scenarios_root: Path) -> AsyncIterator[Path]:
    """The file of the running world, which is being watched."""
    file = scenarios_root / "board.yaml"
    file.write_text(HEAD)
    stub.people = (await stub.post("reset", scenario="board"))["people"]
    watch = Watch(lambda: stub.server.world, every_s=0.01)
    await watch.look()
    task = asyncio.create_task(watch.run())
    yield file
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def reloaded(stub: Any, times: int = 1) -> None:
    await stub.wait(journal={"kind": "reload", "ok": True}, count=times)


async def not_reloaded(stub: Any) -> None:
    await stub.wait(journal={"kind": "reload", "ok": False})


def write(file: Path, text: str) -> None:
    file.write_text(text)


async def test_changed_rules_count_and_all_else_stays(stub: Any, watched: Path) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    assert (await bob.call("task:update", {"id": "t1", "title": "kept"}))["ok"]
    write(watched, REFUSES)
    await reloaded(stub)
    assert (await bob.call("task:update", {"id": "t1", "title": "x"}))["error"]["code"] == "RULE"
    assert (await stub.task("t1"))["title"] == "kept"
    assert (await stub.control("GET", "state"))["world"] == stub.server.world.number
    assert bob.disconnects == 0
    await stub.post("emit", event="system:notification", data={}, room="project:atlas")
    await bob.heard("system:notification")
    write(watched, HEAD)
    await reloaded(stub, 2)
    assert (await bob.call("task:update", {"id": "t1", "title": "y"}))["ok"]


async def test_counts_begin_anew(stub: Any, watched: Path) -> None:
    rule = "rules: [{on: task:update, times: 1, error: {code: RULE}}]\n"
    write(watched, HEAD + rule)
    await reloaded(stub)
    bob = await stub.connect("bob")
    assert [(await bob.call("task:update", {"id": "t1"}))["ok"] for _ in range(2)] == [False, True]
    write(watched, HEAD + rule + "# once more\n")
    await reloaded(stub, 2)
    assert not (await bob.call("task:update", {"id": "t1"}))["ok"]


async def test_a_broken_file_is_reported_and_changes_nothing(
    stub: Any, watched: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(watched, REFUSES)
    await reloaded(stub)
    write(watched, HEAD + "rules:\n  - {on: 'task:updat', delay_ms: 5}\n")
    await not_reloaded(stub)
    assert f"{watched}:4: rules[0].on: unknown event 'task:updat'. Did you mean 'task:update'?" in caplog.text
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1"}))["error"]["code"] == "RULE"
    write(watched, HEAD)
    await reloaded(stub, 2)
    assert (await bob.call("task:update", {"id": "t1", "title": "y"}))["ok"]


async def test_a_file_that_is_gone_changes_nothing(
    stub: Any, watched: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(watched.unlink)
    await not_reloaded(stub)
    assert "there is no such file" in caplog.text
    assert (await stub.http.get("/health")).status_code == 200


async def test_a_changed_handler_is_taken_over_and_a_broken_one_is_not(
    stub: Any, watched: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handler = watched.parent / "my_rules.py"
    write(handler, "def on_update(request): return {'reply': 1}\n")
    write(watched, HEAD + "rules: [{on: task:update, handler: 'my_rules.py:on_update'}]\n")
    await reloaded(stub)
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1"}))["data"] == 1
    write(handler, "def on_update(request): return {'reply': 22}\n")
    await reloaded(stub, 2)
    assert (await bob.call("task:update", {"id": "t1"}))["data"] == 22
    write(handler, "def on_update(request): return {'reply': 333}\nraise ValueError('not now')\n")
    await not_reloaded(stub)
    assert f"{handler}:2: cannot be loaded: ValueError: not now" in caplog.text
    assert (await bob.call("task:update", {"id": "t1"}))["data"] == 22


async def test_what_waits_for_a_reset_is_named(
    stub: Any, watched: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(watched, HEAD.replace("bob: }", "bob: , carol: }") + "gateway: {echo: none}\n")
    with caplog.at_level("INFO", logger="lockstep.stub"):
        await reloaded(stub)
    assert "from_the_next_reset=people,gateway" in caplog.text


async def test_a_moment_that_has_passed_does_not_come_again(stub: Any, watched: Path) -> None:
    notice = "{event: 'system:notification', to: alice}"
    alice = await stub.connect("alice")
    write(watched, HEAD + f"rules: [{{at_ms: 0, emit: [{notice}]}}, {{on: task:update, emit: [{notice}]}}]\n")
    await reloaded(stub)
    await alice.call("task:update", {"id": "t1", "title": "x"})
    await alice.heard("system:notification")
    assert [entry["index"] for entry in await stub.journal(kind="rule")] == [1]
