"""Polling: while there is no live socket, at once and at its interval, one at a time; never while Live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.client_history import ClientHistory
from harness.journal.entries import EntryKind, Sense
from harness.journal.requests import Call
from harness.journal.steps import Span
from harness.journal.view import JournalView

NAME = "polling"
_SLACK_S = 1.0
_AT_ONCE_S = 2.0
#: A list that is asked for so soon after something happened was asked for because of it.
_BECAUSE_S = 2.0
_OVERLAP_S = 0.1
_STORM_FACTOR = 3
_BARRED = (401, 403, 404)


def check(view: JournalView) -> Result:
    """Judges when each page asked for its task list, against when its wire was live."""
    judging = Judging(view, NAME, senses=(Sense.HTTP, Sense.WIRE))
    for client in view.clients.values():
        for shown in client.project.spans(client.closed_at):
            if shown.value is None:
                continue
            calls = client.lists(shown.value)
            for wire in client.live.spans(shown.end, since=shown.start):
                if wire.value:
                    _while_live(view, client, wire, calls, judging)
                else:
                    _while_not_live(view, client, wire, calls, judging)
        _after_leaving(view, client, judging)
    return judging.result()


# -- while there is no live socket -----------------------------------------------------------------------


def _while_not_live(
    view: JournalView, client: ClientHistory, wire: Span[bool], calls: Sequence[Call], judging: Judging
) -> None:
    """From when the page had something on its screen; driven clocks and hidden tabs keep their own time."""
    begin = max(wire.start, _first_shown(client, wire.start))
    polls = [call for call in calls if wire.start - 0.5 <= call.started < wire.end]
    _one_at_a_time(view, client, [call for call in polls if call.started >= wire.start], judging)
    if begin >= wire.end or _keeps_own_time(view, client, wire.start, wire.end, judging):
        return
    if _is_barred(calls, wire.end) or client.badge.at(wire.end - 1e-3) == view.terms.badge_mock:
        return
    interval_s = view.terms.polling_interval_s
    slack_s = view.terms.allowed(_SLACK_S)
    within_s = view.terms.allowed(_AT_ONCE_S) if view.terms.polls_at_once else interval_s + slack_s
    first_due = view.due(begin, within_s)
    if wire.end > first_due:
        judging.judged()
        if not any(call.started <= first_due for call in polls):
            judging.missed(
                f"{client.name}'s page had no live socket for {span_words(wire.end - wire.start)}, "
                f"and did not poll within {span_words(first_due - begin)}",
                [wire.seq, *(call.seq for call in polls[:1])],
                client=client.name,
                rule="starts",
            )
            return
    _at_its_interval(view, client, wire, polls, judging)
    _no_storm(view, client, wire, polls, judging)


def _first_shown(client: ClientHistory, start: float) -> float:
    """When this document's page first showed anything: until then it is being loaded."""
    born = max((t for t in client.documents if t <= start + 0.5), default=0.0)
    shown = [reading.t for reading in client.screen.boards if reading.t >= born]
    shown += [each.t for each in client.of(EntryKind.BADGE) if each.t >= born and each.get("text")]
    return min(shown, default=client.end)


def _keeps_own_time(
    view: JournalView, client: ClientHistory, start: float, end: float, judging: Judging
) -> bool:
    if view.is_virtual(client.name, start, end):
        judging.note(f"{client.name}'s clock is driven: its poll intervals are not judged")
        return True
    return view.is_hidden(client.name, start, end) or bool(
        view.disturbed(client.name, start, end, edge="page")
    )


def _is_barred(calls: Sequence[Call], t: float) -> bool:
    """Whether the server has said that there is nothing to poll for this person."""
    answered = [call for call in calls if call.ended is not None and call.ended <= t and call.status]
    return bool(answered) and answered[-1].status in _BARRED


def _at_its_interval(
    view: JournalView, client: ClientHistory, wire: Span[bool], polls: Sequence[Call], judging: Judging
) -> None:
    interval_s = view.terms.polling_interval_s
    for call, following in pairwise([*polls, None]):
        if call is None:
            continue
        judging.judged()
        end = following.started if following is not None else wire.end
        allowed = interval_s + max(view.terms.allowed(_SLACK_S), 0.1 * interval_s)
        if call.ended is None or call.ended > call.started + interval_s - _SLACK_S:
            allowed += interval_s  # one that hangs may cost the next its turn
        if view.took(call.started, end) > allowed:
            judging.missed(
                f"{client.name}'s page did not poll for {span_words(end - call.started)} "
                f"(interval {span_words(interval_s)}) while it had no live socket",
                [call.seq, following.seq if following is not None else None],
                client=client.name,
                rule="interval",
            )


