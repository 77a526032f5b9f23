"""Losses of a session, and what the page did until it had the next one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.journal.client_history import ClientHistory
from harness.journal.view import JournalView
from harness.journal.wire import Attempt, Session

_DELIBERATE = ("io client disconnect", "the page was left", "the client was closed")
#: Transports that are tried one right after the other are one attempt.
_SAME_TRY_S = 0.03
#: Or at least sooner than the shortest wait between two attempts, which is half the delay (jitter of 0.5).
_SAME_TRY_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt, over however many transports; `ended` None: it did not fail, or nobody said when."""

    seq: int
    t: float
    ended: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A session lost, and what the page did until the next one, or until nothing more is known of it."""

    client: ClientHistory
    session: Session
    t: float
    until: float
    came_back: bool
    tries: tuple[Try, ...]


def losses_of(view: JournalView, client: ClientHistory) -> Iterator[Loss]:
    same_try_s = view.terms.allowed(max(_SAME_TRY_S, _SAME_TRY_SHARE * view.terms.reconnection_delay_s))
    sessions = client.wire.sessions
    for index, session in enumerate(sessions):
        if session.closed_seq is None or session.reason in _DELIBERATE:
            continue
        following = next((each for each in sessions[index + 1 :] if each.opened >= session.closed), None)
        left = min([t for t in client.documents if t > session.closed], default=client.closed_at)
        away = min([t for t in client.project.times if t > session.closed], default=left)
        until = min([left, away, *([following.opened] if following else [])])
        attempts = [each for each in client.wire.attempts if session.closed - 0.005 <= each.t <= until]
        yield Loss(
            client=client,
            session=session,
            t=session.closed,
            until=until,
            came_back=following is not None and following.opened <= until,
            tries=tuple(_grouped(view, attempts, same_try_s)),
        )


def _grouped(view: JournalView, attempts: Sequence[Attempt], same_try_s: float) -> Iterator[Try]:
    current: list[Attempt] = []
    for attempt in attempts:
        last = current[-1] if current else None
        follows = (
            last is not None
            and attempt.transport not in {each.transport for each in current}
            and view.took(last.ended if last.ended is not None else last.t, attempt.t) < same_try_s
        )
        if current and not follows:
            yield Try(seq=current[0].seq, t=current[0].t, ended=current[-1].ended)
            current = []
        current.append(attempt)
    if current:
        yield Try(seq=current[0].seq, t=current[0].t, ended=current[-1].ended)


def is_left_alone(view: JournalView, client: ClientHistory, start: float, end: float) -> bool:
    timeless = view.is_virtual(client.name, start, end) or view.is_hidden(client.name, start, end)
    return timeless or view.disturbed(client.name, start, end, edge="page") is not None
