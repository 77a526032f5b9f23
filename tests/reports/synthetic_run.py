"""Writes run directories as the harness would, one story each: what went wrong, on whose board, and why."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthetic_journal import Journal

HOSTILE = "<img src=x onerror=\"window.pwned='img'\"></script><script>window.pwned='script'</script>"


@dataclass(kw_only=True)
class Story:
    """One spec of a made-up run."""

    nodeid: str
    slug: str
    outcome: str = "passed"
    journal: Journal | None = None
    message: str | None = None
    duration_s: float = 1.42
    verdicts: dict[str, Any] | None = None
    cut_off: bool = False
    pictures: tuple[str, ...] = ()
    listed: bool = True
    extra: dict[str, str] = field(default_factory=dict)


def finding(checker: str, message: str, seqs: list[int], **more: Any) -> dict[str, Any]:
    base = {"verdict": "failed", "entity": None, "client": None, "expected": False}
    return {"checker": checker, "message": message, "seqs": seqs, **base, **more}


def judged(
    journal: Journal, outcome: str = "passed", *, spec_outcome: str = "passed", **more: Any
) -> dict[str, Any]:
    names = [
        "converged",
        "exactly_once",
        "nothing_lost",
        "no_regression",
        "badge_truth",
        "rooms",
        "latency",
        "health",
    ]
    checkers = dict.fromkeys(names, "passed")
    for each in more.get("findings", []):
        checkers[each["checker"]] = each["verdict"]
    return {
        "lockstep_verdicts": 1,
        "outcome": outcome,
        "spec": journal.header["spec"],
        "spec_outcome": spec_outcome,
        "duration_s": 1.42,
        "findings": [],
        "checkers": checkers,
        "judged": {name: 0 if name == "badge_truth" else 3 for name in checkers},
        "notes": {},
        "chains": [],
        "latency": journal.latency,
        **more,
    }


def passing(number: int = 0, *, moves: int = 1) -> Story:
    nodeid = f"specs/drag/test_drag.py::test_card_alice_drags_moves_on_bobs_board[{number}]"
    journal = Journal(nodeid)
    journal.open("alice")
    journal.open("bob")
    for each in range(moves):
        journal.move("alice", "t1", "in_progress", receive_ms=1.0 + (number * 7 + each) % 13)
        journal.edit("bob", "t2", title=f"Draw the logo {each}")
        journal.move("bob", "t1", "done")
        journal.ping("alice")
    journal.add("spec", "mark", name="settled")
    return Story(nodeid=nodeid, slug=f"drag-test_drag--{number}", journal=journal, verdicts=judged(journal))


def duplicate() -> Story:
    """Bob is sent the same change twice, and his board shows the card twice for 148 ms."""
    nodeid = "specs/sync/test_drag.py::test_card_alice_drags_moves_on_bobs_board"
    journal = Journal(nodeid)
    journal.open("alice")
    journal.open("bob", engine="firefox")
    journal.move("alice", "t1", "in_progress")
    journal.add("bob", "console", level="info", text="applied task:status_changed t1 v2", after_ms=4)
    journal.ping("bob")
    payload, times, action = journal.begin_move("alice", "t7", "in_progress")
    sent = len(journal.lines) - 4
    emitted = journal.emit("task:status_changed", payload, ["alice", "bob"])
    journal.received("alice", "task:status_changed", payload)
    first = journal.received("bob", "task:status_changed", payload, after_ms=2.4)
    again = journal.received("bob", "task:status_changed", payload, after_ms=3.9, fate="duplicated")
    journal.boards["bob"]["todo"].remove("t7")
    journal.boards["bob"]["in_progress"] += ["t7", "t7"]
    doubled = journal.view("bob", after_ms=8)
    painted = journal.t
    journal.boards["bob"]["in_progress"].remove("t7")
    healed = journal.view("bob", after_ms=148)
    journal.finish("alice", action)
    journal.add("spec", "mark", name="expectation", what="bob's board: 'Buy milk' in In Progress", ok=True)
    sample = {**times, "received_t": painted - 0.012, "painted_t": painted, "client": "bob", "seq": first}
    journal.latency["task:status_changed"].append(sample)
    why = [
        {
            "t": times["action_t"],
            "lane": "alice",
            "text": "alice drags 'Buy milk' (t7) to In Progress",
            "seq": sent - 1,
        },
        {
            "t": times["sent_t"],
            "lane": "alice",
            "text": "sends task:update t7 {status: in_progress}",
            "seq": sent,
        },
        {
            "t": times["server_t"],
            "lane": "server",
            "text": "server stores t7 v2 and emits task:status_changed to 2",
            "seq": emitted,
        },
        {
            "t": journal.lines[first - 1]["t"],
            "lane": "bob",
            "text": "bob receives task:status_changed t7 v2",
            "seq": first,
        },
        {
            "t": journal.lines[again - 1]["t"],
            "lane": "bob",
            "text": "bob receives task:status_changed t7 v2 again",
            "seq": again,
        },
        {
            "t": painted,
            "lane": "bob",
            "text": "bob's board shows t7 twice in In Progress, for 148 ms",
            "seq": doubled,
        },
    ]
    found = finding(
        "exactly_once",
        "card t7 was on bob's board twice for 148 ms",
        [emitted, first, again, doubled, healed],
        entity="t7",
        client="bob",
    )
    chain = {"event": "task:status_changed", "entity": "t7", "version": 2, "action": None, "steps": why}
    verdicts = judged(journal, "failed", findings=[found], why=[{"finding": 0, "steps": why}], chains=[chain])
    return Story(
        nodeid=nodeid,
        slug="sync-test_drag--test_card_alice_drags_moves_on_bobs_board",
        outcome="failed",
        journal=journal,
        message="exactly_once: card t7 was on bob's board twice for 148 ms",
        verdicts=verdicts,
        pictures=("alice", "bob"),
    )


def lying_badge() -> Story:
    """Bob's socket dies, and his badge goes on saying Live for 1.5 s."""
    nodeid = "specs/connection/test_badge.py::test_badge_says_polling_when_the_socket_dies"
    journal = Journal(nodeid)
    journal.open("alice")
    journal.open("bob")
    fault = journal.add(
        "bob", "fault", after_ms=420, id="f1", name="cut", edge="stub", params={}, phase="start"
    )
    closed = journal.add(
        "bob", "socket", after_ms=1.3, state="closed", transport="websocket", conn="bob-1", code=1006
    )
    journal.add("bob", "socket", after_ms=0.4, state="disconnected", reason="transport close")
    journal.server("disconnect", sid=journal.sids.pop("bob"), user="bob", reason="transport close")
    payload, _, action = journal.begin_move("alice", "t2", "done")
    journal.emit("task:status_changed", payload, ["alice"])
    journal.received("alice", "task:status_changed", payload)
    journal.finish("alice", action)
    late = journal.badge("bob", "Polling", after_ms=1300)
    journal.rest("bob", "GET", "/api/projects/atlas/tasks")
    journal.place("bob", "t2", "done")
    journal.view("bob")
    journal.add("bob", "fault", after_ms=200, id="f1", name="cut", edge="stub", params={}, phase="end")
    journal.connect("bob")
    journal.badge("bob", "Live")
    found = finding(
        "badge_truth",
        "bob's badge said Live for 1.5 s on a dead socket (allowed: 1.0 s)",
        [fault, closed, late],
        client="bob",
    )
    return Story(
        nodeid=nodeid,
        slug="connection-test_badge--test_badge_says_polling_when_the_socket_dies",
        outcome="failed",
        journal=journal,
        message="badge_truth: bob's badge said Live for 1.5 s on a dead socket (allowed: 1.0 s)",
        duration_s=2.61,
        verdicts=judged(journal, "failed", findings=[found]),
        pictures=("bob",),
    )


