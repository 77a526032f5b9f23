"""Whatever stands in a journal, judging it ends in a verdict: nothing an app sends can break the judge."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.checkers import CHECKERS
from harness.checkers.judge import document, judge
from harness.checkers.wording import judgement_lines
from harness.journal.entries import (
    Direction,
    Entry,
    EntryKind,
    Fate,
    Header,
    Journal,
    MarkName,
    ServerKind,
    SocketState,
)
from harness.journal.view import JournalView

ids = st.sampled_from(["t1", "t2", "tmp-1", "atlas", "borealis", "s1", "sid-1", "sid-2", "m1", ""])
scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.floats(0, 9), ids, st.text(max_size=4))
events = st.sampled_from(
    [
        *(
            "task:created",
            "task:updated",
            "task:deleted",
            "task:status_changed",
            "task:update",
            "task:create",
        ),
        *("task:delete", "epic:updated", "project:updated", "system:notification", "join:project"),
        *("leave:project", "join:sprint", "odd", ":"),
    ]
)
task = st.fixed_dictionaries(
    {},
    optional={
        "id": ids,
        "projectId": ids,
        "title": st.sampled_from(["A", "B"]),
        "status": st.sampled_from(["todo", "done", "nowhere"]),
        "version": st.one_of(st.integers(0, 4), scalars),
        "position": st.one_of(st.floats(0, 5), scalars),
        "clientMutationId": ids,
        "members": st.lists(ids, max_size=2),
        "message": st.sampled_from(["Hi", "Hi there"]),
        "task": st.dictionaries(ids, scalars, max_size=2),
    },
)
payloads = st.one_of(scalars, task, st.lists(task, max_size=2))
answers = st.one_of(
    payloads, st.fixed_dictionaries({"ok": st.booleans()}, optional={"data": payloads, "error": payloads})
)
bodies = st.one_of(payloads, st.fixed_dictionaries({"success": st.booleans(), "data": payloads}))
paths = st.sampled_from(["/api/projects/atlas/tasks", "/api/tasks/t1", "/api/tasks/t1/status", "/health", ""])
urls = st.sampled_from(
    ["http://x/projects/atlas", "http://x/projects/borealis", "http://x/login", "about:blank", ""]
)
columns = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(["todo", "done"]),
        st.lists(st.one_of(task, scalars), max_size=3),
    ),
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "person": ids,
    "project": ids,
    "closed": st.booleans(),
    "name": st.one_of(st.sampled_from([*MarkName, "board.drag", "offline", "outage", "release"]), scalars),
    "id": scalars,
    "phase": st.sampled_from(["invoked", "ok", "failed", "start", "end"]),
    "args": payloads,
    "state": st.sampled_from([*SocketState, "lost", "not_observed"]),
    "what": st.one_of(st.sampled_from([*ServerKind, "socket", "view"]), scalars),
    "conn": st.sampled_from(["c1", "c2", None]),
    "transport": st.sampled_from(["websocket", "polling", None]),
    "direction": st.sampled_from(list(Direction)),
    "engine": st.sampled_from(["open", "message", "ping", "pong"]),
    "packet": st.sampled_from(["CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR"]),
    "event": events,
    "data": st.one_of(st.lists(answers, max_size=2), answers),
    "ack_id": st.integers(0, 3),
    "fate": st.sampled_from(list(Fate)),
    "method": st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    "path": paths,
    "status": st.sampled_from([0, 200, 409, 500, None]),
    "started": scalars,
    "response": bodies,
    "request": payloads,
    "text": st.sampled_from(["Live", "Polling", "Mock Data", None]),
    "columns": columns,
    "toasts": st.lists(st.one_of(task, st.text(max_size=3)), max_size=2),
    "dialog": scalars,
    "counts": st.dictionaries(ids, scalars, max_size=2),
    "extras": st.one_of(st.none(), st.dictionaries(ids, st.lists(ids, max_size=1), max_size=2)),
    "epics": st.one_of(st.none(), st.lists(task, max_size=1)),
    "filter": scalars,
    "url": urls,
    "same_document": st.booleans(),
    "params": payloads,
    "edge": st.sampled_from(["page", "stub"]),
    "on": st.booleans(),
    "connections": st.sampled_from([0, 2, "all"]),
    "n": st.integers(0, 50),
    "sid": st.sampled_from(["sid-1", "sid-2"]),
    "sids": st.lists(ids, max_size=2),
    "user": st.sampled_from(["alice", "bob", "anonymous"]),
    "room": st.sampled_from(["project:atlas", "sprint:s1", None]),
    "to": st.one_of(st.none(), st.lists(st.fixed_dictionaries({"sid": ids, "user": ids}), max_size=2)),
    "version": st.one_of(st.none(), st.integers(0, 4)),
    "op": st.sampled_from(["created", "updated", "deleted"]),
    "entity": st.sampled_from(["task", "project"]),
    "tasks": st.one_of(st.none(), st.lists(task, max_size=3)),
    "virtual": st.booleans(),
    "hidden": st.booleans(),
    "ok": st.booleans(),
    "clients": st.one_of(st.none(), st.lists(ids, max_size=2)),
    "listeners": payloads,
    "client": st.sampled_from(["alice", "bob", None]),
}
#: What an entry of each kind has for certain, most of the time: else hardly any would mean something.
USUAL = {
    EntryKind.CLIENT: ("project",),
    EntryKind.MARK: ("name", "tasks", "client"),
    EntryKind.ACTION: ("id", "name", "phase"),
    EntryKind.SOCKET: ("conn", "state", "sid", "transport"),
    EntryKind.FRAME: ("conn", "direction", "engine", "packet", "event", "data", "ack_id", "transport"),
    EntryKind.HTTP: ("id", "phase", "method", "path", "status", "response"),
    EntryKind.BADGE: ("text",),
    EntryKind.VIEW: ("columns",),
    EntryKind.NAVIGATION: ("url",),
    EntryKind.FAULT: ("id", "name", "edge", "phase"),
    EntryKind.SERVER: (
        "what",
        "n",
        "sid",
        "user",
        "event",
        "data",
        "room",
        "to",
        "version",
        "op",
        "entity",
        "id",
    ),
}


def fields_of(kind: EntryKind) -> st.SearchStrategy[dict[str, Any]]:
    usual = {name: FIELDS[name] for name in USUAL.get(kind, ())}
    others = {name: strategy for name, strategy in FIELDS.items() if name not in usual}
    free = st.fixed_dictionaries({}, optional=FIELDS)
    some = st.sampled_from(sorted(others)).flatmap(lambda name: st.fixed_dictionaries({name: others[name]}))
    return st.one_of(st.builds(dict.__or__, st.fixed_dictionaries(usual), some), free)


Step = tuple[float, str, EntryKind, dict[str, Any]]
kinds = st.sampled_from([*EntryKind, *[EntryKind.FRAME, EntryKind.SERVER, EntryKind.VIEW] * 3])
moments = kinds.flatmap(
    lambda kind: st.tuples(
        st.floats(0, 2, allow_nan=False),
        st.sampled_from(["alice", "bob", "spec"]),
        st.just(kind),
        fields_of(kind),
    )
)


def history(steps: list[Step]) -> JournalView:
    t, entries = 0.0, []
    for seq, (pause, lane, kind, told) in enumerate(steps, start=1):
        t += pause
        lane = "server" if kind is EntryKind.SERVER else lane
        entries.append(Entry(seq=seq, t=t, lane=lane, kind=kind, fields=told))
    return JournalView(Journal(header=Header(spec="x", project="atlas"), entries=tuple(entries)))


@given(st.lists(moments, max_size=40))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
def test_judging_ends_in_a_verdict(steps: list[Step]) -> None:
    view = history(steps)
    for check in CHECKERS.values():
        check(view)
    judgement = judge(view)
    json.dumps(document(view, judgement), default=str)
    for finding in judgement.findings:
        assert "\n" not in finding.message
        assert all(view.entry(seq) is not None for seq in finding.seqs)
    list(judgement_lines(view, judgement))
