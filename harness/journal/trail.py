"""The entries that led to something: who asked, what the server did, what arrived, what was shown."""

from __future__ import annotations

from harness.journal.view import JournalView

_BEFORE_S = 3.0
_LENGTH = 8


def trail(
    view: JournalView, entity: str, *, client: str | None, until: float, since: float | None = None
) -> tuple[int, ...]:
    """Seqs of what happened about task `entity` up to `until`, newest last.

    Of the clients' arrivals and boards only those of `client` (None: none). It goes back to `since`, by
    default three seconds, and is no longer than eight entries.
    """
    start = until - _BEFORE_S if since is None else since
    found: list[tuple[float, int]] = []
    for each in view.clients.values():
        found += [(one.t, one.seq) for one in each.requests if one.entity == entity]
        found += [
            (one.answered, one.answer_seq)
            for one in each.requests
            if one.entity == entity and each.name == client and one.answered and one.answer_seq and not one.ok
        ]
    found += [(one.t, one.seq) for one in view.server.emissions if one.subject and one.subject.id == entity]
    if client is not None and client in view.clients:
        history = view.clients[client]
        arrived = (*history.wire.received, *history.wire.spoilt)
        found += [(one.t, one.seq) for one in arrived if one.subject and one.subject.id == entity]
        found += [
            (call.ended, call.ended_seq)
            for call in history.lists()
            if call.ended is not None and call.ended_seq is not None
        ]
        found += [(one.t, one.seq) for one in history.screen.sightings.get(entity, ())]
    near = sorted({each for each in found if start <= each[0] <= until + 1e-6})
    return tuple(seq for _, seq in near[-_LENGTH:])
