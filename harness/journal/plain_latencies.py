"""Latencies of an app of which no more is known than its lens: from a request to the board that changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from harness.journal.boards import Reading
from harness.journal.client_history import ClientHistory
from harness.journal.latencies import Sample
from harness.journal.view import JournalView
from harness.journal.wire import Event

#: A request that is older than this is not what an event is the result of.
_ASKED_S = 5.0
#: A paint that long after the arrival is no paint of it.
_LOST_S = 2.0
#: Shorter texts and smaller numbers stand in too many payloads to tell which is about which.
_TELLING = 3


def plain_samples(view: JournalView) -> Iterator[Sample]:
    """Each event that a page received and then showed, when another page had asked for what it says.

    What belongs together is told by what the payloads share: a text or an id.
    """
    for client in view.clients.values():
        events = client.wire.received
        for event, following in pairwise([*events, None]):
            assert event is not None
            asked = _asked(view, client, event)
            shown = _shown(client, event, until=following.t if following else client.closed_at)
            if asked is not None and shown is not None:
                yield _sample(view, client, event, asked, shown)


def _asked(view: JournalView, client: ClientHistory, event: Event) -> tuple[str, Event, str] | None:
    """Who asked for it, by which request, and what the two share; None when nobody else's page did."""
    said = _telling(event.payload)
    found: tuple[str, Event, str] | None = None
    for other in view.clients.values():
        for request in other.wire.sent:
            shared = said & _telling(request.payload) if 0 <= event.t - request.t <= _ASKED_S else None
            if shared and (found is None or request.t > found[1].t):
                found = other.name, request, max(shared, key=len)
    return None if found is None or found[0] == client.name else found


def _shown(client: ClientHistory, event: Event, *, until: float) -> Reading | None:
    """The first board that is another than the one before, until the next event or two seconds later."""
    end = min(until, event.t + _LOST_S)
    for before, after in pairwise(client.screen.between(event.t, end)):
        if event.t < after.t <= end and before.has_board and after.has_board:
            return after if before.columns != after.columns else None
    return None


def _sample(
    view: JournalView, client: ClientHistory, event: Event, asked: tuple[str, Event, str], shown: Reading
) -> Sample:
    asker, request, shared = asked
    return Sample(
        event=event.name,
        entity=shared,
        version=None,
        asker=asker,
        client=client.name,
        action_t=None,
        sent_t=request.t,
        server_t=None,
        received_t=event.t,
        painted_t=shown.t,
        seqs=(request.seq, event.seq, shown.seq),
        excused=_excuse(view, client.name, asker, request.t, shown.t),
    )


def _excuse(view: JournalView, client: str, asker: str, start: float, end: float) -> str | None:
    for who in (client, asker):
        if fault := view.disturbed(who, start - 0.05, end):
            return f"the fault {fault.name} hit {who}"
        if view.is_virtual(who, start, end):
            return f"{who}'s clock is driven"
    return f"{client}'s tab is hidden" if view.is_hidden(client, start, end) else None


def _telling(value: Any) -> frozenset[str]:
    """The texts and numbers in a payload that are long enough to tell one thing from another."""
    if isinstance(value, dict):
        return frozenset().union(*map(_telling, value.values()))
    if isinstance(value, list | tuple):
        return frozenset().union(*map(_telling, value))
    if isinstance(value, bool) or value is None:
        return frozenset()
    text = str(value)
    return frozenset((text,)) if len(text) >= _TELLING else frozenset()
