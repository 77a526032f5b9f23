"""One client's wire: the sessions its page held, the events that crossed them, and what was acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.journal.entries import Direction, Entry, EntryKind, Fate, SocketState
from harness.journal.payloads import Subject, first, subject_of

_UNDELIVERED = frozenset((Fate.HELD, Fate.DROPPED))
_ENDS = frozenset((SocketState.CLOSED, SocketState.ERROR))
_VAGUE = frozenset((None, "transport closed", "transport error"))
_SAME_END_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A Socket.IO session as the page saw it, from `opened` until `closed` (the end of what is known)."""

    sid: str | None
    conn: Any
    seq: int
    opened: float
    closed: float
    closed_seq: int | None = None
    reason: str | None = None
    recovered: bool = False
    document: int = 0
    #: A connection carries one session for each namespace.
    namespace: str = "/"
    ping_s: float | None = None

    def alive(self, t: float) -> bool:
        return self.opened <= t < self.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One Socket.IO event on the wire; `delivered` unless a fault kept it from the other side."""

    seq: int
    t: float
    name: str
    payload: Any
    direction: Direction
    ack_id: int | None = None
    conn: Any = None
    fate: str | None = None
    again: bool = False
    subject: Subject | None = None
    namespace: str = "/"

    @property
    def delivered(self) -> bool:
        return self.fate not in _UNDELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    seq: int
    t: float
    ack_id: int | None
    answer: Any
    conn: Any = None
    delivered: bool = True
    namespace: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One transport that the page tried to open; `ended` when it failed or closed without a session."""

    seq: int
    t: float
    conn: Any
    transport: str | None
    ended: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """All of it, each in order of time. `heard`: when anything at all was received, (t, seq)."""

    sessions: tuple[Session, ...]
    sent: tuple[Event, ...]
    received: tuple[Event, ...]
    acks: tuple[Ack, ...]
    attempts: tuple[Attempt, ...]
    heard: tuple[tuple[float, int], ...]
    #: Events received that a fault kept from the app or changed.
    spoilt: tuple[Event, ...]

    def session_at(self, t: float) -> Session | None:
        """The newest session alive at `t`."""
        return next((each for each in reversed(self.sessions) if each.alive(t)), None)

    def session_on(self, conn: Any, t: float) -> Session | None:
        """The session alive at `t` on the connection `conn`; the newest one when that has none."""
        mine = (each for each in reversed(self.sessions) if each.conn == conn and each.alive(t))
        return next(mine, None) or self.session_at(t)


def wire_of(entries: Sequence[Entry], *, documents: Sequence[float], end: float) -> Wire:
    """Reads one lane, in order of time; `documents` are the moments at which a new document began."""
    frames = [entry for entry in entries if entry.kind is EntryKind.FRAME]
    sockets = [entry for entry in entries if entry.kind is EntryKind.SOCKET]
    events = [event for event in map(_event, frames) if event is not None]
    received = [event for event in events if event.direction is Direction.RECEIVED]
    return Wire(
        sessions=_Sessions(documents, end).read(entries),
        # What a fault let go later, or doubled, the app sent once.
        sent=tuple(event for event in events if event.direction is Direction.SENT and not event.again),
        received=tuple(event for event in received if event.delivered),
        acks=tuple(ack for ack in map(_ack, frames) if ack is not None),
        attempts=_attempts(sockets),
        heard=tuple(
            (each.t, each.seq)
            for each in frames
            if each.get("direction") == Direction.RECEIVED and each.get("fate") not in _UNDELIVERED
        ),
        spoilt=tuple(event for event in received if event.fate in (*_UNDELIVERED, Fate.ALTERED)),
    )


def _event(entry: Entry) -> Event | None:
    name, direction = entry.get("event"), entry.get("direction")
    if not isinstance(name, str) or entry.get("packet") not in ("EVENT", "BINARY_EVENT"):
        return None
    if direction not in set(Direction):
        return None
    payload = first(entry.get("data"))
    return Event(
        seq=entry.seq,
        t=entry.t,
        name=name,
        payload=payload,
        direction=Direction(direction),
        ack_id=entry.get("ack_id"),
        conn=entry.get("conn"),
        fate=entry.get("fate"),
        again=bool(entry.get("again")),
        subject=subject_of(name, payload),
        namespace=_namespace(entry),
    )


def _ack(entry: Entry) -> Ack | None:
    if entry.get("packet") not in ("ACK", "BINARY_ACK") or entry.get("direction") != Direction.RECEIVED:
        return None
    return Ack(
        seq=entry.seq,
        t=entry.t,
        ack_id=entry.get("ack_id"),
        answer=first(entry.get("data")),
        conn=entry.get("conn"),
        delivered=entry.get("fate") not in _UNDELIVERED,
        namespace=_namespace(entry),
    )


def _attempts(sockets: Iterable[Entry]) -> tuple[Attempt, ...]:
    found: list[Attempt] = []
    for entry in sockets:
        state = entry.get("state")
        if state == SocketState.CONNECTING:
            transport = entry.get("transport")
            found.append(Attempt(seq=entry.seq, t=entry.t, conn=entry.get("conn"), transport=transport))
        elif state in (*_ENDS, SocketState.REFUSED):
            _end_attempt(found, entry)
    return tuple(found)


