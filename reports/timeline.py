"""Turns a journal into what its diagram shows: lanes, things on them, arrows between, bands and strips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reports import fields
from reports.boards import BoardChange, change
from reports.fields import Json
from reports.journal_file import Entry, Journal
from reports.lanes import SERVER, Lanes, lanes_of
from reports.packets import Fate, Head, Packet, is_packet, packets
from reports.payload import brief, entities
from reports.wording import Words, packet_name, words

_LATE_DEFAULT_MS = 500


def timeline(journal: Journal) -> Json:
    """The diagram of a journal as data: `lanes`, `items` in order of time, `faults`, `badges`, `t_end`."""
    lanes = lanes_of(journal.entries)
    budget_ms = fields.number(fields.table(journal.header, "budgets"), "update_latency_p95_ms")
    late_s = (budget_ms or _LATE_DEFAULT_MS) / 1000
    items = sorted(_items(journal.entries, lanes, late_s), key=lambda item: float(item["t"]))
    return {
        "lanes": [{"name": name, "engine": lanes.engines.get(name, "")} for name in lanes.names],
        "server_seen": lanes.server_seen,
        "items": items,
        "faults": _faults(journal.entries),
        "badges": {lane: _badges(journal.entries, lane) for lane in lanes.clients},
        "t_end": max((entry.t for entry in journal.entries), default=0.0),
    }


def _items(entries: Sequence[Entry], lanes: Lanes, late_s: float) -> Iterator[Json]:
    used: set[int] = set()
    for packet in packets(entries, lanes, late_s=late_s):
        used |= _seqs_of(packet)
        yield _packet_item(packet)
    for item in (*_http_items(entries, lanes), *_action_items(entries), *_view_items(entries)):
        used |= set(item["seqs"])
        yield item
    for entry in entries:
        if entry.seq not in used:
            yield _plain_item(entry)


def _item(entry: Entry, kind: str, said: Words, **more: Any) -> Json:
    base = {"k": kind, "t": entry.t, "lane": entry.lane, "label": said.label, "detail": said.detail}
    return {**base, "seqs": [entry.seq], "heads": [], **{key: value for key, value in more.items() if value}}


# -- packets -----------------------------------------------------------------------------------------------


def _seqs_of(packet: Packet) -> set[int]:
    ends = [packet.tail, *(end for head in packet.heads for end in (head.entry, head.held))]
    return {end.seq for end in ends if end is not None}


def _packet_item(packet: Packet) -> Json:
    shown = packet.tail or next(head.entry for head in packet.heads if head.entry is not None)
    name, data = packet_name(shown.raw), shown.raw.get("data")
    kind = "ack" if _is_ack(shown) else "packet" if _has_event(shown) else "session"
    item = _item(
        shown,
        kind,
        Words("ack" if kind == "ack" else name, brief(data)),
        event=name if kind == "packet" else None,
        ids=list(entities(data)),
    )
    item["lane"] = packet.lane
    item["seqs"] = sorted(_seqs_of(packet))
    item["tail"] = packet.tail.seq if packet.tail else None
    item["heads"] = [_head(head, packet.tail) for head in packet.heads]
    return item


def _is_ack(entry: Entry) -> bool:
    return entry.raw.get("what") == "ack" or (fields.text(entry.raw, "packet") or "").endswith("ACK")


def _has_event(entry: Entry) -> bool:
    return fields.text(entry.raw, "event") is not None


def _head(head: Head, tail: Entry | None) -> Json:
    shown: Json = {"lane": head.lane, "fate": head.fate}
    if head.entry is not None:
        shown |= {"t": head.entry.t, "seq": head.entry.seq}
        if tail is not None:
            shown["ms"] = round((head.entry.t - tail.t) * 1000, 1)
    if head.held is not None and head.entry is not None:
        shown |= {"held_t": head.held.t, "held_seq": head.held.seq}
        shown["held_ms"] = round((head.entry.t - head.held.t) * 1000, 1)
    return shown


# -- http --------------------------------------------------------------------------------------------------


def _http_items(entries: Sequence[Entry], lanes: Lanes) -> list[Json]:
    """A request and its answer are two arrows; they meet in the server's own line on the call."""
    open_calls: dict[tuple[str, str], Json] = {}
    items: list[Json] = []
    served = [each for each in entries if each.kind == "server" and each.raw.get("what") == "rest"]
    for entry in entries:
        if entry.kind != "http":
            continue
        key = entry.lane, str(entry.raw.get("id"))
        if entry.raw.get("phase") != "end":
            item = _item(entry, "http", words(entry), event=words(entry).label)
            item["ids"] = list(entities(entry.raw.get("request")))
            item["tail"] = entry.seq
            item["heads"] = [{"lane": SERVER, "fate": Fate.UNSEEN}]
            open_calls[key] = item
        else:
            request = open_calls.pop(key, None)
            at_server = _served(entry, request, served, lanes)
            if request is not None and at_server is not None:
                head = {"lane": SERVER, "fate": Fate.DELIVERED, "t": at_server.t, "seq": at_server.seq}
                request["heads"] = [head]
                request["seqs"].append(at_server.seq)
            item = _answer(entry, at_server)
        items.append(item)
    return items


def _served(end: Entry, request: Json | None, served: list[Entry], lanes: Lanes) -> Entry | None:
    """The server's line on a call: same method, path and person, written between its start and its end."""
    earliest = request["t"] if request is not None else end.t
    for entry in served:
        raw = entry.raw
        same = (raw.get("method"), raw.get("path")) == (end.raw.get("method"), end.raw.get("path"))
        if same and lanes.of(raw) in {end.lane, None} and earliest - 0.05 <= entry.t <= end.t + 0.05:
            served.remove(entry)
            return entry
    return None


