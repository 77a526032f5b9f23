"""Compares boards at a quiet moment: each with the server's truth, or for want of one with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.checkers.verdicts import Judging
from harness.journal.boards import Card, Reading
from harness.journal.client_history import ClientHistory
from harness.journal.lines import column_name
from harness.journal.marks import Truth
from harness.journal.payloads import Subject
from harness.journal.trail import trail
from harness.journal.view import JournalView

_SAID_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One client's board at one quiet moment.

    `whole` unless a filter hides a part of it; `excluded` are the cards that cannot be held against it.
    """

    client: ClientHistory
    reading: Reading
    t: float
    whole: bool
    excluded: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.client.name}'s board"


def compare(view: JournalView, boards: list[Board], project: str | None, judging: Judging) -> None:
    """Finds whatever is shown otherwise than the server has it; `boards` are of one moment and project."""
    truth = view.truth_at(boards[0].t, project)
    known = _tasks(truth, project) if truth else _known(view, boards[0].t, project)
    for board in boards:
        saying = _Saying(view, board, judging)
        for card in board.reading.cards:
            if card.id not in board.excluded:
                _card(saying, card, known, complete=truth is not None)
        _missing(saying, known, truth)
        if truth is not None:
            _order(saying, truth)
            _epics(saying, truth)
        _counts(saying)
    if truth is None:
        for board in boards[1:]:
            _alike(view, boards[0], board, judging)


class _Saying:
    """Says what is wrong with one board; the first few things are enough."""

    def __init__(self, view: JournalView, board: Board, judging: Judging) -> None:
        self.board = board
        self._view = view
        self._judging = judging
        self._said = 0

    def wrong(self, message: str, *, card: str | None = None, rule: str = "") -> None:
        self._said += 1
        if self._said > _SAID_MAX:
            return
        client, reading = self.board.client, self.board.reading
        led = trail(self._view, card, client=client.name, until=self.board.t, since=0.0) if card else ()
        self._judging.found(
            f"{message} (when all was quiet at {self.board.t:+.3f}s)",
            [*led, reading.seq],
            client=client.name,
            entity=card,
            rule=rule,
        )


def _card(saying: _Saying, card: Card, known: Mapping[str, Subject], *, complete: bool) -> None:
    board = saying.board
    told = known.get(card.id)
    if told is None:
        if complete:
            saying.wrong(f"card {card.id} is on {board.name}, and the server has no such task", card=card.id)
    elif told.deleted:
        saying.wrong(f"card {card.id} is on {board.name}, and was deleted on the server", card=card.id)
    elif told.status is not None and told.status != card.column:
        shown = "" if card.version is None else f" v{card.version}"
        saying.wrong(
            f"card {card.id}{shown} is in {column_name(card.column)} on {board.name} and in "
            f"{column_name(told.status)} v{told.version} on the server",
            card=card.id,
        )
    elif None not in (card.version, told.version) and card.version != told.version:
        saying.wrong(
            f"card {card.id} is v{card.version} on {board.name} and v{told.version} on the server",
            card=card.id,
        )
    elif told.title is not None and not card.shows(told.title):
        saying.wrong(
            f"card {card.id} reads {card.text!r} on {board.name} and {told.title!r} on the server",
            card=card.id,
        )


def _missing(saying: _Saying, known: Mapping[str, Subject], truth: Truth | None) -> None:
    board = saying.board
    for told in known.values():
        if told.deleted or told.id in board.excluded or board.reading.find(told.id) is not None:
            continue
        in_filter = board.reading.filter is not None and told.sprint == board.reading.filter
        if (board.whole or in_filter) and (truth is not None or told.project is not None):
            where = f" in {column_name(told.status)}" if told.status else ""
            saying.wrong(
                f"card {told.id} is not on {board.name}; the server has it{where}, v{told.version}",
                card=told.id,
            )


def _order(saying: _Saying, truth: Truth) -> None:
    board = saying.board
    rank = {task.id: truth.positions.get(task.id) for task in truth.tasks}
    columns = {task.id: task.status for task in truth.tasks}
    for column, cards in (board.reading.columns or {}).items():
        shown = [
            card.id
            for card in cards
            if card.id not in board.excluded and rank.get(card.id) is not None and columns[card.id] == column
        ]
        right = sorted(shown, key=lambda card_id: (rank[card_id] or 0.0, card_id))
        if shown != right and len(set(shown)) == len(shown):
            saying.wrong(
                f"{column_name(column)} is [{', '.join(shown)}] on {board.name} and "
                f"[{', '.join(right)}] on the server",
                rule=f"order {column}",
            )


def _epics(saying: _Saying, truth: Truth) -> None:
    for epic_id, epic in (saying.board.reading.epics or {}).items():
        told = truth.epics.get(epic_id)
        shown, right = epic.get("progress"), told.get("progress") if told else None
        if isinstance(shown, int | float) and isinstance(right, int | float) and abs(shown - right) > 1:
            saying.wrong(
                f"epic {epic_id} is at {shown}% for {saying.board.client.name} and at {right}% on the server",
                rule=f"epic {epic_id}",
            )


def _counts(saying: _Saying) -> None:
    reading = saying.board.reading
    for column, count in reading.counts.items():
        cards = len((reading.columns or {}).get(column, ()))
        if count != cards:
            saying.wrong(
                f"{column_name(column)} says {count} on {saying.board.name} and holds {cards}",
                rule=f"count {column}",
            )


def _alike(view: JournalView, one: Board, other: Board, judging: Judging) -> None:
    """Without the server's word: two boards of one project must at least equal each other."""
    if not (one.whole and other.whole):
        return
    left_out = one.excluded | other.excluded
    for column in {**(one.reading.columns or {}), **(other.reading.columns or {})}:
        mine, theirs = (
            [card.id for card in (board.reading.columns or {}).get(column, ()) if card.id not in left_out]
            for board in (one, other)
        )
        if mine != theirs:
            judging.found(
                f"{column_name(column)} is [{', '.join(mine)}] on {one.name} and "
                f"[{', '.join(theirs)}] on {other.name} (when all was quiet at {one.t:+.3f}s)",
                [one.reading.seq, other.reading.seq],
                client=other.client.name,
                rule=f"alike {column}",
            )
    if not view.terms.contract:
        _read_alike(one, other, judging)


def _read_alike(one: Board, other: Board, judging: Judging) -> None:
    """What the lens reads of a card is the same on both boards: an app of which no more is known."""
    for card in one.reading.cards:
        twin = other.reading.find(card.id)
        if twin is None or card.id in one.excluded | other.excluded:
            continue
        theirs = dict(twin.shown)
        for name, mine in card.shown:
            if mine != theirs.get(name):
                judging.found(
                    f"{name} of {card.text or card.id!r} ({card.id}) is {mine!r} on {one.name} and "
                    f"{theirs.get(name)!r} on {other.name} (when all was quiet at {one.t:+.3f}s)",
                    [one.reading.seq, other.reading.seq],
                    client=other.client.name,
                    entity=card.id,
                    rule=f"alike {name}",
                )


def _tasks(truth: Truth, project: str | None) -> Mapping[str, Subject]:
    return {task.id: task for task in truth.tasks if project is None or task.project in (None, project)}


def _known(view: JournalView, t: float, project: str | None) -> Mapping[str, Subject]:
    """What the genuine events until `t` say about the tasks they are about: the newest of each."""
    found: dict[str, Subject] = {}
    for emission in view.server.emissions:
        subject = emission.subject
        if subject is None or not emission.genuine or emission.t > t or subject.kind != "task":
            continue
        if project is not None and subject.project == project and (subject.whole or subject.deleted):
            found[subject.id] = subject
    return found