def _no_storm(
    view: JournalView, client: ClientHistory, wire: Span[bool], polls: Sequence[Call], judging: Judging
) -> None:
    if "polling_interval_ms" not in view.header.frontend:
        return  # the app's own interval is not known, only the target's budget
    asked = sum(1 for each in client.requests if wire.start <= each.t < wire.end)
    allowed = _STORM_FACTOR * (wire.duration / view.terms.polling_interval_s + 2) + asked
    if len(polls) > allowed:
        judging.found(
            f"{client.name}'s page polled {len(polls)} times in {span_words(wire.duration)} "
            f"(interval {span_words(view.terms.polling_interval_s)})",
            [call.seq for call in polls[:6]],
            client=client.name,
            rule="storm",
        )


def _one_at_a_time(view: JournalView, client: ClientHistory, polls: Sequence[Call], judging: Judging) -> None:
    for one, other in pairwise(polls):
        judging.judged()
        end = client.end if one.ended is None else one.ended
        together_s = min(end, client.end if other.ended is None else other.ended) - other.started
        if together_s > _OVERLAP_S and not _own_change_before(view, client, other):
            judging.found(
                f"{client.name}'s page had two polls in flight at once for {span_words(together_s)}",
                [one.seq, other.seq, one.ended_seq],
                client=client.name,
                rule="one at a time",
            )


def _own_change_before(view: JournalView, client: ClientHistory, call: Call) -> bool:
    ends = (each.answered for each in client.requests if each.answered is not None)
    return any(t <= call.started <= view.due(t, view.terms.allowed(_SLACK_S)) for t in ends)


# -- while there is one ----------------------------------------------------------------------------------


def _while_live(
    view: JournalView, client: ClientHistory, wire: Span[bool], calls: Sequence[Call], judging: Judging
) -> None:
    """The catching up after a join is no poll, nor is a list asked for because of something."""
    settled = view.due(wire.start, view.terms.reconnect_resync_s)
    judging.judged()
    causes = tuple(_causes(view, client))
    polls = [
        call
        for call in calls
        if settled < call.started < wire.end
        and not any(t - 0.05 <= call.started <= view.due(t, view.terms.allowed(_BECAUSE_S)) for t in causes)
        and not _retries(client, call)
    ]
    if len(polls) > 1:
        judging.found(
            f"{client.name}'s page went on polling while Live: {len(polls)} times, last "
            f"{span_words(polls[-1].started - wire.start)} after it had joined",
            [wire.seq, *(call.seq for call in polls[:5])],
            client=client.name,
            rule="stops",
        )


def _causes(view: JournalView, client: ClientHistory) -> Iterator[float]:
    """Everything after which an app may rightly want the list anew."""
    yield from (event.t for event in client.wire.received)
    yield from client.joined.times
    yield from client.documents
    yield from client.project.times
    for request in client.requests:
        ends = [t for t in (request.answered, request.ended) if t is not None]
        yield from (request.t, *(ends or [request.t + view.terms.ack_timeout_s]))
    for fault in view.disturbances:
        yield from (fault.start, fault.end)
    yield from (mark.t for mark in view.marks("visibility"))


def _retries(client: ClientHistory, call: Call) -> bool:
    """Whether what the page read last had failed, so that it tries again."""
    before = [
        each
        for each in client.calls
        if each.method == "GET" and each.ended is not None and each.ended <= call.started
    ]
    return bool(before) and not before[-1].ok


def _after_leaving(view: JournalView, client: ClientHistory, judging: Judging) -> None:
    """A board that is left is polled no more."""
    for shown in client.project.spans(client.closed_at):
        left = view.due(shown.start, view.terms.allowed(_SLACK_S))
        late = [
            call
            for call in client.lists()
            if left < call.started < shown.end
            and shown.value is not None
            and call not in client.lists(shown.value)
        ]
        if len(late) > 1:
            judging.found(
                f"{client.name}'s page asked {len(late)} times for {late[0].path} after leaving that board",
                [shown.seq, *(call.seq for call in late[:5])],
                client=client.name,
                rule="leaves",
            )
