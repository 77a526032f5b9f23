"""Who takes part in a spec: the lanes of its diagram, and which lane a server's session belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import fields
from reports.fields import Json
from reports.journal_file import Entry

SERVER = "server"
SPEC = "spec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The lanes from left to right, and who is who on the server's side."""

    #: Clients in order of appearance, with the server after the first of them.
    names: tuple[str, ...]
    engines: dict[str, str]
    #: Whether the server's own journal is part of this one.
    server_seen: bool
    #: The clients whose packets were seen at all.
    tapped: frozenset[str]
    _by_sid: dict[str, str]
    _by_person: dict[str, tuple[str, ...]]

    @property
    def clients(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name != SERVER)

    def of(self, peer: Json) -> str | None:
        """The lane of a server entry's `{sid, user}`; by user only while that person has one client."""
        lane = self._by_sid.get(fields.text(peer, "sid") or "")
        if lane is not None:
            return lane
        candidates = self._by_person.get(fields.text(peer, "user") or "", ())
        return candidates[0] if len(candidates) == 1 else None


def _session_of(entry: Entry) -> str | None:
    """The server's name for a client's session, from the tap's own line or from the CONNECT packet."""
    if entry.kind == "socket":
        return fields.text(entry.raw, "sid")
    if (
        entry.kind == "frame"
        and entry.raw.get("packet") == "CONNECT"
        and entry.raw.get("direction") == "received"
    ):
        answers = fields.tables(entry.raw, "data")
        return fields.text(answers[0], "sid") if answers else None
    return None


def lanes_of(entries: Sequence[Entry]) -> Lanes:
    clients = list(dict.fromkeys(each.lane for each in entries if each.lane not in {SERVER, SPEC}))
    engines: dict[str, str] = {}
    by_sid: dict[str, str] = {}
    by_person: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.kind == "client":
            engines.setdefault(entry.lane, fields.text(entry.raw, "engine") or "")
            by_person.setdefault(fields.text(entry.raw, "person") or entry.lane, {})[entry.lane] = None
        elif entry.lane != SERVER:
            sid = _session_of(entry)
            if sid:
                by_sid[sid] = entry.lane
    for name in clients:
        by_person.setdefault(name, {name: None})
    has_server = any(each.lane == SERVER or each.kind in {"frame", "http"} for each in entries)
    return Lanes(
        names=tuple([*clients[:1], SERVER, *clients[1:]] if has_server else clients),
        engines=engines,
        tapped=frozenset(each.lane for each in entries if each.kind == "frame"),
        server_seen=any(each.kind == "server" for each in entries),
        _by_sid=by_sid,
        _by_person={person: tuple(lanes) for person, lanes in by_person.items()},
    )
