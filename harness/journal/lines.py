"""Says what an entry tells in one line, for people who read findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.journal.boards import columns_of
from harness.journal.entries import SERVER, Direction, Entry, EntryKind, ServerKind
from harness.journal.payloads import NOTIFICATION, first, subject_of

_COLUMNS = {"todo": "To Do", "in_progress": "In Progress", "done": "Done"}
_TOLD = (
    "id",
    "taskId",
    "title",
    "status",
    "from",
    "to",
    "position",
    "version",
    "projectId",
    "code",
    "message",
)
_TEXT_MAX = 60
_CARDS_MAX = 12


def column_name(column: str) -> str:
    """A column as people call it; of a board that is one list, `the list`."""
    return _COLUMNS.get(column, column) or "the list"


def line_of(entry: Entry, *, entity: str | None = None) -> tuple[str, str]:
    """Who (`alice -> server`, `bob's board`) and what; with `entity`, only the columns it stands in."""
    if entry.kind is EntryKind.VIEW:
        return f"{entry.lane}'s board", _board(entry, entity)
    return _WORDS.get(entry.kind, _other)(entry)


def line(entry: Entry, *, entity: str | None = None) -> str:
    """`+1.204s  alice -> server  task:update {id: t7, status: in_progress}`."""
    who, what = line_of(entry, entity=entity)
    return f"{entry.t:+.3f}s  {who:<16}  {what}"


def brief(payload: Any) -> str:
    """A payload in few words: what identifies it and what changed."""
    if not isinstance(payload, Mapping):
        return _short(payload) if payload is not None else ""
    told = [f"{key}: {_short(payload[key])}" for key in _TOLD if payload.get(key) is not None]
    return "{" + ", ".join(told or [_short(key) for key in list(payload)[:4]]) + "}"


def event_words(name: str, payload: Any) -> str:
    """An event in few words: `task:status_changed t7 v4`."""
    subject = subject_of(name, payload)
    if subject is None:
        message = payload.get("message") if isinstance(payload, Mapping) and name == NOTIFICATION else None
        return f"{name} {_short(message) if message else brief(payload)}".rstrip()
    version = f" v{subject.version}" if subject.version is not None else ""
    return f"{name} {subject.id}{version}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"


def _board(entry: Entry, entity: str | None) -> str:
    columns = columns_of(entry)
    if columns is None:
        return "no board in sight"
    holding = [name for name, cards in columns.items() if any(card.id == entity for card in cards)]
    if entity is not None and not holding:
        return f"no {entity}"
    shown = []
    for name in holding or columns:
        ids = [card.id for card in columns[name]]
        more = f", … {len(ids) - _CARDS_MAX} more" if len(ids) > _CARDS_MAX and not holding else ""
        shown.append(f"{column_name(name)}: [{', '.join(ids if holding else ids[:_CARDS_MAX])}{more}]")
    return "  ".join(shown)


def _frame(entry: Entry) -> tuple[str, str]:
    sent = entry.get("direction") == Direction.SENT
    who = f"{entry.lane} -> server" if sent else f"server -> {entry.lane}"
    fate = f"  ({entry.get('fate')})" if entry.get("fate") else ""
    packet, payload = entry.get("packet"), first(entry.get("data"))
    if entry.get("event"):
        name = str(entry.get("event"))
        return who, (f"{name} {brief(payload)}".rstrip() if sent else event_words(name, payload)) + fate
    if packet in ("ACK", "BINARY_ACK"):
        return who, f"ack {_answer(payload)}{fate}"
    return who, f"{packet or entry.get('engine')}{fate}"


def _answer(payload: Any) -> str:
    if not isinstance(payload, Mapping):
        return brief(payload)
    if payload.get("ok") is not False:
        return f"ok {brief(payload.get('data'))}".rstrip()
    error = payload.get("error")
    return f"refused: {error.get('code')}" if isinstance(error, Mapping) else "refused"


def _http(entry: Entry) -> tuple[str, str]:
    call = f"{entry.get('method')} {entry.get('path') or urlsplit(str(entry.get('url', ''))).path}"
    if entry.get("phase") != "end":
        return f"{entry.lane} -> server", f"{call} {brief(entry.get('request'))}".rstrip()
    result = entry.get("error") or entry.get("status") or "no answer"
    took = entry.get("duration_ms")
    after = f" after {took:.0f} ms" if isinstance(took, int | float) else ""
    return f"server -> {entry.lane}", f"{result} to {call}{after}"


def _server(entry: Entry) -> tuple[str, str]:
    what, name = entry.get("what"), str(entry.get("event"))
    if what == ServerKind.EMITTED:
        to = [str(each.get("user")) for each in entry.get("to") or () if isinstance(each, Mapping)]
        made_up = (
            "" if entry.get("version") is not None or entry.get("replayed") else " (made up by the spec)"
        )
        return SERVER, f"emits {event_words(name, entry.get('data'))} to {', '.join(to) or 'nobody'}{made_up}"
    if what == ServerKind.STORE:
        version = f" v{entry.get('version')}" if entry.get("version") is not None else ""
        return SERVER, f"stores {entry.get('entity')} {entry.get('id')}{version} ({entry.get('op')})"
    if what in (ServerKind.JOIN, ServerKind.LEAVE):
        return SERVER, f"{entry.get('user')} {what}s {entry.get('room')}"
    if what == ServerKind.REST:
        path = f"{entry.get('method')} {entry.get('path')}"
        return SERVER, f"answers {entry.get('status')} to {path} of {entry.get('user')}"
    known = ("name", "event", "user", "reason", "code", "room", "path", "message")
    told = [f"{entry.get(key)}" for key in known if entry.get(key) is not None]
    return SERVER, " ".join([str(what), *told])


def _socket(entry: Entry) -> tuple[str, str]:
    told = [entry.get(key) for key in ("transport", "sid", "reason", "error", "code")]
    return f"{entry.lane}'s socket", " ".join(str(each) for each in (entry.get("state"), *told) if each)


def _plain_socket(entry: Entry) -> tuple[str, str]:
    told = [entry.get(key) for key in ("state", "url", "protocol", "reason", "code")]
    return f"{entry.lane}'s plain socket", " ".join(str(each) for each in told if each)


def _plain_frame(entry: Entry) -> tuple[str, str]:
    verb = "sends" if entry.get("direction") == Direction.SENT else "receives"
    text = entry.get("text")
    shown = _short(text) if isinstance(text, str) else f"{entry.get('size')} bytes"
    return f"{entry.lane}'s plain socket", f"{verb} {shown}"


def _action(entry: Entry) -> tuple[str, str]:
    args = entry.get("args")
    said = ", ".join(_short(value) for value in args.values()) if isinstance(args, Mapping) else ""
    phase = entry.get("phase")
    outcome = (
        "" if phase == "invoked" else f" {phase}" + (f": {entry.get('error')}" if entry.get("error") else "")
    )
    return entry.lane, f"{entry.get('name')}({said}){outcome}"


def _fault(entry: Entry) -> tuple[str, str]:
    params = entry.get("params")
    said = f" {brief(params)}" if isinstance(params, Mapping) and params else ""
    if entry.get("phase") == "touch":
        call = f"{entry.get('method')} {entry.get('path')}" if entry.get("path") else entry.get("packet")
        what = entry.get("event") or call or "a packet"
        return "fault", f"{entry.get('name')} {entry.get('did')} {what} {entry.get('entity') or ''}".rstrip()
    return "fault", f"{entry.get('name')} {'ends' if entry.get('phase') == 'end' else 'starts'}{said}"


def _other(entry: Entry) -> tuple[str, str]:
    known = ("name", "state", "what", "url", "text", "message", "reason", "person", "engine", "project")
    told = " ".join(_short(entry.get(key)) for key in known if entry.get(key) is not None)
    return entry.lane, f"{entry.kind} {told}"


_WORDS: Mapping[EntryKind, Callable[[Entry], tuple[str, str]]] = {
    EntryKind.FRAME: _frame,
    EntryKind.HTTP: _http,
    EntryKind.SERVER: _server,
    EntryKind.SOCKET: _socket,
    EntryKind.PLAIN_SOCKET: _plain_socket,
    EntryKind.PLAIN_FRAME: _plain_frame,
    EntryKind.ACTION: _action,
    EntryKind.FAULT: _fault,
    EntryKind.BADGE: lambda entry: (f"{entry.lane}'s badge", str(entry.get("text") or "none")),
    EntryKind.PAGE_ERROR: lambda entry: (f"{entry.lane}'s page", f"error: {_short(entry.get('message'))}"),
    EntryKind.NAVIGATION: lambda entry: (f"{entry.lane}'s page", f"goes to {entry.get('url')}"),
}
