"""One socket: a page has one live Socket.IO session in each namespace, never two at a time."""

from __future__ import annotations

from itertools import combinations

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.entries import Sense
from harness.journal.view import JournalView
from harness.journal.wire import Session

NAME = "one_socket"
#: A page may open the next one while the last is being closed.
_HANDOVER_S = 0.25


def check(view: JournalView) -> Result:
    """Judges the sessions of each document by how long two of them lived side by side."""
    judging = Judging(view, NAME, senses=(Sense.WIRE,))
    for client in view.clients.values():
        judging.judged(len(client.wire.sessions))
        for one, other in combinations(client.wire.sessions, 2):
            if (one.document, one.namespace) != (other.document, other.namespace):
                continue
            since, until = max(one.opened, other.opened), min(one.closed, other.closed)
            if view.took(since, until) > view.terms.allowed(_HANDOVER_S):
                if _cannot_end(view, client.name, one, other):
                    judging.note(f"{client.name}'s socket {one.sid}: a frozen server does not let it end")
                    continue
                judging.found(
                    f"{client.name}'s page had two sockets for {span_words(until - since)}: "
                    f"{one.sid} and {other.sid}",
                    [one.seq, other.seq],
                    client=client.name,
                    rule="two",
                )
    return judging.result()


def _cannot_end(view: JournalView, client: str, one: Session, other: Session) -> bool:
    """Whether the server froze before the younger was opened: the older cannot close for good."""
    since, until = max(one.opened, other.opened), min(one.closed, other.closed)
    return any(
        (each.name, each.edge) == ("freeze", "stub")
        and min(one.opened, other.opened) < each.start < since
        and each.hits(client, since, until)
        for each in view.disturbances
    )
