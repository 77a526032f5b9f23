"""Follows each change through the lanes: asked for, stored, told, received, painted."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.journal.boards import Reading
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Entry, EntryKind, Phase
from harness.journal.payloads import Subject, canonical
from harness.journal.requests import Request
from harness.journal.server_history import Emission, ServerHistory, Write
from harness.journal.wire import Event, Session

#: Clocks differ by a little.
_EARLY_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a spec did at a client: `ended` None while it goes on."""

    seq: int
    client: str
    id: Any
    name: str
    args: Mapping[str, Any]
    t: float
    ended: float | None = None
    phase: str = Phase.INVOKED
    error: str | None = None

    @property
    def is_drag(self) -> bool:
        return "drag" in self.name or "move" in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An emission to one socket of a client: `event` is how it arrived there, None when it never did."""

    client: str
    sid: str
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event told to clients, with what is known of its cause; without a stub, known by its arrival."""

    name: str
    subject: Subject
    emission: Emission | None = None
    write: Write | None = None
    asker: str | None = None
    request: Request | None = None
    action: Action | None = None
    deliveries: tuple[Delivery, ...] = field(default=())

    @property
    def t(self) -> float:
        """When it was told, or first arrived."""
        arrived = (each.event.t for each in self.deliveries if each.event)
        return self.emission.t if self.emission else min(arrived, default=0.0)


def actions_of(entries: Iterable[Entry]) -> tuple[Action, ...]:
    """All actions, by the moment they were invoked."""
    found: dict[tuple[str, Any], Action] = {}
    for entry in entries:
        if entry.kind is not EntryKind.ACTION:
            continue
        key = (entry.lane, entry.get("id", f"#{entry.seq}"))
        begun = found.get(key)
        args = entry.get("args")
        ended = entry.get("phase") != Phase.INVOKED
        found[key] = Action(
            seq=begun.seq if begun else entry.seq,
            client=entry.lane,
            id=entry.get("id"),
            name=begun.name if begun else str(entry.get("name")),
            args=begun.args if begun else (args if isinstance(args, Mapping) else {}),
            t=begun.t if begun else entry.t,
            ended=entry.t if ended else None,
            phase=str(entry.get("phase")),
            error=entry.get("error"),
        )
    return tuple(sorted(found.values(), key=lambda action: (action.t, action.seq)))


def deliveries_of(
    emissions: Sequence[Emission], clients: Mapping[str, ClientHistory]
) -> Mapping[int, tuple[Delivery, ...]]:
    """Seq of an emission -> what became of it at each client's socket, matched in order.

    Sockets that are none of the clients' (a crowd, a page unseen) are left out.
    """
    owners = {
        session.sid: client for client in clients.values() for session in client.wire.sessions if session.sid
    }
    waiting = {
        session.seq: _arrivals(owner, session) for owner in owners.values() for session in owner.wire.sessions
    }
    found: dict[int, tuple[Delivery, ...]] = {}
    for emission in emissions:
        made = []
        for sid in emission.sids:
            owner = owners.get(sid)
            if owner is not None:
                session = owner.session_of(sid, emission.t)
                event = None
                if session is not None and not owner.is_lost(session, emission):
                    event = _take(waiting[session.seq], emission)
                made.append(Delivery(client=owner.name, sid=sid, event=event))
        found[emission.seq] = tuple(made)
    return found


def _arrivals(client: ClientHistory, session: Session) -> dict[str, deque[Event]]:
    """What the session got, by what it says."""
    found: dict[str, deque[Event]] = defaultdict(deque)
    for event in client.wire.received:
        same = event.conn == session.conn or event.conn is None
        # What a recovered socket missed comes before the packet that opens it.
        if same and (session.opened <= event.t or client.is_resumed(session)) and event.t <= session.closed:
            found[_key(event.name, event.payload, event.subject)].append(event)
    return found


def _take(arrivals: Mapping[str, deque[Event]], emission: Emission) -> Event | None:
    queue = arrivals.get(_key(emission.name, emission.payload, emission.subject))
    while queue:
        event = queue.popleft()
        if event.t >= emission.t - _EARLY_S:
            return event
    return None