def lost_update() -> Story:
    """Of three clients one is not sent a change, one gets it late, and the sender's ack fails."""
    nodeid = "specs/recovery/test_loss.py::test_everybody_gets_every_change[three members]"
    journal = Journal(nodeid, scenario="board/three_members")
    for each in ("alice", "bob", "carol"):
        journal.open(each)
    journal.add(
        "carol", "fault", after_ms=40, id="f1", name="drop", edge="page", params={"count": 1}, phase="start"
    )
    journal.add(
        "bob",
        "fault",
        after_ms=1,
        id="f2",
        name="hold",
        edge="page",
        params={"release": "order"},
        phase="start",
    )
    payload, _, action = journal.begin_move("alice", "t3", "done")
    emitted = journal.emit("task:status_changed", payload, ["alice", "bob", "carol"])
    journal.received("alice", "task:status_changed", payload)
    dropped = journal.received("carol", "task:status_changed", payload, fate="dropped")
    journal.received("bob", "task:status_changed", payload, fate="held")
    journal.add("bob", "fault", after_ms=710, id="f2", name="hold", edge="page", params={}, phase="end")
    journal.received("bob", "task:status_changed", payload)
    journal.place("bob", "t3", "done")
    journal.view("bob")
    journal.finish("alice", action, phase="unknown", error="no acknowledgement after 5000 ms")
    journal.rest(
        "alice", "PATCH", "/api/tasks/t5", status=409, request={"title": "Review all prices", "version": 1}
    )
    journal.view("alice", toasts=[{"text": "Failed to update task. Please try again.", "kind": "error"}])
    error = "TypeError: Cannot read properties of undefined (reading 'status')"
    crash = journal.add(
        "carol", "page_error", after_ms=90, message=error, stack=error + "\n    at apply (board.ts:41)"
    )
    altered = {"id": "t4", "title": "Fix the login", "version": 0}
    journal.emit("task:updated", journal.tasks["t4"], ["carol"])
    journal.received("carol", "task:updated", altered, fate="altered")
    journal.add("carol", "fault", after_ms=60, id="f1", name="drop", edge="page", params={}, phase="end")
    message = (
        "specs/recovery/test_loss.py:31: carol's card 'Pick a font' in Done\n"
        "  expected: one card, within 5000 ms\n  seen: none; To Do has t1, t2, t3, t7"
    )
    lost = finding(
        "nothing_lost",
        "task:status_changed t3 v2 was emitted to carol and never reached her page",
        [emitted, dropped],
        entity="t3",
        client="carol",
    )
    health = finding("health", f"a page error in carol's page: {error}", [crash], client="carol")
    slow = finding("latency", "no change reached every client", [], verdict="unknown")
    late = {"sent_t": 0.331, "server_t": 0.333, "received_t": 1.047, "painted_t": 1.053, "client": "bob"}
    on_time = {"sent_t": 0.331, "server_t": 0.333, "received_t": 0.334, "painted_t": 0.341, "client": "carol"}
    held = {**late, "total_ms": 722.0, "seqs": [emitted], "excused": "the fault hold hit bob"}
    journal.latency["task:status_changed"] = [held, on_time]
    return Story(
        nodeid=nodeid,
        slug="recovery-test_loss--test_everybody_gets_every_change-three-members",
        outcome="failed",
        journal=journal,
        message=message,
        duration_s=6.02,
        verdicts=judged(
            journal,
            "failed",
            spec_outcome="failed",
            findings=[lost, health, slow],
            notes={"latency": ["1 change was held by a fault and not judged"]},
        ),
        pictures=("alice", "bob", "carol"),
    )


