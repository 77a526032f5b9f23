"""Whether a client can be held, at some moment, to showing what the server has."""

from __future__ import annotations

from harness.journal.client_history import ClientHistory
from harness.journal.marks import Fence
from harness.journal.server_history import Emission
from harness.journal.view import JournalView
from harness.journal.wire import Event

#: On top of the app's throttle, for the timer, the drawing and a busy machine.
_DRAWING_S = 0.15


def drawn_by(view: JournalView, t: float) -> float:
    """When what arrived at `t` must be on the screen, with nothing but the app's own throttle in between."""
    return view.due(t, view.terms.throttle_s + view.terms.allowed(_DRAWING_S))


def quiet_at(view: JournalView, client: ClientHistory, fence: Fence) -> float | None:
    """When the client's board is to be looked at for `fence`.

    Later than the fence itself if an event had only just arrived, which the app's throttle may still hold;
    None when by then something else has happened, or the page is gone. An exact fence has watched the page
    draw, so only the throttle itself must have run out.
    """
    fence_t = fence.t
    arrived = max((each.t for each in client.wire.received if each.t <= fence_t), default=None)
    if arrived is None or (fence.exact and fence_t - arrived >= view.terms.throttle_s):
        return fence_t
    look_t = max(fence_t, drawn_by(view, arrived))
    if look_t == fence_t:
        return fence_t
    happened = [*(each.t for each in view.server.writes), *(each.t for each in client.wire.received)]
    disturbed = any(fence_t < t <= look_t for t in happened)
    return None if disturbed or look_t >= min(client.closed_at, view.end) else look_t


def excused(view: JournalView, client: ClientHistory, t: float) -> str | None:
    """Why the client's board at `t` need not equal the server's; None when it must."""
    reading = client.screen.at(t)
    if t >= client.closed_at or reading is None or not reading.has_board:
        return "no board in sight"
    if client.badge.at(t) == view.terms.badge_mock:
        return "it shows mock data, and says so"
    if view.is_virtual(client.name, t, t):
        return "its clock is driven"
    if view.dragging(client.name, t):
        return "a card is being dragged"
    fault = view.disturbed(client.name, t, t, edge="page")
    if fault is not None:
        return f"the fault {fault.name} is in force"
    if client.live.at(t) or client.badge.at(t) == view.terms.badge_live:
        return _excused_live(view, client, t, reading.project)
    if not view.terms.contract:
        return "it is not connected"
    return _excused_polling(view, client, t, reading.project)


def _excused_live(view: JournalView, client: ClientHistory, t: float, project: str | None) -> str | None:
    if was_evicted(view, client, t, project):
        return "the server took it out of the room"
    debt = debt_of(client, t)
    return f"a fault kept {debt.name} from it" if debt else None


def _excused_polling(view: JournalView, client: ClientHistory, t: float, project: str | None) -> str | None:
    last_write = last_change(view, t)
    fresh = any(
        call.ok and call.ended is not None and call.ended <= t and call.started >= last_write
        for call in client.lists(project)
    )
    return None if fresh else "it is not live, and has not polled since the last change"


def last_change(view: JournalView, t: float) -> float:
    """When anything was last stored until `t`; without the server's word, when anybody heard of a change."""
    if view.server.observed:
        return max((each.t for each in view.server.writes if each.t <= t), default=0.0)
    heard = [event.t for client in view.clients.values() for event in client.wire.received if event.subject]
    asked = [request.t for client in view.clients.values() for request in client.requests]
    return max((each for each in (*heard, *asked) if each <= t), default=0.0)


def debt_of(client: ClientHistory, t: float) -> Event | None:
    """An event that a fault kept from the app or changed, and nothing that came later made good for."""
    refetched = max(
        (call.started for call in client.lists() if call.ok and (call.ended or t) <= t), default=-1.0
    )
    # Nobody knows how an app without the contract catches up, but a new session is when it has to.
    if not client.terms.contract:
        refetched = max([refetched, *(each.opened for each in client.wire.sessions if each.opened <= t)])
    for event in client.wire.spoilt:
        if event.t <= t and event.t > refetched and not _came_later(client, event, t):
            return event
    return None


def _came_later(client: ClientHistory, spoilt: Event, t: float) -> bool:
    """Whether a held event was let go after all, or a newer one about the same entity arrived."""
    subject = spoilt.subject
    if spoilt.fate == "altered":
        return False
    for event in client.wire.received:
        if spoilt.t <= event.t <= t and event.fate != "altered" and event.name == spoilt.name:
            same = event.subject is not None and subject is not None and event.subject.id == subject.id
            if (same and _as_new(event, spoilt)) or (subject is None and event.payload == spoilt.payload):
                return True
    return False


def _as_new(event: Event, spoilt: Event) -> bool:
    if event.subject is None or spoilt.subject is None:
        return False
    return (event.subject.version or 0) >= (spoilt.subject.version or 0)


def was_evicted(view: JournalView, client: ClientHistory, t: float, project: str | None) -> bool:
    """Whether the server has put the client's socket out of the project's room, unasked."""
    session = client.wire.session_at(t)
    if session is None or session.sid is None or not view.server.observed:
        return False
    room = f"project:{project}"
    was_in = any(stay.sid == session.sid and stay.room == room and stay.left for stay in view.server.stays)
    return was_in and room not in view.server.rooms_of(session.sid, t) and room in client.joined.at(t)


def made_up_for(view: JournalView, client: ClientHistory, t: float) -> tuple[Emission, ...]:
    """The events that reached the client until `t` only because the spec made them up."""
    return tuple(
        emission
        for emission in view.made_up
        if emission.t <= t and any(each.client == client.name for each in view.deliveries(emission))
    )
