"""No regression: a card never goes back to an older version, nor to the column it came from, without news."""

from __future__ import annotations

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.boards import Sighting
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.lines import column_name
from harness.journal.payloads import Subject
from harness.journal.requests import Request
from harness.journal.trail import trail
from harness.journal.view import JournalView

NAME = "no_regression"
#: An optimistic change shows a little before its request is on the wire, or after.
_NEAR_S = 1.0
#: Entries of one page that belong together may be stamped some milliseconds apart.
_JITTER_S = 0.05
#: What an app does because of an event or answer it has done by then, throttled or not.
_CAUSE_S = 0.5


def check(view: JournalView) -> Result:
    """Judges every card that the server knows, as long as one board stays in sight."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE, Sense.HTTP))
    for client in view.clients.values():
        told = _Told(client)
        for card_id, sightings in client.screen.sightings.items():
            if len(sightings) > 1 and card_id in view.ids_on_the_wire:
                _judge_card(_Card(view, client, card_id, told), sightings, judging)
    return judging.result()


def _judge_card(card: _Card, sightings: tuple[Sighting, ...], judging: Judging) -> None:
    for segment in dict.fromkeys(each.segment for each in sightings):
        shown = [each for each in sightings if each.segment == segment]
        judging.judged(len(shown) - 1)
        for index in range(1, len(shown)):
            _version(card, shown[:index], shown[index], judging)
            _column(card, shown[:index], shown[index], judging)


def _version(card: _Card, before: list[Sighting], now: Sighting, judging: Judging) -> None:
    versioned = [each for each in before if each.version is not None]
    if now.version is None or not versioned:
        return
    newest = max(versioned, key=lambda each: each.version or 0)
    if now.version >= (newest.version or 0):
        return
    if card.server_said_older(newest, now) or card.own_failure(newest.t, now.t):
        return
    judging.found(
        f"card {card.id} went back from v{newest.version} to v{now.version} on {card.client.name}'s board "
        f"for {span_words(now.until - now.t)}",
        card.proof(newest, now),
        client=card.client.name,
        entity=card.id,
        rule="version",
    )


def _column(card: _Card, before: list[Sighting], now: Sighting, judging: Judging) -> None:
    """A, then B, then A again: judged at the return, against what came since B was first shown."""
    left = before[-1]
    if now.column == left.column or all(each.column != now.column for each in before):
        return
    stay = _Stay(before)
    if now.version is not None and stay.version is not None and now.version > stay.version:
        return
    if card.may_return(stay, now):
        return
    judging.found(
        f"card {card.id} went back from {column_name(left.column)} to {column_name(now.column)} on "
        f"{card.client.name}'s board for {span_words(now.until - now.t)}, though nothing newer said so",
        card.proof(stay.first, now),
        client=card.client.name,
        entity=card.id,
        rule="column",
    )


class _Stay:
    """The card's stay in its last column: `since` is where it stood before, `version` the newest in it."""

    def __init__(self, before: list[Sighting]) -> None:
        index = len(before) - 1
        while index > 0 and before[index - 1].column == before[-1].column:
            index -= 1
        self.first = before[index]
        self.t = self.first.t
        self.column = self.first.column
        self.since = before[index - 1] if index else self.first
        self.version = max(
            (each.version for each in before[index:] if each.version is not None), default=None
        )


class _Told:
    """What one client's page was told of tasks, by id: events with their time, answers with start and end."""

    def __init__(self, client: ClientHistory) -> None:
        self.events: dict[str, list[tuple[float, Subject]]] = {}
        self.answers: dict[str, list[tuple[float, float, Subject]]] = {}
        for event in client.wire.received:
            if event.subject is not None and event.subject.kind == "task":
                self.events.setdefault(event.subject.id, []).append((event.t, event.subject))
        for call in client.calls:
            for task in call.tasks or ():
                if call.ended is not None:
                    self.answers.setdefault(task.id, []).append((call.started, call.ended, task))


class _Card:
    """One card on one client's board, and what may excuse its way."""

    def __init__(self, view: JournalView, client: ClientHistory, card_id: str, told: _Told) -> None:
        self.view = view
        self.client = client
        self.id = card_id
        self._own = [each for each in client.requests if each.entity == card_id]
        self._events = told.events.get(card_id, [])
        self._answers = told.answers.get(card_id, [])

    def proof(self, before: Sighting, now: Sighting) -> tuple[int, ...]:
        since = min(before.t, now.t - 3.0)
        led = trail(self.view, self.id, client=self.client.name, since=since, until=now.t)
        return (before.seq, *led, now.seq)

    def server_said_older(self, newest: Sighting, now: Sighting) -> bool:
        """Whether an answer, asked for when the newer version was shown already, had the older one."""
        return any(
            started >= newest.t and ended <= now.t + _JITTER_S and (task.version or 0) <= (now.version or 0)
            for started, ended, task in self._answers
        )

    def own_failure(self, since: float, until: float) -> bool:
        """Whether a change that this page asked for came to nothing by `until`."""
        start = self.view.since(since, self.view.terms.allowed(_NEAR_S))
        return any(self._failed(each, until) for each in self._own if start <= each.t <= until)

    def _failed(self, request: Request, by: float) -> bool:
        if request.ok is False and request.answered is not None:
            return request.answered <= by + _JITTER_S
        if request.ended is not None and request.ended <= by + _JITTER_S:
            return True
        waiting = request.answered is None or request.answered > by
        overdue = by - request.t >= 0.8 * self.view.terms.ack_timeout_s
        driven = self.view.is_virtual(self.client.name, request.t, by)
        return waiting and request.wants_answer and (overdue or driven)

    def may_return(self, stay: _Stay, now: Sighting) -> bool:
        """Whether something explains that the card is where it was before the stay."""
        if self.own_failure(stay.t, now.t):
            return True
        moves = [each for each in self._own if each.status == stay.column]
        start = self.view.since(stay.t, self.view.terms.allowed(_NEAR_S))
        moves = [each for each in moves if start <= each.t <= now.t]
        if self._moved_back_by_hand(stay, now, moves):
            return True
        if not moves and not (self._told(stay) and self._has_cause(now)):
            return True  # a drag under way, given up, or refused without a word to the server
        in_flight = any(each.answered is None or each.answered > now.t for each in moves)
        return self._news(stay, now, only_newer=in_flight)

    def _moved_back_by_hand(self, stay: _Stay, now: Sighting, moves: list[Request]) -> bool:
        """Whether the same person put it back; an app may send that only when the first move is answered."""
        answered = (each.answered or now.t for each in moves)
        latest = self.view.due(max([now.t, *answered]), self.view.terms.allowed(_NEAR_S))
        if any(stay.t <= each.t <= latest for each in self._own if each.status == now.column):
            return True
        mine = (each for each in self.view.actions if each.client == self.client.name and each.is_drag)
        return any(stay.t < each.t <= now.t for each in mine)

    def _told(self, stay: _Stay) -> bool:
        """Whether the stay came from the server: news of it arrived after the column before it was shown."""
        if None not in (stay.first.version, stay.since.version) and stay.first.version != stay.since.version:
            return True
        start, end, older = stay.since.t - 3 * _JITTER_S, stay.t + _JITTER_S, stay.since.version
        told = [(t, subject) for t, subject in self._events if start <= t <= end]
        told += [(ended, task) for _, ended, task in self._answers if start <= ended <= end]
        return any(
            each.status == stay.column and (each.version is None or older is None or each.version > older)
            for _, each in told
        )

    def _has_cause(self, now: Sighting) -> bool:
        """Whether something just happened that may have put the card where it is: else a hand did."""
        end = now.t + _JITTER_S
        start = self.view.since(now.t, self.view.terms.allowed(_CAUSE_S))
        said = [(t, subject) for t, subject in self._events if start <= t <= end]
        said += [(ended, task) for _, ended, task in self._answers if start <= ended <= end]
        failed = (each.answered for each in self.client.requests if each.ok is False)
        return any(each.status == now.column for _, each in said) or any(
            t is not None and start <= t <= end for t in failed
        )

    def _news(self, stay: _Stay, now: Sighting, *, only_newer: bool) -> bool:
        """Whether something said since the stay began that the card is where it is now."""
        before = (subject.version or 0 for t, subject in self._events if t <= stay.t + _JITTER_S)
        known = max([*before, stay.version or 0])
        for t, subject in self._events:
            if stay.t < t <= now.t + _JITTER_S and subject.status in (None, now.column):
                newer = subject.version is None or subject.version > known
                if newer or (not only_newer and subject.version == known):
                    return True
        return any(
            started >= stay.t
            and ended <= now.t + _JITTER_S
            and task.status == now.column
            and (not only_newer or (task.version or 0) > known)
            for started, ended, task in self._answers
        )