def _answer(end: Entry, at_server: Entry | None) -> Json:
    status, error = fields.whole(end.raw, "status"), fields.text(end.raw, "error")
    taken = fields.number(end.raw, "duration_ms")
    good = end.raw.get("ok") is True
    said = Words(error or str(status or "answer"), f"{taken:.0f} ms" if taken is not None else "")
    item = _item(end, "http", said, event=words(end).label, level=None if good else "bad")
    item["ids"] = list(entities(end.raw.get("response")))
    item["t"], item["lane"] = at_server.t if at_server else end.t, SERVER
    fate = Fate.DELIVERED if status is not None else Fate.DROPPED
    item["heads"] = [{"lane": end.lane, "fate": fate, "t": end.t, "seq": end.seq}]
    item["tail"] = None
    return item


# -- what happens on one lane ------------------------------------------------------------------------------


def _action_items(entries: Sequence[Entry]) -> list[Json]:
    """An action and its end are one thing that lasts."""
    running: dict[tuple[str, str], Json] = {}
    items: list[Json] = []
    for entry in entries:
        if entry.kind != "action":
            continue
        key, phase = (entry.lane, str(entry.raw.get("id"))), fields.text(entry.raw, "phase")
        item = running.pop(key, None) if phase != "invoked" else None
        if item is None:
            item = _item(entry, "action", words(entry))
            items.append(item)
            if phase == "invoked":
                running[key] = item
        else:
            item["seqs"].append(entry.seq)
            item["t_end"] = entry.t
            if phase != "ok":
                item["level"] = "bad" if phase == "failed" else "warn"
                item["outcome"] = ": ".join(part for part in (phase, fields.text(entry.raw, "error")) if part)
    return items


def _view_items(entries: Sequence[Entry]) -> list[Json]:
    last: dict[str, Json] = {}
    items = []
    for entry in entries:
        if entry.kind != "view":
            continue
        seen = change(last.get(entry.lane), entry.raw)
        # A board that comes back is compared with the one that went out of sight.
        if entry.raw.get("columns") is not None:
            last[entry.lane] = entry.raw
        items.append(_view_item(entry, seen))
    return items


def _view_item(entry: Entry, seen: BoardChange) -> Json:
    more = f" (+{len(seen.words) - 3} more)" if len(seen.words) > 3 else ""
    return _item(
        entry,
        "view",
        Words("; ".join(seen.words[:3]) + more),
        ids=list(seen.changed),
        changed=list(seen.changed),
        doubled=list(seen.doubled),
        words=list(seen.words) if more else None,
        level="bad" if seen.doubled else None,
    )


#: Steps of a connection that comes about as it should; what goes wrong with one is of more interest.
_HANDSHAKE = {"connecting", "open", "connected", "upgraded"}
_SIMPLE_KINDS = {
    "badge": "badge",
    "plain_socket": "plain-socket",
    "plain_frame": "plain-socket",
    "navigation": "page",
    "client": "page",
    "page_error": "console",
    "console": "console",
    "fault": "fault",
    "mark": "mark",
    "observer": "observer",
}


def _plain_item(entry: Entry) -> Json:
    said = words(entry)
    if entry.kind == "frame":
        # Packets were taken out before: what is left is the engine's own traffic.
        return _item(entry, "packet" if is_packet(entry) else "engine", said)
    if entry.kind == "server":
        what = fields.text(entry.raw, "what")
        level = "bad" if what in {"error", "unscripted"} else "warn" if what == "near_miss" else None
        return _item(
            entry, "server", said, event=fields.text(entry.raw, "event"), ids=_server_ids(entry), level=level
        )
    shot = fields.text(entry.raw, "file") if entry.raw.get("name") == "screenshot" else None
    if shot is not None:
        return _item(entry, "shot", Words("screenshot"), file=shot)
    kind = _SIMPLE_KINDS.get(entry.kind, "mark")
    if entry.kind == "socket":
        kind = "session" if entry.raw.get("state") in _HANDSHAKE else "connection"
    return _item(entry, kind, said, level=_level(entry))


def _server_ids(entry: Entry) -> list[str]:
    return list(entities(entry.raw.get("data"))) or list(entities({"id": entry.raw.get("id")}))


def _level(entry: Entry) -> str | None:
    raw = entry.raw
    if entry.kind == "page_error" or (entry.kind == "console" and raw.get("level") == "error"):
        return "bad"
    if entry.kind == "mark" and raw.get("ok") is False:
        return "bad"
    if entry.kind == "observer" and raw.get("state") != "observed":
        return "warn"
    return "warn" if entry.kind == "console" and raw.get("level") == "warning" else None


# -- bands and strips --------------------------------------------------------------------------------------


def _faults(entries: Sequence[Entry]) -> list[Json]:
    """Each fault as a span on its lane; `t_end` is None for one that was never taken back."""
    spans: dict[str, Json] = {}
    for entry in entries:
        if entry.kind != "fault":
            continue
        key = f"{entry.lane}/{entry.raw.get('id')}"
        if entry.raw.get("phase") == "touch":
            continue
        if entry.raw.get("phase") != "end":
            name = fields.text(entry.raw, "name") or "fault"
            spans[key] = {"name": name, "lane": entry.lane, "t": entry.t, "t_end": None, "seq": entry.seq}
        elif key in spans:
            spans[key]["t_end"] = entry.t
    return list(spans.values())


def _badges(entries: Sequence[Entry], lane: str) -> list[Json]:
    """What the badge said from when on."""
    return [
        {"t": entry.t, "text": fields.text(entry.raw, "text") or "", "seq": entry.seq}
        for entry in entries
        if entry.lane == lane and entry.kind == "badge"
    ]