def _end_attempt(found: list[Attempt], entry: Entry) -> None:
    for index in range(len(found) - 1, -1, -1):
        each = found[index]
        told = entry.get("transport")
        if each.conn == entry.get("conn") and each.ended is None and told in (None, each.transport):
            found[index] = replace(each, ended=entry.t)
            return


class _Sessions:
    """Puts sessions together from the tap's socket states, and from CONNECT packets where it has none."""

    def __init__(self, documents: Sequence[float], end: float) -> None:
        self._documents = list(documents)
        self._end = end
        self._open: list[Session] = []
        self._done: list[Session] = []
        self._transport: dict[Any, Any] = {}
        self._ping_s: dict[Any, float] = {}

    def read(self, entries: Iterable[Entry]) -> tuple[Session, ...]:
        for entry in entries:
            if entry.kind is EntryKind.NAVIGATION and not entry.get("same_document"):
                self._close(self._open, entry, "the page was left")
            elif entry.kind is EntryKind.CLIENT and entry.get("closed"):
                self._close(self._open, entry, "the client was closed")
            elif entry.kind is EntryKind.SOCKET:
                self._socket(entry)
            elif entry.kind is EntryKind.FRAME:
                self._frame(entry)
        return tuple(sorted([*self._done, *self._open], key=lambda each: each.opened))

    def _socket(self, entry: Entry) -> None:
        state, conn, transport = entry.get("state"), entry.get("conn"), entry.get("transport")
        mine = [each for each in self._open if each.conn == conn]
        if state == SocketState.CONNECTED:
            self._begin(entry, entry.get("sid"), recovered=bool(entry.get("recovered")))
        elif state == SocketState.DISCONNECTED:
            self._close(self._of_namespace(entry), entry, entry.get("reason"))
            self._give_reason(entry)
        elif state == SocketState.UPGRADED:
            self._transport[conn] = "websocket"
        elif state in _ENDS and (transport is None or transport == self._transport.get(conn, transport)):
            # A probe for an upgrade that fails ends its own transport, not the session on the other one.
            self._close(mine, entry, entry.get("reason") or f"transport {state}")

    def _give_reason(self, entry: Entry) -> None:
        """The client library says why a session ended; its transport, which went first, cannot."""
        for index, ended in enumerate(self._done):
            same = (ended.conn, ended.namespace) == (entry.get("conn"), _namespace(entry))
            just_now = same and entry.t - ended.closed < _SAME_END_S
            if just_now and entry.get("reason") and ended.reason in _VAGUE:
                self._done[index] = replace(ended, reason=str(entry.get("reason")))

    def _frame(self, entry: Entry) -> None:
        conn, engine, packet = entry.get("conn"), entry.get("engine"), entry.get("packet")
        if engine in ("open", "message", "upgrade"):
            self._transport[conn] = entry.get("transport")
        if entry.get("direction") != Direction.RECEIVED or entry.get("fate") in _UNDELIVERED:
            return
        if engine == "open":
            self._ping_s[conn] = _ping_of(entry)
        elif packet == "CONNECT":
            said = first(entry.get("data"))
            sid = said.get("sid") if isinstance(said, Mapping) else None
            if sid is not None:
                self._begin(entry, sid)
        elif packet == "DISCONNECT":
            self._close(self._of_namespace(entry), entry, "io server disconnect")

    def _of_namespace(self, entry: Entry) -> list[Session]:
        """The open sessions on the entry's connection in its namespace."""
        namespace = _namespace(entry)
        return [each for each in self._open if (each.conn, each.namespace) == (entry.get("conn"), namespace)]

    def _begin(self, entry: Entry, sid: Any, *, recovered: bool = False) -> None:
        conn = entry.get("conn")
        for index, known in enumerate(self._open):
            if known.sid == sid and sid is not None:
                self._open[index] = replace(known, recovered=known.recovered or recovered)
                return
        self._open.append(
            Session(
                sid=sid,
                conn=conn,
                seq=entry.seq,
                opened=entry.t,
                closed=self._end,
                recovered=recovered,
                document=sum(1 for t in self._documents if t <= entry.t),
                namespace=_namespace(entry),
                ping_s=self._ping_s.get(conn) or None,
            )
        )

    def _close(self, sessions: Iterable[Session], entry: Entry, reason: Any) -> None:
        for each in list(sessions):
            self._open.remove(each)
            self._done.append(
                replace(each, closed=entry.t, closed_seq=entry.seq, reason=str(reason) if reason else None)
            )


def _namespace(entry: Entry) -> str:
    return str(entry.get("namespace") or "/")


def _ping_of(entry: Entry) -> float:
    """Seconds of silence after which this connection counts as dead; 0 when the server did not say."""
    said = first(entry.get("data"))
    if not isinstance(said, Mapping):
        return 0.0
    interval, timeout = said.get("pingInterval"), said.get("pingTimeout")
    if isinstance(interval, int | float) and isinstance(timeout, int | float):
        return (interval + timeout) / 1000
    return 0.0