def crashed() -> Story:
    """The process died in the middle: the journal is cut off and nobody judged it."""
    nodeid = "specs/recovery/test_restart.py::test_server_restarts_under_load"
    journal = Journal(nodeid)
    journal.open("alice")
    journal.open("bob")
    journal.move("alice", "t1", "in_progress")
    slug = "recovery-test_restart--test_server_restarts_under_load"
    return Story(nodeid=nodeid, slug=slug, journal=journal, cut_off=True, listed=False)


def set_up_error() -> Story:
    return Story(
        nodeid="specs/polling/test_fallback.py::test_polls_when_realtime_is_off",
        slug="polling-test_fallback--test_polls_when_realtime_is_off",
        outcome="error",
        message="the stub did not start: port 8002 is in use",
        duration_s=0.03,
    )


def skipped() -> Story:
    return Story(
        nodeid="specs/recovery/test_cut.py::test_cut_behind_tls",
        slug="recovery-test_cut--test_cut_behind_tls",
        outcome="skipped",
        message="target 'stub' cannot do: tls",
        duration_s=0.0,
    )


def hostile() -> Story:
    """Everything that comes from the run tries to be markup."""
    nodeid = f"specs/text/test_text.py::test_title_is_text[{HOSTILE}]"
    journal = Journal(nodeid, scenario=HOSTILE, title=HOSTILE)
    journal.open("alice")
    journal.open("bob")
    journal.move("alice", "t7", "done")
    polluted = json.loads('{"id": "t7", "version": 9, "__proto__": {"polluted": true}, "constructor": null}')
    journal.emit("task:updated", polluted, ["bob"])
    seq = journal.received("bob", "task:updated", polluted)
    journal.add("bob", "console", level="error", text=HOSTILE)
    journal.add("bob", "page_error", message=HOSTILE, stack=HOSTILE)
    found = finding("health", HOSTILE, [seq], entity=HOSTILE, client=HOSTILE)
    why = [{"finding": 0, "steps": [{"t": 1.0, "lane": HOSTILE, "text": HOSTILE, "seq": seq}]}]
    return Story(
        nodeid=nodeid,
        slug="text-test_text--test_title_is_text",
        outcome="failed",
        journal=journal,
        message=HOSTILE,
        verdicts=judged(journal, "failed", findings=[found], why=why),
    )


