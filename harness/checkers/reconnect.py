"""Reconnect: a lost connection is tried again, neither never nor in a storm, and then the page catches up."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checkers.losses import Loss, is_left_alone, losses_of
from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.client_history import ClientHistory
from harness.journal.entries import EntryKind, Sense, ServerKind, SocketState
from harness.journal.requests import Call, Request
from harness.journal.view import JournalView
from harness.journal.wire import Session

NAME = "reconnect"
_SLACK_S = 1.0
_JITTER_S = 0.05
_KICKED = "io server disconnect"
_STORM_MAX = 15
_NO_JITTER_MIN = 4
_NO_JITTER_SHARE = 0.03
_GROWTH_MIN = 1.1


def check(view: JournalView) -> Result:
    """Judges each loss of a session, and each join by whether the page caught up after it."""
    judging = Judging(view, NAME, senses=(Sense.WIRE, Sense.HTTP))
    losses = [loss for client in view.clients.values() for loss in losses_of(view, client)]
    for loss in losses:
        if is_left_alone(view, loss.client, loss.t, loss.until):
            judging.note(
                f"{loss.client.name}'s loss at {loss.t:+.3f}s: its clock, tab or network was interfered with"
            )
            if not view.terms.contract:
                _comes_back_to_any_app(view, loss, judging)
            continue
        judging.judged()
        _tries_again(view, loss, judging)
        _comes_back(view, loss, judging)
        _backs_off(view, loss, judging)
        _no_storm(view, loss, judging)
    _jitters(view, losses, judging)
    for client in view.clients.values():
        for joined in client.requests:
            _catches_up(view, client, joined, judging)
    return judging.result()


# -- trying ----------------------------------------------------------------------------------------------


def _tries_again(view: JournalView, loss: Loss, judging: Judging) -> None:
    """Also after a disconnect by the server, where Socket.IO leaves it to the app."""
    grace_s = _first_wait_s(view, loss) + view.terms.allowed(_SLACK_S)
    if loss.came_back or loss.tries or view.took(loss.t, loss.until) <= grace_s:
        return
    judging.missed(
        f"{loss.client.name}'s page lost its connection ({loss.session.reason}) and did not try again for "
        f"{span_words(loss.until - loss.t)}",
        [loss.session.seq, loss.session.closed_seq],
        client=loss.client.name,
        rule=f"tries {loss.session.sid}",
    )


def _first_wait_s(view: JournalView, loss: Loss) -> float:
    """How long an app may wait before its first attempt: jitter doubles it, and so does each kick before."""
    delay_s = view.terms.reconnection_delay_s
    if loss.session.reason != _KICKED:
        return 2 * delay_s
    kicks = sum(1 for each in loss.client.wire.sessions if each.reason == _KICKED and each.closed <= loss.t)
    return min(2.0**kicks, 10.0) * delay_s + view.terms.allowed(_SLACK_S)


def _comes_back(view: JournalView, loss: Loss, judging: Judging) -> None:
    """Once nothing stands in its way, by the next poll at the latest, which tries the socket too."""
    free = max(
        (fault.end for fault in view.disturbances if fault.deafens and fault.start < loss.until),
        default=loss.t,
    )
    terms = view.terms
    grace_s = terms.polling_interval_s + 10 * terms.reconnection_delay_s + terms.reconnect_resync_s
    grace_s += terms.allowed(_SLACK_S)
    free = max(free, loss.t)
    if not loss.came_back and loss.tries and view.took(free, loss.until) > grace_s:
        judging.missed(
            f"{loss.client.name}'s page did not come back for {span_words(loss.until - free)}, though "
            f"nothing stood in its way; it tried {len(loss.tries)} times",
            [loss.session.closed_seq, loss.tries[-1].seq],
            client=loss.client.name,
            rule=f"back {loss.session.sid}",
        )


def _comes_back_to_any_app(view: JournalView, loss: Loss, judging: Judging) -> None:
    """After faults at its own edge, the only ones that a server of no stub's can be given."""
    name = loss.client.name
    if view.is_virtual(name, loss.t, loss.until) or view.is_hidden(name, loss.t, loss.until):
        return
    judging.judged()
    faults = [each for each in view.disturbances if each.hits(name, loss.t, loss.until)]
    free = max([loss.t, *(min(each.end, loss.until) for each in faults)])
    grace_s = (
        10 * view.terms.reconnection_delay_s + view.terms.reconnect_resync_s + view.terms.allowed(_SLACK_S)
    )
    if not loss.came_back and view.took(free, loss.until) > grace_s:
        judging.missed(
            f"{name}'s page did not come back for {span_words(loss.until - free)}, though nothing stood in "
            f"its way any more; it tried {len(loss.tries)} times",
            [loss.session.closed_seq, *(each.seq for each in loss.tries[-1:])],
            client=name,
            rule=f"back {loss.session.sid}",
        )


def _delays(loss: Loss) -> list[tuple[float, float]]:
    """From when until when it waited before each attempt, up to the first whose failure was not seen."""
    found: list[tuple[float, float]] = []
    since: float | None = loss.t
    for each in loss.tries:
        if since is None:
            break
        found.append((since, each.t))
        since = each.ended
    return found


