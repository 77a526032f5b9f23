"""Rooms: a page is in the room of what it shows, after every reconnect too, and in no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.requests import Request
from harness.journal.server_history import Stay
from harness.journal.steps import Span
from harness.journal.view import JournalView
from harness.journal.wire import Session

NAME = "rooms"
_SLACK_S = 1.0


def check(view: JournalView) -> Result:
    """Judges each session of each page, by the server's word on who is in which room where there is one."""
    judging = Judging(view, NAME, senses=(Sense.WIRE,))
    for client in view.clients.values():
        for session in client.wire.sessions:
            for shown in client.project.spans(session.closed, since=session.opened):
                if view.header.rooms_expected is None and shown.value is not None:
                    _joined(view, client, session, shown, judging)
            for stay in _stays(view, client, session):
                _not_outstayed(view, client, stay, judging)
    return judging.result()


def _stays(view: JournalView, client: ClientHistory, session: Session) -> Iterable[Stay]:
    """Whose rooms: the server's word while the page had the session, else the page's own joins."""
    if view.server.observed:
        return [
            stay
            for stay in view.server.stays
            if stay.sid == session.sid and stay.since < min(session.closed, client.closed_at)
        ]
    found = []
    rooms = {room for t in client.joined.times for room in client.joined.at(t)}
    for room in sorted(rooms):
        for span in client.joined.spans(session.closed, since=session.opened):
            if room in span.value:
                found.append(
                    Stay(sid="", user=None, room=room, seq=span.seq or 0, since=span.start, until=span.end)
                )
    return found


# -- in the room that it must be in ----------------------------------------------------------------------


def _joined(
    view: JournalView, client: ClientHistory, session: Session, shown: Span[str | None], judging: Judging
) -> None:
    room, end = f"project:{shown.value}", min(shown.end, client.closed_at)
    if view.took(shown.start, end) <= view.terms.reconnect_resync_s:
        return
    if _is_left_alone(view, client, shown.start, end):
        return
    judging.judged()
    if any(stay.room == room and stay.until > shown.start for stay in _stays(view, client, session)):
        return
    asked = [
        each
        for each in client.requests
        if _asks_for(client, each, room) and shown.start - 0.5 <= each.t < end
    ]
    if asked and not _is_forgotten(view, asked, end):
        return
    number = client.wire.sessions.index(session)
    again = "connected again" if number > 0 else "connected"
    before = client.wire.sessions[number - 1].closed_seq if number > 0 else None
    said = "never asked to join" if not asked else "asked once, got no answer, and never asked again to join"
    judging.missed(
        f"{client.name}'s page {again} and {said} {room}, for {span_words(end - shown.start)}",
        [shown.seq, before, session.seq, *(each.seq for each in asked), session.closed_seq],
        client=client.name,
        entity=room,
        rule=f"joined {session.sid}",
    )


def _asks_for(client: ClientHistory, request: Request, room: str) -> bool:
    return request.name.startswith("join:") and client.room_of(request) == room


def _is_forgotten(view: JournalView, asked: list[Request], end: float) -> bool:
    """Whether the only join was not answered, and its time to be sent again is over."""
    terms = view.terms
    patience_s = terms.ack_timeout_s + terms.reconnection_delay_s + terms.allowed(_SLACK_S)
    due = view.due(asked[-1].t, patience_s)
    return len(asked) == 1 and asked[0].answered is None and asked[0].ended is None and due < end


def _is_left_alone(view: JournalView, client: ClientHistory, start: float, end: float) -> bool:
    driven = view.is_virtual(client.name, start, end) or view.is_hidden(client.name, start, end)
    return driven or view.disturbed(client.name, start, end, edge="page") is not None


# -- in no other -----------------------------------------------------------------------------------------


def _not_outstayed(view: JournalView, client: ClientHistory, stay: Stay, judging: Judging) -> None:
    session = client.session_of(stay.sid, stay.since)
    end = min([stay.until, client.closed_at, *([session.closed] if session else [])])
    expected = _expected(view, client.name)
    judging.judged()
    if expected is not None:
        if stay.room not in expected and view.took(stay.since, end) > view.terms.reconnect_resync_s:
            _outstayed(client, stay, stay.since, end, judging)
        return
    for start, stop in _unwanted(client, stay, end):
        if _is_left_alone(view, client, start, stop):
            continue
        quiet = any(fence.ok and start + 0.5 < fence.t < stop for fence in view.fences)
        if quiet or view.took(start, stop) > view.terms.reconnect_resync_s:
            _outstayed(client, stay, start, stop, judging)


def _outstayed(client: ClientHistory, stay: Stay, start: float, end: float, judging: Judging) -> None:
    judging.found(
        f"{client.name}'s page was in {stay.room} for {span_words(end - start)} without showing it",
        [stay.seq, client.project.seq_at(start)],
        client=client.name,
        entity=stay.room,
        rule="outstayed",
    )


def _unwanted(client: ClientHistory, stay: Stay, end: float) -> Iterable[tuple[float, float]]:
    """The stretches of the stay in which the page showed something else."""
    kind, _, name = stay.room.partition(":")
    if kind == "project":
        for shown in client.project.spans(end, since=stay.since):
            if shown.value != name:
                yield shown.start, shown.end
    elif kind == "sprint":
        yield from _unfiltered(client, stay.since, end)


def _unfiltered(client: ClientHistory, since: float, end: float) -> Iterable[tuple[float, float]]:
    """The stretches in which the lens says that no sprint was singled out."""
    start: float | None = None
    for reading in client.screen.between(since, end):
        shows_all = reading.has_board and reading.tells_filter and reading.filter is None
        if shows_all and start is None:
            start = max(reading.t, since)
        elif not shows_all and start is not None:
            yield start, reading.t
            start = None
    if start is not None:
        yield start, end


def _expected(view: JournalView, client: str) -> frozenset[str] | None:
    """The rooms that the spec says a client is to be in; None: worked out from what its page shows."""
    told = view.header.rooms_expected
    if isinstance(told, Mapping):
        told = told.get(client)
    return frozenset(map(str, told)) if isinstance(told, list) else None