def morning() -> list[Story]:
    """The run that somebody finds at nine in the morning."""
    green = [passing(number, moves=1 + number % 3) for number in range(8)]
    return [
        *green[:4],
        duplicate(),
        lying_badge(),
        *green[4:],
        lost_update(),
        set_up_error(),
        skipped(),
        crashed(),
    ]


def hundred() -> list[Story]:
    """A full suite: a hundred specs, every tenth of them red."""
    makers: list[Callable[[], Story]] = [duplicate, lying_badge, lost_update]
    stories = []
    for number in range(100):
        story = makers[number // 10 % 3]() if number % 10 == 3 else passing(number, moves=3)
        story.slug = f"{story.slug}-{number}"
        story.nodeid = f"{story.nodeid}[{number}]"
        stories.append(story)
    return stories


def write_run(directory: Path, stories: list[Story], **run: Any) -> Path:
    directory.mkdir(parents=True)
    head = {
        "lockstep_run": 1,
        "started": "2026-11-23T09:12:44+00:00",
        "ended": "2026-11-23T09:13:32+00:00",
        "target": "stub",
        "seed": 42,
        "argv": ["specs", "--workers", "2"],
        "workers": 2,
        **run,
    }
    (directory / "run.json").write_text(
        json.dumps({key: value for key, value in head.items() if value is not None})
    )
    with (directory / "specs.jsonl").open("w", encoding="utf-8") as lines:
        for story in stories:
            write_story(directory / story.slug, story)
            if story.listed:
                lines.write(json.dumps(_line(story)) + "\n")
    return directory


def _line(story: Story) -> dict[str, Any]:
    line = {
        "nodeid": story.nodeid,
        "slug": story.slug,
        "outcome": story.outcome,
        "duration_s": story.duration_s,
    }
    failed_by_itself = story.verdicts is None or story.verdicts["spec_outcome"] != "passed"
    by = {"by": "checkers"} if story.outcome == "failed" and not failed_by_itself else {}
    return line | by | ({"message": story.message} if story.message else {})


def write_story(folder: Path, story: Story) -> None:
    if story.journal is not None:
        story.journal.write(folder, cut_off=story.cut_off)
        (folder / "stub.log").write_text("INFO listening on 127.0.0.1:8002\n")
    if story.verdicts is not None:
        (folder / "verdicts.json").write_text(json.dumps(story.verdicts))
    for client in story.pictures:
        (folder / f"{client}.png").write_bytes(board_picture())
        with zipfile.ZipFile(folder / f"trace-{client}.zip", "w") as trace:
            trace.writestr("trace.trace", "{}")
    for name, content in story.extra.items():
        (folder / name).write_text(content)


def board_picture(width: int = 480, height: int = 300) -> bytes:
    """A PNG that looks like a board from afar: three grey columns with white cards."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            column, across = divmod(x - 12, 156)
            inside = x >= 12 and across < 144 and 40 <= y < height - 12
            card = inside and 8 <= across < 136 and (y - 52) % 46 < 36 and 0 <= (y - 52) // 46 < 4 - column
            rows += b"\xff\xff\xff" if card else b"\xe4\xe7\xeb" if inside else b"\xf6\xf7\xf9"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )
