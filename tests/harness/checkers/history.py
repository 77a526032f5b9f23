"""Makes histories as a stub and well-behaved pages would leave them, and as pages with a bug would."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from harness.journal.entries import SERVER, SPEC, Entry, EntryKind, Header, Journal, MarkName
from harness.journal.view import JournalView

Json = dict[str, Any]
COLUMNS = ("todo", "in_progress", "done")
TASKS = {"t1": "todo", "t2": "todo", "t3": "todo", "t4": "in_progress", "t5": "in_progress", "t6": "done"}
MS = 0.001


class History:
    """One spec's history under construction: `t` is now, and every step lets a little time pass.

    `truth` is the server's store, `boards` what each client shows. The high-level steps (`open`, `move`, ...)
    keep both as a correct app would; the low-level ones (`show`, `received`, ...) say whatever they are told.
    """

    def __init__(self, *, project: str = "atlas", server: bool = True, **header: Any) -> None:
        self.header = Header(
            spec="specs/x.py::test_x", scenario="board/x", seed=42, project=project, **header
        )
        self.project = project
        self.with_server = server
        self.t = 0.0
        self.entries: list[Entry] = []
        self.truth: dict[str, Json] = {}
        for number, (task, status) in enumerate(TASKS.items()):
            self.truth[task] = self.task(task, status, position=float(number))
        self.boards: dict[str, dict[str, list[Json]]] = {}
        self.sids: dict[str, str] = {}
        self.conns: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.numbers: dict[str, int] = {}

    # -- entries ---------------------------------------------------------------------------------------------

    def add(self, lane: str, kind: EntryKind, *, after_ms: float = 1.0, **fields: Any) -> int:
        self.t += after_ms * MS
        seq = len(self.entries) + 1
        self.entries.append(
            Entry(seq=seq, t=self.t, lane=lane, kind=EntryKind(kind), fields=deepcopy(fields))
        )
        return seq

    def server(self, what: str, *, after_ms: float = 0.5, **fields: Any) -> int:
        if not self.with_server:
            return 0
        n = sum(1 for entry in self.entries if entry.lane == SERVER)
        return self.add(SERVER, EntryKind.SERVER, after_ms=after_ms, what=what, n=n, **fields)

    def mark(self, name: str, **fields: Any) -> int:
        return self.add(SPEC, EntryKind.MARK, name=name, **fields)

    def wait(self, seconds: float) -> None:
        self.t += seconds

    def starved(self, share: float) -> None:
        """For that share of the time until now, somebody was waiting for a processor."""
        self.mark(MarkName.STARVED, within=self.t, seconds=share * self.t)

    def number(self, name: str) -> int:
        self.numbers[name] = self.numbers.get(name, 0) + 1
        return self.numbers[name]

    def view(self, *, ended: bool = True, cut_off: str | None = None) -> JournalView:
        """The finished history; it goes on quietly for a moment, so that its end hides nothing."""
        if ended and cut_off is None:
            self.mark(MarkName.END)
        return JournalView(Journal(header=self.header, entries=tuple(self.entries), cut_off=cut_off))

    # -- the world -------------------------------------------------------------------------------------------

    def task(self, task: str, status: str = "todo", **fields: Any) -> Json:
        known = {"id": task, "projectId": self.project, "title": f"Title of {task}", "status": status}
        return {**known, "priority": "P2", "position": 99.0, "version": 1, **fields}

    def board(self, project: str) -> dict[str, list[Json]]:
        """The truth of one project as cards."""
        mine = (task for task in self.truth.values() if task["projectId"] == project)
        tasks = sorted(mine, key=lambda task: (task["position"], task["id"]))
        return {column: [card(task) for task in tasks if task["status"] == column] for column in COLUMNS}

    def settled(self, *, truth: bool = True, after_ms: float = 300.0, **fields: Any) -> None:
        """A fence, with the server's board beside it."""
        self.add(SPEC, EntryKind.MARK, after_ms=after_ms, name=MarkName.SETTLED, **fields)
        if truth:
            self.mark(MarkName.TRUTH, tasks=list(self.truth.values()), project=self.project)

    # -- a client --------------------------------------------------------------------------------------------

    def open(self, *names: str, person: str | None = None, project: str | None = None) -> None:
        """Each opens the board, connects, joins, loads, and is Live."""
        for name in names:
            self.begin(name, person=person, project=project)
            self.badge(name, "Polling", after_ms=80)
            self.connect(name)
            self.join(name, project or self.project)
            self.badge(name, "Live")
            self.load(name, project=project or self.project)

    def begin(self, name: str, *, person: str | None = None, project: str | None = None) -> None:
        """Opens the page, and that is all."""
        self.people[name] = person or name
        self.add(name, EntryKind.CLIENT, person=self.people[name], engine="chromium")
        self.navigate(name, project or self.project)

    def navigate(self, name: str, project: str | None, **fields: Any) -> int:
        url = f"http://127.0.0.1:3001/projects/{project}" if project else "http://127.0.0.1:3001/projects"
        return self.add(name, EntryKind.NAVIGATION, url=url, **fields)

    def connect(self, name: str, *, recovered: bool = False) -> str:
        """A new connection; a recovered socket keeps its id."""
        number = self.number("sid")
        self.conns[name] = f"c-{name}-{number}"
        if not recovered:
            self.sids[name] = f"{name}-sid-{number}"
        sid, wire = self.sids[name], self.wire(name)
        self.add(name, EntryKind.SOCKET, state="connecting", **wire)
        self.add(name, EntryKind.SOCKET, state="open", **wire)
        opened = [{"sid": f"e-{sid}", "pingInterval": 25000, "pingTimeout": 20000}]
        self.frame(name, "received", engine="open", data=opened)
        self.frame(name, "sent", packet="CONNECT", data=[{"token": "[redacted]"}])
        self.server("connect", sid=sid, user=self.people[name], transport="websocket", recovered=recovered)
        self.frame(name, "received", packet="CONNECT", data=[{"sid": sid}])
        self.add(name, EntryKind.SOCKET, state="connected", sid=sid, recovered=recovered, **wire)
        return sid

    def wire(self, name: str) -> Json:
        return {"conn": self.conns[name], "transport": "websocket"}

    def lose(self, name: str, *, reason: str = "transport close", server_ms: float = 1.0) -> None:
        """The connection is lost, and both sides notice."""
        self.server(
            "disconnect", after_ms=server_ms, sid=self.sids[name], user=self.people[name], reason=reason
        )
        self.add(name, EntryKind.SOCKET, state="closed", code=1006, **self.wire(name))
        self.add(name, EntryKind.SOCKET, state="disconnected", reason=reason, **self.wire(name))

    def failed_attempt(self, name: str, *, after_ms: float, transport: str = "websocket") -> None:
        wire = {"conn": f"failed-{self.number('failed')}", "transport": transport}
        self.add(name, EntryKind.SOCKET, after_ms=after_ms, state="connecting", **wire)
        self.add(name, EntryKind.SOCKET, state="error", after_ms=3, **wire)

    def join(self, name: str, project: str, *, answer: Json | None = None, kind: str = "project") -> int:
        """Asks to join; an answer other than ok puts nobody in the room."""
        ack = self.number(f"ack {name}")
        seq = self.sent(name, f"join:{kind}", project, ack=ack)
        if answer is None:
            self.server("join", sid=self.sids[name], user=self.people[name], room=f"{kind}:{project}")
        self.acked(name, ack, answer or {"ok": True, "data": {"room": f"{kind}:{project}"}})
        return seq

    def leave(self, name: str, project: str, *, kind: str = "project") -> None:
        self.sent(name, f"leave:{kind}", project)
        self.server("leave", sid=self.sids[name], user=self.people[name], room=f"{kind}:{project}")

    def load(
        self, name: str, *, project: str | None = None, show: bool = True, after_ms: float = 1.0
    ) -> None:
        """GETs the list and shows it."""
        project = project or self.project
        tasks = [task for task in self.truth.values() if task["projectId"] == project]
        self.get(name, f"/api/projects/{project}/tasks", tasks, after_ms=after_ms)
        if show:
            self.boards[name] = self.board(project)
            self.show(name)

    def get(self, name: str, path: str, data: Any, *, status: int = 200, after_ms: float = 1.0) -> int:
        call = self.begin_get(name, path, after_ms=after_ms)
        self.server("rest", method="GET", path=path, status=status, user=self.people[name], duration_ms=1)
        return self.end_get(name, call, path, data, status=status)

    def begin_get(self, name: str, path: str, *, after_ms: float = 1.0) -> str:
        call = f"{name}-h{self.number('http')}"
        self.add(name, EntryKind.HTTP, after_ms=after_ms, phase="start", id=call, method="GET", path=path)
        return call

    def end_get(self, name: str, call: str, path: str, data: Any, *, status: int = 200, **fields: Any) -> int:
        answer = {"response": {"success": status < 400, "data": data}, "status": status, "ok": status < 400}
        common = {"id": call, "method": "GET", "path": path}
        return self.add(name, EntryKind.HTTP, phase="end", **{**common, **answer, **fields})

    def badge(self, name: str, text: str | None, *, after_ms: float = 2.0) -> int:
        return self.add(name, EntryKind.BADGE, after_ms=after_ms, text=text)

    def show(self, name: str, *, after_ms: float = 4.0, board: bool = True, **fields: Any) -> int:
        """The page shows `boards[name]`, or no board at all."""
        columns = self.boards[name] if board else None
        return self.add(
            name,
            EntryKind.VIEW,
            after_ms=after_ms,
            columns=columns,
            **{"toasts": [], "dialog": None, **fields},
        )

    def close(self, name: str) -> None:
        self.server("disconnect", sid=self.sids.get(name), user=self.people[name], reason="transport close")
        self.add(name, EntryKind.CLIENT, person=self.people[name], closed=True)

    # -- the wire --------------------------------------------------------------------------------------------

    def frame(self, name: str, direction: str, *, after_ms: float = 0.5, **fields: Any) -> int:
        fields = {"engine": "message", "bytes": 10, **self.wire(name), **fields}
        return self.add(name, EntryKind.FRAME, after_ms=after_ms, direction=direction, **fields)

    def sent(
        self, name: str, event: str, payload: Any, *, ack: int | None = None, after_ms: float = 1.0
    ) -> int:
        seq = self.frame(
            name, "sent", after_ms=after_ms, packet="EVENT", event=event, data=[payload], ack_id=ack
        )
        user, sid = self.people[name], self.sids[name]
        self.server("received", sid=sid, user=user, event=event, data=payload, ack=ack is not None)
        return seq

    def acked(self, name: str, ack: int, answer: Json, *, after_ms: float = 0.5) -> int:
        self.server("ack", sid=self.sids[name], user=self.people[name], data=answer)
        return self.frame(name, "received", after_ms=after_ms, packet="ACK", ack_id=ack, data=[answer])

    def received(self, name: str, event: str, payload: Any, *, after_ms: float = 1.0, **fields: Any) -> int:
        return self.frame(
            name, "received", after_ms=after_ms, packet="EVENT", event=event, data=[payload], **fields
        )

    def emit(self, event: str, payload: Any, to: tuple[str, ...], *, raw: bool = False, **fields: Any) -> int:
        """The server sends; nobody has received it yet."""
        told = payload.get("task", payload) if isinstance(payload, dict) else {}
        version = {} if raw else {"version": told.get("version", 1)}
        sids = [{"sid": self.sids[name], "user": self.people[name]} for name in to]
        room = None if raw else f"project:{told.get('projectId', told.get('id'))}"
        return self.server("emitted", event=event, data=payload, room=room, to=sids, **version, **fields)

    # -- changes, as a correct app makes them ----------------------------------------------------------------

    def store(self, op: str, task: Json) -> None:
        if op == "deleted":
            self.truth.pop(task["id"], None)
        else:
            self.truth[task["id"]] = task
        self.server("store", op=op, entity="task", id=task["id"], version=task["version"])

    def moved(self, task: str, status: str) -> Json:
        """The task as the server will have it after a move."""
        last = max(each["position"] for each in self.truth.values()) + 1
        known = self.truth[task]
        return {**known, "status": status, "position": last, "version": known["version"] + 1}

    def everybody(self) -> tuple[str, ...]:
        return tuple(self.sids)

    def move(self, name: str, task: str, status: str, *, to: tuple[str, ...] | None = None) -> Json:
        """`name` drags a card: shown at once, sent, stored, told, shown by everybody in `to`."""
        action = f"a{self.number('action')}"
        common = {"id": action, "name": "board.drag", "args": {"card": task, "to": status}}
        self.add(name, EntryKind.ACTION, phase="invoked", **common)
        self.put(name, task, status)
        self.show(name)
        mutation, ack = f"m{self.number('mutation')}", self.number(f"ack {name}")
        change = {
            "id": task,
            "projectId": self.project,
            "status": status,
            "version": self.truth[task]["version"],
        }
        self.sent(name, "task:update", {**change, "clientMutationId": mutation}, ack=ack)
        before, after = self.truth[task]["status"], self.moved(task, status)
        self.store("updated", after)
        payload = {"task": after, "from": before, "to": status, "clientMutationId": mutation}
        names = to if to is not None else self.everybody()
        self.emit("task:status_changed", payload, names)
        self.acked(name, ack, {"ok": True, "data": after})
        for each in names:
            self.received(each, "task:status_changed", payload)
            self.put(each, task, status, version=after["version"])
            self.show(each)
        if name not in names:
            self.put(name, task, status, version=after["version"])
            self.show(name)
        self.add(name, EntryKind.ACTION, phase="ok", **common)
        return after

    def change(self, event: str, task: Json, to: tuple[str, ...] | None = None, *, show: bool = True) -> int:
        """Somebody without a browser changes a task by REST: stored, told, and shown by everybody in `to`."""
        op = {"task:created": "created", "task:deleted": "deleted"}.get(event, "updated")
        self.store(op, task)
        payload: Json = task
        if event == "task:status_changed":
            payload = {"task": task, "from": "todo", "to": task["status"]}
        elif event == "task:deleted":
            payload = {"id": task["id"], "projectId": task["projectId"], "version": task["version"]}
        names = to if to is not None else self.everybody()
        self.emit(event, payload, names)
        seq = 0
        for each in names:
            seq = self.received(each, event, payload)
            if show:
                self.apply(each, event, task)
                self.show(each)
        return seq

    def apply(self, name: str, event: str, task: Json) -> None:
        if event == "task:deleted":
            self.remove(name, task["id"])
        else:
            self.put(name, task["id"], task["status"], version=task["version"], text=task["title"])

    def put(self, name: str, task: str, status: str, **fields: Any) -> None:
        """Puts a card into a column of a client's board, last there unless it is there already."""
        board = self.boards[name]
        known = next((each for cards in board.values() for each in cards if each["id"] == task), None)
        made = {**(known or {"id": task, "text": f"Title of {task}", "version": 1}), **fields}
        if known in board[status]:
            board[status][board[status].index(known)] = made
            return
        self.remove(name, task)
        board[status].append(made)

    def remove(self, name: str, task: str) -> None:
        for cards in self.boards[name].values():
            cards[:] = [each for each in cards if each["id"] != task]


def card(task: Json) -> Json:
    return {"id": task["id"], "text": task["title"], "version": task["version"]}


def result_of(check: Any, history: History, **view: Any) -> Any:
    """What one checker says of a history."""
    return check(history.view(**view))


def said(check: Any, history: History) -> list[str]:
    """The messages of what one checker finds failed."""
    return [each.message for each in result_of(check, history).findings if each.verdict == "failed"]


def blind(history: History, client: str, what: str = "records") -> None:
    """The harness lost sight of something."""
    history.add(client, EntryKind.OBSERVER, state="lost", what=what, reason="records 3 to 5 never came")