def _key(name: str, payload: Any, subject: Subject | None) -> str:
    if subject is not None and subject.version is not None:
        return f"{name} {subject.id} v{subject.version} {subject.mutation} {subject.project}"
    return f"{name} {canonical(payload)}"


def changes_of(
    server: ServerHistory,
    clients: Mapping[str, ClientHistory],
    deliveries: Mapping[int, tuple[Delivery, ...]],
    actions: Sequence[Action],
) -> tuple[Change, ...]:
    """Every genuine change of an entity that was told to anybody, in that order."""
    if server.observed:
        told = [each for each in server.emissions if each.genuine and not each.replayed and each.subject]
        return tuple(_told(each, server, clients, deliveries.get(each.seq, ()), actions) for each in told)
    return tuple(_arrived(clients, actions))


def _told(
    emission: Emission,
    server: ServerHistory,
    clients: Mapping[str, ClientHistory],
    deliveries: tuple[Delivery, ...],
    actions: Sequence[Action],
) -> Change:
    subject = emission.subject
    assert subject is not None
    same = (
        each
        for each in server.writes
        if (each.id, each.version, each.entity) == (subject.id, emission.version, subject.kind)
    )
    asker, request = _asked(subject, emission.t, clients)
    return Change(
        name=emission.name,
        subject=subject,
        emission=emission,
        write=next(same, None),
        asker=asker,
        request=request,
        action=action_behind(request, asker, actions),
        deliveries=deliveries,
    )


def _arrived(clients: Mapping[str, ClientHistory], actions: Sequence[Action]) -> Iterable[Change]:
    """Without the server's side: events that say the same are one change."""
    found: dict[str, list[tuple[str, Event, Subject]]] = {}
    for client in clients.values():
        for event in client.wire.received:
            if event.subject is not None and event.subject.version is not None:
                key = _key(event.name, event.payload, event.subject)
                found.setdefault(key, []).append((client.name, event, event.subject))
    for arrivals in found.values():
        _, event, subject = arrivals[0]
        asker, request = _asked(subject, event.t, clients)
        yield Change(
            name=event.name,
            subject=subject,
            asker=asker,
            request=request,
            action=action_behind(request, asker, actions),
            deliveries=tuple(Delivery(client=name, sid="", event=each) for name, each, _ in arrivals),
        )


def _asked(
    subject: Subject, t: float, clients: Mapping[str, ClientHistory]
) -> tuple[str | None, Request | None]:
    """The request that this is the result of: by its mutation id, else by the version in its answer."""
    for client in clients.values():
        for request in client.requests:
            if request.t > t + _EARLY_S:
                break
            by_id = subject.mutation is not None and request.mutation == subject.mutation
            mine = request.entity == subject.id or (request.entity is None and _names(request, subject))
            by_version = subject.mutation is None and mine and request.version == subject.version
            if by_id or (by_version and request.version is not None):
                return client.name, request
    return None, None


def _names(request: Request, subject: Subject) -> bool:
    return isinstance(request.answer, Mapping) and request.answer.get("id") == subject.id


def action_behind(request: Request | None, client: str | None, actions: Sequence[Action]) -> Action | None:
    """The client's last action that was going on when the request went out, or had just ended."""
    if request is None:
        return None
    begun = [each for each in actions if each.client == client and each.t <= request.t]
    last = begun[-1] if begun else None
    if last is None or (last.ended is not None and last.ended < request.t - 1.0):
        return None
    return last


def painted(client: ClientHistory, subject: Subject, since: float) -> Reading | None:
    """The first reading from `since` on that shows the client as knowing what `subject` says.

    That is its version or a newer one, or without versions on the cards its column and title; for a deletion,
    the first board without the card. A reading that stood at `since` already does not count as later: the
    change was shown before it was told, and that reading is returned.
    """
    for reading in client.screen.between(since, client.end):
        if reading.has_board and shows(reading, subject):
            return reading
    return None


def shows(reading: Reading, subject: Subject) -> bool:
    """Whether this reading shows what `subject` says, or something newer."""
    card = reading.find(subject.id)
    if subject.deleted or card is None:
        return subject.deleted and card is None
    if card.version is not None and subject.version is not None:
        return card.version >= subject.version
    in_place = subject.status in (None, card.column)
    return in_place and (subject.title is None or card.shows(subject.title))
