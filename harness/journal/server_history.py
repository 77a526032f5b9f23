"""The stub's side of the history: what it stored, whom it told, and who was in which room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.journal.entries import Entry, ServerKind
from harness.journal.payloads import Subject, subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """One event sent to some sockets; `genuine` when it tells of a change in the store, else made up."""

    seq: int
    t: float
    name: str
    payload: Any
    room: str | None
    sids: tuple[str, ...]
    users: tuple[str, ...]
    version: int | None = None
    genuine: bool = True
    replayed: bool = False
    #: To whom a fault sent it beside those whom it is for.
    astray: frozenset[str] = frozenset()
    subject: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One entity written to the store: `op` is created, updated or deleted."""

    seq: int
    t: float
    op: str
    entity: str
    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A socket in a room, from `since` until `until`; entry `seq` put it there. `left` by a leave entry."""

    sid: str
    user: str | None
    room: str
    seq: int
    since: float
    until: float
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A socket the server had."""

    sid: str
    user: str | None
    seq: int
    since: float
    until: float
    reason: str | None = None


class ServerHistory:
    """The server lane. `observed` is False when there is none (a real deployment): then nothing is known."""

    def __init__(self, entries: Sequence[Entry], *, end: float) -> None:
        # The stub's own numbering is the order in which things happened; equal times are common.
        self.entries = tuple(sorted(entries, key=lambda entry: (entry.get("n", entry.seq), entry.seq)))
        self.observed = bool(entries)
        self._end = end

    def of(self, what: ServerKind) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.get("what") == what)

    @cached_property
    def emissions(self) -> tuple[Emission, ...]:
        return tuple(_emission(entry) for entry in self.of(ServerKind.EMITTED))

    @cached_property
    def writes(self) -> tuple[Write, ...]:
        return tuple(
            Write(
                seq=entry.seq,
                t=entry.t,
                op=str(entry.get("op")),
                entity=str(entry.get("entity")),
                id=str(entry.get("id")),
                version=entry.get("version"),
            )
            for entry in self.of(ServerKind.STORE)
        )

    @cached_property
    def connections(self) -> tuple[Connected, ...]:
        gone = {entry.get("sid"): entry for entry in self.of(ServerKind.DISCONNECT)}
        found = []
        for entry in self.of(ServerKind.CONNECT):
            end = gone.get(entry.get("sid"))
            found.append(
                Connected(
                    sid=str(entry.get("sid")),
                    user=entry.get("user"),
                    seq=entry.seq,
                    since=entry.t,
                    until=end.t if end else self._end,
                    reason=end.get("reason") if end else None,
                )
            )
        return tuple(found)

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """Who was in which room when, by the server's own word."""
        open_: dict[tuple[str, str], Entry] = {}
        done: list[Stay] = []
        for entry in self.entries:
            what, sid, room = entry.get("what"), str(entry.get("sid")), str(entry.get("room"))
            if what == ServerKind.JOIN:
                open_.setdefault((sid, room), entry)
            elif what == ServerKind.LEAVE and (sid, room) in open_:
                done.append(_stay(open_.pop((sid, room)), entry.t, left=True))
            elif what == ServerKind.DISCONNECT:
                for key in [key for key in open_ if key[0] == sid]:
                    done.append(_stay(open_.pop(key), entry.t))
        done += [_stay(entry, self._end) for entry in open_.values()]
        return tuple(sorted(done, key=lambda stay: (stay.since, stay.seq)))

    def rooms_of(self, sid: str, t: float) -> frozenset[str]:
        return frozenset(each.room for each in self.stays if each.sid == sid and each.since <= t < each.until)

    def deletion_of(self, entity_id: str, kind: str = "task") -> Write | None:
        writes = (each for each in self.writes if each.entity == kind and each.id == entity_id)
        return next((each for each in writes if each.op == "deleted"), None)


def _stay(entry: Entry, until: float, *, left: bool = False) -> Stay:
    return Stay(
        sid=str(entry.get("sid")),
        user=entry.get("user"),
        room=str(entry.get("room")),
        seq=entry.seq,
        since=entry.t,
        until=until,
        left=left,
    )


def _emission(entry: Entry) -> Emission:
    name, payload, to = str(entry.get("event")), entry.get("data"), _recipients(entry.get("to"))
    replayed, version = bool(entry.get("replayed")), entry.get("version")
    # The stub names a version exactly when the event tells of a change in its store.
    made_up = bool(entry.get("raw")) or (version is None and not replayed)
    return Emission(
        seq=entry.seq,
        t=entry.t,
        name=name,
        payload=payload,
        room=entry.get("room"),
        sids=tuple(str(each.get("sid")) for each in to),
        users=tuple(str(each.get("user")) for each in to),
        version=version,
        genuine=not made_up,
        replayed=replayed,
        astray=frozenset(map(str, entry.get("astray") or ())),
        subject=subject_of(name, payload),
    )


def _recipients(to: Any) -> list[dict[str, Any]]:
    items: Iterable[Any] = to if isinstance(to, list) else ()
    return [each for each in items if isinstance(each, dict)]
