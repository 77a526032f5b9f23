"""One line of words for each kind of journal entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reports import fields
from reports.fields import Json
from reports.journal_file import Entry
from reports.payload import brief, compact, shortened


class Words(NamedTuple):
    """A short name for what happened, and what there is to say about it."""

    label: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.label} {self.detail}".strip()


def words(entry: Entry) -> Words:
    """What happened, in words; a kind that nobody here knows is shown as its fields."""
    writer = _WRITERS.get(entry.kind)
    return writer(entry.raw) if writer else Words(entry.kind, compact(_own_fields(entry.raw)))


def line_of(entry: Entry) -> str:
    """The entry as one line of a history: `+1.213s  bob  receives task:status_changed t7 v4`."""
    return f"{clock_text(entry.t)}  {entry.lane}  {words(entry)}"


def clock_text(t: float) -> str:
    """A time on the spec's clock: `+1.213s`."""
    return f"{t:+.3f}s"


def _own_fields(raw: Json) -> Json:
    return {key: value for key, value in raw.items() if key not in {"seq", "t", "lane", "kind"}}


def _client(raw: Json) -> Words:
    if raw.get("closed"):
        return Words("closed")
    project = fields.text(raw, "project")
    return Words(f"opens {project}" if project else "opens", fields.text(raw, "engine") or "")


def _mark(raw: Json) -> Words:
    name = fields.text(raw, "name") or "mark"
    what = fields.text(raw, "what")
    if name == "expectation" and what:
        seen = f", seen: {compact(raw['seen'])}" if raw.get("seen") is not None else ""
        return Words("expected" if raw.get("ok") else "not met:", what + seen)
    if name == "starved":
        return Words("busy machine", f"{raw.get('seconds')} of {raw.get('within')} s waited for a processor")
    rest = {key: value for key, value in _own_fields(raw).items() if key != "name"}
    return Words(name, compact(rest) if rest else "")


def _action(raw: Json) -> Words:
    name, phase = fields.text(raw, "name") or "action", fields.text(raw, "phase")
    if phase == "invoked":
        arguments = fields.table(raw, "args")
        return Words(name, ", ".join(f"{key}: {_bare(value)}" for key, value in arguments.items()))
    return Words(f"{name} {phase or ''}".strip(), fields.text(raw, "error") or "")


def _bare(value: object) -> str:
    return value if isinstance(value, str) else compact(value)


def _socket(raw: Json) -> Words:
    state = fields.text(raw, "state") or "socket"
    more = [fields.text(raw, key) for key in ("reason", "error")]
    code = fields.whole(raw, "code")
    shown = [each for each in (*more, f"code {code}" if code is not None else None) if each]
    if state in {"connecting", "open"}:
        shown.append(fields.text(raw, "transport") or "")
    return Words(f"socket {state}", " ".join(shown))


def packet_name(raw: Json) -> str:
    """The event of a frame or a server entry, else the packet's or the engine's own name."""
    for key in ("event", "packet", "engine", "what"):
        name = fields.text(raw, key)
        if name and name != "message":
            return name
    return "packet"


def _frame(raw: Json) -> Words:
    verb = "sends" if raw.get("direction") == "sent" else "receives"
    fate = fields.text(raw, "fate")
    return Words(
        f"{verb} {packet_name(raw)}", " ".join((brief(raw.get("data", [])), f"({fate})" if fate else ""))
    )


def _plain_socket(raw: Json) -> Words:
    code = fields.whole(raw, "code")
    told = [fields.text(raw, key) for key in ("url", "protocol", "reason")]
    shown = [each for each in (*told, f"code {code}" if code is not None else None) if each]
    return Words(f"plain socket {fields.text(raw, 'state') or ''}".rstrip(), " ".join(shown))


def _plain_frame(raw: Json) -> Words:
    verb, text = ("sends" if raw.get("direction") == "sent" else "receives"), fields.text(raw, "text")
    return Words(f"{verb} plain frame", f"{raw.get('size')} bytes" if text is None else shortened(text))


def _http(raw: Json) -> Words:
    name = (
        f"{fields.text(raw, 'method') or 'HTTP'} {fields.text(raw, 'path') or fields.text(raw, 'url') or ''}"
    )
    if raw.get("phase") != "end":
        return Words(name)
    status, error = fields.whole(raw, "status"), fields.text(raw, "error")
    taken = fields.number(raw, "duration_ms")
    result = error or (str(status) if status is not None else "answered")
    return Words(name, f"{result}, {taken:.0f} ms" if taken is not None else result)


