"""Nothing lost: what was stored is told, what was told arrives, and what arrived shows."""

from __future__ import annotations

from harness.checkers.standing import drawn_by
from harness.checkers.verdicts import Judging, Result
from harness.journal.boards import Reading
from harness.journal.changes import Delivery, shows
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Fate, Sense
from harness.journal.lines import event_words
from harness.journal.payloads import Subject
from harness.journal.requests import Request, Via
from harness.journal.server_history import Emission, Stay
from harness.journal.trail import trail
from harness.journal.view import JournalView
from harness.journal.wire import Event

NAME = "nothing_lost"
#: Far longer than an app may take, far shorter than a poll that would hide the loss.
_BOUND_S = 2.0
_EDGE_S = 0.05
_LATE_NOTICE_S = 1.0


def check(view: JournalView) -> Result:
    """Judges each change on its way from the store to every board that it concerns."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    _stored_and_told(view, judging)
    for emission in view.server.emissions:
        _told_to_all_in_the_room(view, emission, judging)
        for delivery in view.deliveries(emission):
            _arrived(view, emission, delivery, judging)
    made_up = {
        delivery.event.seq for each in view.made_up for delivery in view.deliveries(each) if delivery.event
    }
    for client in view.clients.values():
        for event in client.wire.received:
            if event.seq not in made_up:
                _shown(view, client, event, judging)
    return judging.result()


# -- the server ------------------------------------------------------------------------------------------


def _stored_and_told(view: JournalView, judging: Judging) -> None:
    told = {(each.subject.id, each.version) for each in view.server.emissions if each.subject}
    for write in view.server.writes:
        if write.entity != "task" or view.due(write.t, view.terms.allowed(_BOUND_S)) > view.end:
            continue
        judging.judged()
        if (write.id, write.version) not in told:
            judging.missed(
                f"the server stored {write.entity} {write.id} v{write.version} ({write.op}) and told nobody",
                [write.seq],
                entity=write.id,
                rule="untold",
            )


def _told_to_all_in_the_room(view: JournalView, emission: Emission, judging: Judging) -> None:
    if not emission.genuine or emission.replayed or emission.room is None or emission.subject is None:
        return
    change = next((each for each in view.changes if each.emission is emission), None)
    request = change.request if change else None
    if view.terms.echo == "none" and request is None:
        return  # somebody without a browser asked: whose pages are left out on purpose is not known
    asker = view.clients[change.asker] if change and change.asker else None
    for stay in view.server.stays:
        owner = view.client_of(stay.sid)
        session = owner.session_of(stay.sid, emission.t) if owner else None
        if owner is None or session is None or not session.alive(emission.t):
            continue
        if stay.room != emission.room or not _is_settled_in(view, stay, emission.t):
            continue
        if asker is not None and request is not None and _is_left_out(view, asker, request, stay):
            continue
        judging.judged()
        if stay.sid not in emission.sids:
            judging.found(
                f"the server did not send {event_words(emission.name, emission.payload)} to {owner.name}, "
                f"who is in {emission.room}",
                [stay.seq, emission.seq],
                client=owner.name,
                entity=emission.subject.id,
                rule="left out",
            )


def _is_settled_in(view: JournalView, stay: Stay, t: float) -> bool:
    """Whether the socket was in the room then, and not about to be gone, which the server notices late."""
    return stay.since + _EDGE_S < t and (stay.until == view.end or t < stay.until - _LATE_NOTICE_S)


def _is_left_out(view: JournalView, asker: ClientHistory, request: Request, stay: Stay) -> bool:
    """Whether the echo switch says that this socket hears nothing of its own page's, or person's, change."""
    if view.terms.echo == "none":
        return stay.user == asker.person
    session = asker.wire.session_on(request.conn, request.t)
    sent_here = request.via is Via.SOCKET and session is not None and session.sid == stay.sid
    return view.terms.echo == "others" and sent_here


# -- the wire --------------------------------------------------------------------------------------------


def _arrived(view: JournalView, emission: Emission, delivery: Delivery, judging: Judging) -> None:
    client = view.clients[delivery.client]
    session = client.session_of(delivery.sid, emission.t)
    deadline = view.due(emission.t, view.terms.allowed(_BOUND_S))
    if (
        session is None
        or client.is_lost(session, emission)
        or deadline > min(session.closed, client.closed_at, view.end)
    ):
        return
    judging.judged()
    if delivery.event is not None or view.disturbed(client.name, emission.t, deadline, edge="page"):
        return
    if view.is_virtual(client.name, emission.t, deadline) or _spoilt(client, emission):
        return
    judging.missed(
        f"{event_words(emission.name, emission.payload)} was sent to {client.name} and never arrived",
        [emission.seq],
        client=client.name,
        entity=emission.subject.id if emission.subject else None,
        rule="not arrived",
    )


def _spoilt(client: ClientHistory, emission: Emission) -> bool:
    return any(
        each.name == emission.name and each.t >= emission.t - _EDGE_S and each.subject == emission.subject
        for each in client.wire.spoilt
    ) or any(each.fate == Fate.ALTERED for each in client.wire.received if each.t >= emission.t - _EDGE_S)


# -- the board -------------------------------------------------------------------------------------------


def _shown(view: JournalView, client: ClientHistory, event: Event, judging: Judging) -> None:
    """An event that arrived is on the board by the next fence, or after two seconds."""
    subject = event.subject
    if subject is None or subject.kind != "task" or not (subject.whole or subject.deleted):
        return
    deadline = _deadline(view, client, event)
    if deadline is None or event.fate == Fate.ALTERED:
        return
    readings = [each for each in client.screen.between(event.t, deadline) if each.has_board]
    if any(shows(reading, subject) for reading in readings):
        judging.judged()
        return
    last = client.screen.at(deadline)
    if last is None or not last.has_board or _excused(view, client, event, subject, last, deadline):
        return
    judging.judged()
    judging.missed(
        f"{event_words(event.name, event.payload)} reached {client.name} and did not change "
        f"{client.name}'s board: {_still(last, subject)}",
        [*trail(view, subject.id, client=client.name, until=deadline), event.seq, last.seq],
        client=client.name,
        entity=subject.id,
        rule=f"not shown {subject.deleted}",
    )


def _deadline(view: JournalView, client: ClientHistory, event: Event) -> float | None:
    """When the event must show; None when the history ends before that."""
    latest = view.due(event.t, view.terms.allowed(_BOUND_S))
    for fence in view.fences:
        drawn = drawn_by(view, event.t) < fence.t <= latest
        if fence.ok and fence.exact and fence.covers(client.name) and drawn:
            return fence.t
    return latest if latest < min(client.closed_at, view.end) else None


def _excused(
    view: JournalView, client: ClientHistory, event: Event, subject: Subject, last: Reading, deadline: float
) -> bool:
    if last.project is None or subject.project not in (None, last.project):
        return True
    if view.is_virtual(client.name, event.t, deadline) or view.is_hidden(client.name, event.t, deadline):
        return True
    if view.dragging(client.name, event.t) or view.dragging(client.name, deadline):
        return True
    if client.badge.at(deadline) == view.terms.badge_mock:
        return True
    if view.is_filtered(client.name, deadline) and not (last.filter and subject.sprint == last.filter):
        return True
    return _overtaken(view, client, event, subject, deadline)


def _overtaken(
    view: JournalView, client: ClientHistory, event: Event, subject: Subject, deadline: float
) -> bool:
    """Whether later news about the card, its deletion, or the page's own change of it is what must show."""
    for other in client.wire.received:
        about = other.subject is not None and other.subject.id == subject.id and other.seq != event.seq
        deleted = other.subject is not None and other.subject.deleted
        if about and other.t <= deadline and (other.t >= event.t or deleted):
            return True
    if any(
        each.entity == subject.id
        and each.t <= deadline
        and (each.answered is None or each.answered >= event.t)
        for each in client.requests
    ):
        return True
    deletion = view.server.deletion_of(subject.id)
    return not subject.deleted and deletion is not None and deletion.t <= deadline


def _still(reading: Reading, subject: Subject) -> str:
    card = reading.find(subject.id)
    if card is None:
        return "no such card on it"
    version = f" v{card.version}" if card.version is not None else ""
    return f"{subject.id}{version} is still in {card.column}"