def _backs_off(view: JournalView, loss: Loss, judging: Judging) -> None:
    """The third wait is longer than the first, jitter or not; only where back-off is all that there is."""
    delays = _delays(loss)[:3]
    refused = any(
        each.get("state") == SocketState.REFUSED and loss.t <= each.t <= loss.until
        for each in loss.client.of(EntryKind.SOCKET)
    )
    if len(delays) < 3 or refused or loss.session.reason == _KICKED:
        return
    if loss.tries[2].t - loss.t > view.terms.polling_interval_s:
        return  # a poll may have had a hand in it
    judging.judged()
    # A first wait may have got long for want of a processor; nothing makes a third one short.
    first_s, third_s = view.took(*delays[0]), delays[2][1] - delays[2][0]
    if third_s < _GROWTH_MIN * first_s:
        waited = ", ".join(f"{(end - start) * 1000:.0f}" for start, end in delays)
        judging.found(
            f"{loss.client.name}'s page does not back off: it waited {waited} ms before its "
            "first three attempts",
            [loss.session.closed_seq, *(each.seq for each in loss.tries[:3])],
            client=loss.client.name,
            rule="back-off",
        )


def _no_storm(view: JournalView, loss: Loss, judging: Judging) -> None:
    window_s = 10 * view.terms.reconnection_delay_s
    allowed = _STORM_MAX + int(window_s / view.terms.polling_interval_s)
    for index, first in enumerate(loss.tries):
        within = [each for each in loss.tries[index:] if each.t <= first.t + window_s]
        if len(within) > allowed:
            judging.found(
                f"{loss.client.name}'s page tried to connect {len(within)} times in {span_words(window_s)}",
                [loss.session.closed_seq, *(each.seq for each in within[:5])],
                client=loss.client.name,
                rule="storm",
            )
            return


def _jitters(view: JournalView, losses: Sequence[Loss], judging: Judging) -> None:
    """First waits that are all the nominal delay to the point: every page comes back in the same moment."""
    nominal_s = view.terms.reconnection_delay_s
    first = [
        (loss, loss.tries[0].t - loss.t)
        for loss in losses
        if loss.tries
        and loss.session.reason != _KICKED
        and not is_left_alone(view, loss.client, loss.t, loss.until)
    ]
    exact = [loss for loss, delay in first if abs(delay - nominal_s) <= _NO_JITTER_SHARE * nominal_s]
    if len(exact) == len(first) >= _NO_JITTER_MIN:
        judging.found(
            f"reconnecting has no jitter: {len(exact)} times the first attempt came exactly "
            f"{nominal_s * 1000:.0f} ms after the loss",
            [loss.tries[0].seq for loss in exact[:_NO_JITTER_MIN]],
            rule="jitter",
        )


# -- catching up -----------------------------------------------------------------------------------------


def _catches_up(view: JournalView, client: ClientHistory, joined: Request, judging: Judging) -> None:
    """Whoever joins asks for the list afterwards: a change between an earlier list and the join is lost."""
    room = client.room_of(joined) if joined.name == "join:project" else None
    if room is None or not joined.ok or joined.answered is None:
        return
    session = client.wire.session_at(joined.answered)
    due = view.due(joined.answered, view.terms.reconnect_resync_s)
    if session is None or not _stays(view, client, room, joined.answered, due):
        return
    if view.terms.resync == "reload" or (view.terms.resync == "replay" and session.recovered):
        return
    judging.judged()
    inside = _in_the_room(view, session, room, joined)
    project = room.removeprefix("project:")
    lists = [call for call in client.lists(project) if call.started <= due]
    if any(_served(view, client, call) >= inside for call in lists):
        return
    early = [call for call in lists if call.started >= session.opened - 0.5]
    said = (
        f"only {span_words(inside - early[-1].started)} before it was in the room" if early else "not at all"
    )
    judging.missed(
        f"{client.name}'s page joined {room} and asked for its list {said}: it may have missed changes",
        [session.seq, joined.seq, joined.answer_seq, *(call.seq for call in early[-1:])],
        client=client.name,
        entity=room,
        rule=f"catches up {session.sid}",
    )


def _stays(view: JournalView, client: ClientHistory, room: str, start: float, end: float) -> bool:
    """Whether the page was left alone, live and on that board until `end`."""
    if end >= min(client.closed_at, view.end) or is_left_alone(view, client, start, end):
        return False
    stretches = client.live.spans(end, since=start)
    return all(span.value and f"project:{client.project.at(span.start)}" == room for span in stretches)


def _served(view: JournalView, client: ClientHistory, call: Call) -> float:
    """When the list was read, as far as can be told: a request and a join may overtake each other."""
    ended = client.end if call.ended is None else call.ended
    for entry in view.server.of(ServerKind.REST):
        mine = entry.get("user") == client.person and entry.get("path") == call.path
        if mine and call.started - _JITTER_S <= entry.t <= ended + _JITTER_S:
            return max(entry.t, call.started)
    return call.started if view.server.observed else call.started + _JITTER_S


def _in_the_room(view: JournalView, session: Session, room: str, joined: Request) -> float:
    """When the server had it in the room; the moment of asking, when it does not say."""
    stays = [
        stay
        for stay in view.server.stays
        if stay.sid == session.sid and stay.room == room and stay.since <= (joined.answered or joined.t)
    ]
    return stays[-1].since if stays else joined.t