def _badge(raw: Json) -> Words:
    return Words("badge", fields.text(raw, "text") or "none")


def _view(raw: Json) -> Words:
    count = sum(len(cards) for cards in fields.table(raw, "columns").values() if isinstance(cards, list))
    return Words("board", f"{count} cards")


def _console(raw: Json) -> Words:
    return Words(f"console {fields.text(raw, 'level') or ''}".strip(), fields.text(raw, "text") or "")


def _fault(raw: Json) -> Words:
    name, params = fields.text(raw, "name") or "fault", fields.table(raw, "params")
    if raw.get("phase") == "touch":
        call = " ".join(each for each in (fields.text(raw, "method"), fields.text(raw, "path")) if each)
        what = fields.text(raw, "event") or call or fields.text(raw, "packet") or ""
        did = fields.text(raw, "did") or "touches"
        return Words(f"{name} {did} {what}".rstrip(), fields.text(raw, "entity") or "")
    verb = "ends" if raw.get("phase") == "end" else "starts"
    return Words(f"{name} {verb}", compact(params) if params and verb == "starts" else "")


def _observer(raw: Json) -> Words:
    state = (fields.text(raw, "state") or "observed").replace("_", " ")
    parts = [fields.text(raw, "what"), fields.text(raw, "reason")]
    return Words(state, ": ".join(part for part in parts if part))


def _server(raw: Json) -> Words:
    what = fields.text(raw, "what") or "server"
    writer = _SERVER_WRITERS.get(what)
    if writer is not None:
        return writer(raw)
    rest = {
        key: value for key, value in _own_fields(raw).items() if key not in {"what", "n", "sid", "eio_sid"}
    }
    return Words(what, compact(rest) if rest else "")


def _emitted(raw: Json) -> Words:
    receivers = [fields.text(each, "user") or "?" for each in fields.tables(raw, "to")]
    to = f"to {', '.join(receivers)}" if len(receivers) in {1, 2, 3} else f"to {len(receivers)}"
    return Words(f"emits {packet_name(raw)}", f"{brief(raw.get('data'))} {to}".strip())


def _room(raw: Json) -> Words:
    return Words(f"{fields.text(raw, 'user') or '?'} {raw.get('what')}s", fields.text(raw, "room") or "")


def _near_miss(raw: Json) -> Words:
    why = fields.text(fields.table(raw, "near_miss"), "why") or ""
    return Words("near miss", why)


def _unscripted(raw: Json) -> Words:
    name = fields.text(raw, "event") or f"{raw.get('method') or ''} {raw.get('path')}".strip()
    why = fields.text(fields.table(raw, "near_miss"), "why")
    return Words("unscripted", f"{name} ({why})" if why else name)


_SERVER_WRITERS: dict[str, Callable[[Json], Words]] = {
    "emitted": _emitted,
    "join": _room,
    "leave": _room,
    "received": lambda raw: Words(f"receives {packet_name(raw)}", brief(raw.get("data"))),
    "ack": lambda raw: Words(f"acks {packet_name(raw)}", brief(raw.get("data"))),
    "store": lambda raw: Words(f"stores {raw.get('id')}", f"v{raw.get('version')} ({raw.get('op')})"),
    "rest": lambda raw: Words(f"{raw.get('method')} {raw.get('path')}", str(raw.get("status", ""))),
    "connect": lambda raw: Words(f"{raw.get('user')} connects", fields.text(raw, "transport") or ""),
    "near_miss": _near_miss,
    "unscripted": _unscripted,
    "disconnect": lambda raw: Words(f"{raw.get('user')} disconnects", fields.text(raw, "reason") or ""),
}

_WRITERS: dict[str, Callable[[Json], Words]] = {
    "client": _client,
    "mark": _mark,
    "action": _action,
    "socket": _socket,
    "frame": _frame,
    "plain_socket": _plain_socket,
    "plain_frame": _plain_frame,
    "http": _http,
    "badge": _badge,
    "view": _view,
    "console": _console,
    "page_error": lambda raw: Words("page error", fields.text(raw, "message") or ""),
    "navigation": lambda raw: Words("goes to", fields.text(raw, "url") or ""),
    "fault": _fault,
    "observer": _observer,
    "server": _server,
}
