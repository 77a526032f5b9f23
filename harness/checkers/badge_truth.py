"""Badge truth: Live exactly while the wire is live, within the time a badge may take to turn."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.client_history import ClientHistory
from harness.journal.entries import EntryKind, Sense
from harness.journal.steps import Span
from harness.journal.view import JournalView

NAME = "badge_truth"
#: Stamps of one page on the join's answer and on the badge that follows it.
_JITTER_S = 0.02
#: On top of the heartbeat's own time, for a timer that is late on a busy machine.
_HEARTBEAT_SLACK_S = 0.5


def check(view: JournalView) -> Result:
    """Judges every moment of every badge against the page's own wire."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    for client in view.clients.values():
        for badge in client.badge.spans(client.closed_at):
            if badge.value is None:
                continue
            judging.judged()
            if badge.value == view.terms.badge_live:
                _live(view, client, badge, judging)
                _half_open(view, client, badge, judging)
            else:
                _not_live(view, client, badge, judging)
            if badge.value == view.terms.badge_mock:
                _mock(view, client, badge, judging)
    return judging.result()


def _live(view: JournalView, client: ClientHistory, badge: Span[str | None], judging: Judging) -> None:
    for shown in client.project.spans(badge.end, since=badge.start):
        for wire in client.live.spans(shown.end, since=shown.start):
            if shown.value is not None and not wire.value:
                _not_true(view, client, badge, wire, judging)


def _not_true(
    view: JournalView,
    client: ClientHistory,
    badge: Span[str | None],
    wire: Span[bool],
    judging: Judging,
) -> None:
    """The badge says Live throughout `wire`, in which it is not."""
    first = not _was_live(client, badge.start)
    if not first and _is_timeless(view, client, wire.start, wire.end, judging):
        return
    died = wire.start
    if not first and wire.start == badge.start:
        died = max((each.closed for each in client.wire.sessions if each.closed <= wire.start), default=died)
    # Before the first join there is nothing that it could be slow to follow.
    lied_s = wire.end - died if first else view.took(died, wire.end)
    if lied_s <= (_JITTER_S if first else view.terms.badge_change_s):
        return
    judging.found(
        f"{client.name}'s badge said {badge.value} for {span_words(wire.end - wire.start)} "
        f"{_why_dead(client, wire.start, first=first)}",
        [badge.seq, _end_of_session(client, wire.start), _seq_after(client, badge.end)],
        client=client.name,
        rule="live",
    )


def _is_timeless(
    view: JournalView, client: ClientHistory, start: float, end: float, judging: Judging
) -> bool:
    """Whether nobody can say how long the page took: its clock was driven, or its tab hidden."""
    timeless = view.is_virtual(client.name, start, end) or view.is_hidden(client.name, start, end)
    if timeless:
        judging.note(
            f"{client.name}'s clock is driven or its tab hidden: how long its badge took is not judged"
        )
    return timeless


def _was_live(client: ClientHistory, t: float) -> bool:
    """Whether this document's wire has been live before `t`, give or take how its stamps scatter."""
    born = max((each for each in client.documents if each <= t), default=0.0)
    return any(span.start <= t + _JITTER_S and span.end > born for span in client.live_spans())


def _why_dead(client: ClientHistory, t: float, *, first: bool) -> str:
    if client.wire.session_at(t) is not None:
        return "before the join was acknowledged" if first else "while its room was not joined"
    return "before there was a connection" if first else "on a dead socket"


def _end_of_session(client: ClientHistory, t: float) -> int | None:
    ended = [each for each in client.wire.sessions if each.closed <= t + _JITTER_S]
    return ended[-1].closed_seq if ended else None


def _seq_after(client: ClientHistory, t: float) -> int | None:
    return next((each.seq for each in client.of(EntryKind.BADGE) if each.t >= t), None)


def _half_open(view: JournalView, client: ClientHistory, badge: Span[str | None], judging: Judging) -> None:
    """A connection over which nothing has come for longer than its heartbeat allows is a dead one."""
    for start, end, seq in _silences(view, client):
        lied_from, lied_to = max(badge.start, start), min(badge.end, end)
        if lied_to <= lied_from or _is_timeless(view, client, start, lied_to, judging):
            continue
        judging.found(
            f"{client.name}'s badge said {badge.value} for {span_words(lied_to - lied_from)} more after "
            "nothing had come over the connection for longer than its heartbeat allows",
            [seq, badge.seq, _seq_after(client, badge.end)],
            client=client.name,
            rule="half-open",
        )


def _silences(view: JournalView, client: ClientHistory) -> Iterator[tuple[float, float, int | None]]:
    """(when the silence was too long, when it ended, the last entry heard before it) for each session.

    Told only by a journal that has heartbeats in it, or where a fault held everything back.
    """
    has_pings = any(each.get("engine") == "ping" for each in client.of(EntryKind.FRAME))
    for session in client.wire.sessions:
        allowed = session.ping_s or view.terms.ping_interval_s + view.terms.ping_timeout_s
        allowed += view.terms.badge_change_s + view.terms.allowed(_HEARTBEAT_SLACK_S)
        heard = [(session.opened, session.seq)]
        heard += [(t, seq) for t, seq in client.wire.heard if session.opened <= t <= session.closed]
        ends = [*(t for t, _ in heard[1:]), min(session.closed, client.closed_at)]
        for (t, seq), end in zip(heard, ends, strict=True):
            frozen = view.disturbed(client.name, t, end, edge="page")
            overdue = view.due(t, allowed)
            if end > overdue and (has_pings or frozen is not None):
                yield overdue, end, seq


def _not_live(view: JournalView, client: ClientHistory, badge: Span[str | None], judging: Judging) -> None:
    for wire in client.live_spans():
        if not wire.overlaps(badge.start, badge.end):
            continue
        start, end = max(badge.start, wire.start), min(badge.end, wire.end)
        if view.took(start, end) <= view.terms.badge_change_s:
            continue
        if _is_timeless(view, client, start, end, judging):
            continue
        if view.disturbed(client.name, start, end, edge="page") is None:
            judging.found(
                f"{client.name}'s badge said {badge.value} for {span_words(end - start)} "
                "while the socket was connected and the room joined",
                [badge.seq, client.joined.seq_at(start), _seq_after(client, badge.end)],
                client=client.name,
                rule="not live",
            )


def _mock(view: JournalView, client: ClientHistory, badge: Span[str | None], judging: Judging) -> None:
    """Once real data was shown, mock data never takes its place."""
    project = client.project.at(badge.start)
    born = max((t for t in client.documents if t <= badge.start), default=0.0)
    real = [
        call.ended_seq
        for call in client.lists(project)
        if call.ok and call.ended is not None and born <= call.ended < badge.start - _JITTER_S
    ]
    if real:
        judging.found(
            f"{client.name}'s badge turned to {badge.value} although real data had been there",
            [real[-1], badge.seq],
            client=client.name,
            rule="mock",
        )
