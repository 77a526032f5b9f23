"""Writes journals as the harness would: people on one board, a stub between them, every line on one clock."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

BUDGETS = {
    "update_latency_p95_ms": 500,
    "badge_change_ms": 1000,
    "reconnect_resync_ms": 2000,
    "polling_interval_ms": 30000,
}
CONTRACT = {"echo": "room", "resync": "refetch"}
COLUMNS = ("todo", "in_progress", "done")
GATEWAY = "http://127.0.0.1:8002"
TASKS = [
    ("t1", "Write the docs", "todo"),
    ("t2", "Draw the logo", "todo"),
    ("t3", "Pick a font", "todo"),
    ("t4", "Fix the login", "in_progress"),
    ("t5", "Review the prices", "in_progress"),
    ("t6", "Buy the domain", "done"),
    ("t7", "Buy milk", "todo"),
]


def task(identity: str, title: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "projectId": "atlas",
        "title": title,
        "status": status,
        "priority": "P2",
        "position": 0,
        "version": 1,
        "updatedAt": "2026-11-23T09:12:44.000Z",
        **more,
    }


class Journal:
    """A board shared by several people, acted upon step by step; `lines` is its journal."""

    def __init__(self, nodeid: str, *, scenario: str = "board/two_members", title: str | None = None) -> None:
        self.t = 0.0
        self.lines: list[dict[str, Any]] = []
        self.latency: dict[str, list[dict[str, Any]]] = {}
        self.sids: dict[str, str] = {}
        self.boards: dict[str, dict[str, list[str]]] = {}
        self.tasks = {identity: task(identity, name, status) for identity, name, status in TASKS}
        if title is not None:
            self.tasks["t7"]["title"] = title
        self._stub_seq = 0
        self._ids = 0
        self.header = {
            "lockstep_journal": 1,
            "spec": nodeid,
            "scenario": scenario,
            "seed": 42,
            "target": "stub",
            "started": "2026-11-23T09:12:44+00:00",
            "epoch": 1795425164.0,
            "contract": CONTRACT,
            "budgets": BUDGETS,
            "project": "atlas",
            "rooms_expected": None,
        }

    # -- single lines ----------------------------------------------------------------------------------------

    def add(self, lane: str, kind: str, *, after_ms: float = 1.0, **fields: Any) -> int:
        self.t = round(self.t + after_ms / 1000, 6)
        seq = len(self.lines) + 1
        self.lines.append({"seq": seq, "t": self.t, "lane": lane, "kind": kind, **copy.deepcopy(fields)})
        return seq

    def server(self, what: str, *, after_ms: float = 0.4, **fields: Any) -> int:
        self._stub_seq += 1
        return self.add("server", "server", after_ms=after_ms, what=what, n=self._stub_seq, **fields)

    def sent(self, lane: str, event: str, *data: Any, ack: int | None = None, **more: Any) -> int:
        return self._frame(lane, "sent", event, data, ack_id=ack, **more)

    def received(self, lane: str, event: str, *data: Any, **more: Any) -> int:
        return self._frame(lane, "received", event, data, **more)

    def _frame(self, lane: str, direction: str, event: str, data: Iterable[Any], **more: Any) -> int:
        payload = list(data)
        rest = {key: value for key, value in more.items() if value is not None}
        return self.add(
            lane,
            "frame",
            conn=f"{lane}-1",
            direction=direction,
            transport="websocket",
            engine="message",
            packet="EVENT",
            namespace="/",
            event=event,
            data=payload,
            bytes=len(json.dumps(payload)) + 4,
            **rest,
        )

    def acked(self, lane: str, ack: int, data: Any, *, after_ms: float = 0.8) -> int:
        return self.add(
            lane,
            "frame",
            after_ms=after_ms,
            conn=f"{lane}-1",
            direction="received",
            transport="websocket",
            engine="message",
            packet="ACK",
            namespace="/",
            data=[data],
            ack_id=ack,
            bytes=80,
        )

    def ping(self, lane: str) -> None:
        common = {"conn": f"{lane}-1", "transport": "websocket", "bytes": 1}
        self.add(lane, "frame", direction="received", engine="ping", **common)
        self.add(lane, "frame", after_ms=0.2, direction="sent", engine="pong", **common)

    def badge(self, lane: str, text: str, *, after_ms: float = 2.0) -> int:
        return self.add(lane, "badge", after_ms=after_ms, text=text)

    def view(self, lane: str, *, after_ms: float = 6.0, toasts: Iterable[dict[str, Any]] = ()) -> int:
        board = self.boards[lane]
        columns = {
            column: [
                {"id": each, "text": self.tasks[each]["title"], "version": self.tasks[each]["version"]}
                for each in board[column]
            ]
            for column in COLUMNS
        }
        return self.add(lane, "view", after_ms=after_ms, columns=columns, toasts=list(toasts), dialog=None)

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    # -- whole steps -----------------------------------------------------------------------------------------

    def rest(self, lane: str, method: str, path: str, *, status: int = 200, **fields: Any) -> None:
        identity = f"{lane}-h{self.next_id()}"
        common = {"id": identity, "method": method, "url": GATEWAY + path, "path": path}
        request = {key: fields[key] for key in ("request",) if key in fields}
        self.add(lane, "http", phase="start", ok=False, **common, **request)
        started = self.t
        self.server("rest", method=method, path=path, status=status, user=lane, duration_ms=1.2, after_ms=2.1)
        self.add(
            lane,
            "http",
            phase="end",
            ok=status < 400,
            status=status,
            started=started,
            duration_ms=round((self.t - started) * 1000 + 1.4, 1),
            after_ms=1.4,
            response=fields.get("response", {"success": status < 400}),
            **common,
        )

    def open(self, lane: str, *, engine: str = "chromium") -> None:
        """A client opens the project: REST, socket, join, badge, first view."""
        self.add(lane, "client", after_ms=4.0, person=lane, engine=engine, project="atlas")
        self.add(lane, "navigation", after_ms=12.0, url="http://127.0.0.1:3001/projects/atlas")
        self.connect(lane)
        everything = {"success": True, "data": list(self.tasks.values())}
        self.rest(lane, "GET", "/api/projects/atlas/tasks", response=everything)
        self.boards[lane] = {
            column: [each["id"] for each in self.tasks.values() if each["status"] == column]
            for column in COLUMNS
        }
        self.view(lane)
        self.badge(lane, "Live")

    def connect(self, lane: str) -> None:
        sid = self.sids[lane] = f"sid-{lane}-{self.next_id()}"
        conn = {"conn": f"{lane}-1", "transport": "websocket", "url": "ws://127.0.0.1:8002/socket.io/"}
        self.add(lane, "socket", state="connecting", **conn)
        self.add(lane, "socket", after_ms=3.0, state="open", **conn)
        frame = {"conn": f"{lane}-1", "transport": "websocket", "bytes": 90, "engine": "message"}
        self.add(lane, "frame", **{**frame, "engine": "open"}, direction="received", data=[{"sid": "e1"}])
        token = [{"token": "[redacted]"}]
        self.add(lane, "frame", **frame, direction="sent", packet="CONNECT", namespace="/", data=token)
        self.server("connect", sid=sid, eio_sid="e1", user=lane, transport="websocket", recovered=False)
        self.add(
            lane, "frame", **frame, direction="received", packet="CONNECT", namespace="/", data=[{"sid": sid}]
        )
        self.add(lane, "socket", state="connected", sid=sid, **conn)
        ack = self.next_id()
        self.sent(lane, "join:project", "atlas", ack=ack)
        self.server("received", sid=sid, user=lane, event="join:project", data="atlas", ack=True)
        self.server("join", sid=sid, user=lane, room="project:atlas")
        self.server("ack", sid=sid, user=lane, event="join:project", data={"ok": True})
        self.acked(lane, ack, {"ok": True})

    def emit(self, event: str, data: Any, to: Iterable[str]) -> int:
        receivers = [{"sid": self.sids[each], "user": each} for each in to]
        version = data.get("task", data).get("version")
        return self.server(
            "emitted", event=event, data=data, room="project:atlas", to=receivers, version=version
        )

    def begin_move(self, lane: str, identity: str, column: str) -> tuple[dict[str, Any], dict[str, Any], str]:
        """The user's drag up to the server's broadcast: (payload broadcast, times so far, action id)."""
        moved = self.tasks[identity]
        before = moved["status"]
        action = f"a{self.next_id()}"
        args = {"card": moved["title"], "to": column}
        self.add(lane, "action", after_ms=160, id=action, name="board.drag", args=args, phase="invoked")
        times = {"action_t": self.t}
        moved["status"] = column
        self.place(lane, identity, column)
        self.view(lane, after_ms=9)
        mutation, ack = f"m{self.next_id()}", self.next_id()
        change = {
            "id": identity,
            "projectId": "atlas",
            "status": column,
            "version": moved["version"],
            "clientMutationId": mutation,
        }
        self.sent(lane, "task:update", change, ack=ack)
        times["sent_t"] = self.t
        sid = self.sids[lane]
        self.server("received", sid=sid, user=lane, event="task:update", data=change, ack=True)
        moved["version"] += 1
        times["server_t"] = self.t
        self.server("store", op="update", entity="task", id=identity, version=moved["version"])
        self.server("ack", sid=sid, user=lane, event="task:update", data={"ok": True, "data": moved})
        self.acked(lane, ack, {"ok": True, "data": moved})
        payload = {"task": copy.deepcopy(moved), "from": before, "to": column, "clientMutationId": mutation}
        return payload, times, action

    def place(self, lane: str, identity: str, column: str) -> None:
        for cards in self.boards[lane].values():
            while identity in cards:
                cards.remove(identity)
        self.boards[lane][column].append(identity)

    def move(self, lane: str, identity: str, column: str, *, receive_ms: float = 1.1) -> None:
        """A drag that works: everybody's board follows."""
        payload, times, action = self.begin_move(lane, identity, column)
        self.emit("task:status_changed", payload, self.sids)
        for each in self.sids:
            seq = self.received(each, "task:status_changed", payload, after_ms=receive_ms)
            received_t = self.t
            if each == lane:
                self.view(each, after_ms=4)
                continue
            self.place(each, identity, column)
            self.view(each)
            sample = {**times, "received_t": received_t, "painted_t": self.t, "client": each, "seq": seq}
            self.latency.setdefault("task:status_changed", []).append(sample)
        self.finish(lane, action)

    def finish(self, lane: str, action: str, *, phase: str = "ok", error: str | None = None) -> None:
        more = {"error": error} if error else {}
        self.add(lane, "action", after_ms=3, id=action, name="board.drag", args={}, phase=phase, **more)

    def edit(self, lane: str, identity: str, **changes: Any) -> None:
        edited = self.tasks[identity]
        action = f"a{self.next_id()}"
        args = {"card": edited["title"], **changes}
        self.add(lane, "action", after_ms=310, id=action, name="dialog.edit", args=args, phase="invoked")
        times = {"action_t": self.t}
        change = {"id": identity, "projectId": "atlas", **changes, "version": edited["version"]}
        self.sent(lane, "task:update", change, after_ms=14)
        times["sent_t"] = self.t
        self.server("received", sid=self.sids[lane], user=lane, event="task:update", data=change, ack=False)
        edited.update(changes)
        edited["version"] += 1
        times["server_t"] = self.t
        self.server("store", op="update", entity="task", id=identity, version=edited["version"])
        self.emit("task:updated", edited, self.sids)
        for each in self.sids:
            seq = self.received(each, "task:updated", edited)
            received_t = self.t
            self.view(each, after_ms=8)
            sample = {**times, "received_t": received_t, "painted_t": self.t, "client": each, "seq": seq}
            self.latency.setdefault("task:updated", []).append(sample)
        self.add(lane, "action", after_ms=2, id=action, name="dialog.edit", args={}, phase="ok")

    def write(self, directory: Path, *, cut_off: bool = False) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        if not cut_off:
            self.add("spec", "mark", name="end")
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [self.header, *self.lines])
        if cut_off:
            text = text[: -len(json.dumps(self.lines[-1])) // 2]
        (directory / "journal.jsonl").write_text(text, encoding="utf-8")
