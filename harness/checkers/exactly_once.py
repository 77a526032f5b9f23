"""Exactly once: no card twice on a board, one effect for each event, one request for each submit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.boards import Card, Reading
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.lines import column_name
from harness.journal.payloads import NOTIFICATION, canonical
from harness.journal.requests import Request, Via
from harness.journal.trail import trail
from harness.journal.view import JournalView

NAME = "exactly_once"
#: Two frames: as long as a page may take to put the server's card in the place of its own.
_SWAP_S = 0.05
_RESENDS_MAX = 2
_DOUBLE_SUBMIT_S = 1.0
_TIMES = {1: "once", 2: "twice", 3: "three times"}


def check(view: JournalView) -> Result:
    """Judges every reading of every board, whatever the spec asserted."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    for client in view.clients.values():
        judging.judged(sum(1 for _ in client.screen.boards))
        _doubled_cards(view, client, judging)
        if not view.terms.contract:
            continue  # what its events and calls mean is not known
        _own_card_beside_the_servers(view, client, judging)
        _doubled_toasts(client, judging)
        _resent(client, judging)
        _submitted_twice(view, client, judging)
    return judging.result()


# -- cards -----------------------------------------------------------------------------------------------


def _doubled_cards(view: JournalView, client: ClientHistory, judging: Judging) -> None:
    for card_id, readings in _stretches(client.screen.boards, _doubled_ids):
        first, last = readings[0], readings[-1]
        count = max(_doubled_ids(reading)[card_id] for reading in readings)
        times = _TIMES.get(count, f"{count} times")
        where = [
            column_name(name)
            for name, cards in (first.columns or {}).items()
            for c in cards
            if c.id == card_id
        ]
        judging.found(
            f"card {card_id} was on {client.name}'s board {times} for {span_words(last.until - first.t)} "
            f"({' and '.join(dict.fromkeys(where))})",
            [*trail(view, card_id, client=client.name, until=first.t), *(each.seq for each in readings[:3])],
            client=client.name,
            entity=card_id,
            rule="card",
        )


def _doubled_ids(reading: Reading) -> Mapping[str, int]:
    counts = Counter(card.id for card in reading.cards)
    return {card_id: count for card_id, count in counts.items() if count > 1}


def _stretches(
    boards: Iterable[Reading], ids: Callable[[Reading], Iterable[str]]
) -> Iterator[tuple[str, tuple[Reading, ...]]]:
    """Each id that `ids` names, with each run of readings in which it names it."""
    running: dict[str, list[Reading]] = {}
    for reading in boards:
        named = set(ids(reading))
        for card_id in [each for each in running if each not in named]:
            yield card_id, tuple(running.pop(card_id))
        for card_id in named:
            running.setdefault(card_id, []).append(reading)
    for card_id, readings in running.items():
        yield card_id, tuple(readings)


def _own_card_beside_the_servers(view: JournalView, client: ClientHistory, judging: Judging) -> None:
    """A card shown at once under an id of the page's own, and still there when the server's has come."""
    created = {each for request in client.requests if (each := _created_by(request)) is not None}
    if not created:
        return

    def beside(reading: Reading) -> set[str]:
        local = [card for card in reading.cards if card.id not in view.ids_on_the_wire]
        return {card.id for card in local if _twin(card, reading, created)}

    for card_id, readings in _stretches(client.screen.boards, beside):
        first, last = readings[0], readings[-1]
        card = first.find(card_id)
        twin = _twin(card, first, created) if card else None
        if (
            card is not None
            and twin is not None
            and view.took(first.t, last.until) > view.terms.allowed(_SWAP_S)
        ):
            judging.found(
                f"the card {card.text!r} that {client.name} made was on the board twice for "
                f"{span_words(last.until - first.t)}: as {card_id} and as {twin.id}",
                [*trail(view, twin.id, client=client.name, until=first.t), first.seq, last.seq],
                client=client.name,
                entity=twin.id,
                rule="own card",
            )


def _created_by(request: Request) -> str | None:
    asks = request.name == "task:create" or (request.via is Via.HTTP and request.name.startswith("POST "))
    made = request.answer.get("id") if asks and isinstance(request.answer, Mapping) else None
    return made if isinstance(made, str) else None


def _twin(card: Card, reading: Reading, created: set[str]) -> Card | None:
    return next((each for each in reading.cards if each.id in created and each.text == card.text), None)


# -- effects ---------------------------------------------------------------------------------------------


def _doubled_toasts(client: ClientHistory, judging: Judging) -> None:
    """An event's toast is the effect that shows whether it was applied once: cards hide it, having an id."""
    told = [event for event in client.wire.received if event.name == NOTIFICATION and _message(event.payload)]
    messages = {_message(event.payload) for event in told}
    for reading in client.screen.readings:
        for message, shown in _shown(reading, messages).items():
            events = [each for each in told if _message(each.payload) == message and each.t <= reading.until]
            came = len(events)
            judging.judged()
            if shown > came > 0:
                judging.found(
                    f"the notification {message!r} came {_TIMES.get(came, f'{came} times')} and was shown "
                    f"{_TIMES.get(shown, f'{shown} times')} on {client.name}'s page",
                    [*(event.seq for event in events), reading.seq],
                    client=client.name,
                    rule=f"toast {message}",
                )


def _shown(reading: Reading, messages: Collection[str]) -> Counter[str]:
    """How many toasts show each of `messages`; a toast shows the longest one that is in its text."""
    found: Counter[str] = Counter()
    for toast in reading.toasts:
        said = [message for message in messages if message in toast.text]
        if said:
            found[max(said, key=len)] += 1
    return found


def _message(payload: object) -> str:
    message = payload.get("message") if isinstance(payload, Mapping) else None
    return message if isinstance(message, str) else ""


# -- requests --------------------------------------------------------------------------------------------


def _resent(client: ClientHistory, judging: Judging) -> None:
    """A change may be tried once more by another way, but not over and over."""
    sent: dict[str, list[Request]] = {}
    for request in client.requests:
        if request.mutation is not None and request.via is Via.SOCKET:
            sent.setdefault(f"{request.name} {request.mutation}", []).append(request)
    for requests in sent.values():
        judging.judged()
        if len(requests) > _RESENDS_MAX:
            first = requests[0]
            judging.found(
                f"{client.name}'s page sent the same {first.name} {len(requests)} times "
                f"within {span_words(requests[-1].t - first.t)}",
                [each.seq for each in requests[:6]],
                client=client.name,
                entity=first.entity,
                rule=f"resent {first.name}",
            )


def _submitted_twice(view: JournalView, client: ClientHistory, judging: Judging) -> None:
    """Two creations that say the same, the second before the first was answered: one submit, twice."""
    window_s = min(_DOUBLE_SUBMIT_S, 0.9 * view.terms.ack_timeout_s)
    creations = [each for each in client.requests if _is_creation(view, each)]
    for index, second in enumerate(creations):
        for first in creations[:index]:
            unanswered = first.answered is None or first.answered > second.t
            same = _content(first) == _content(second) and first.mutation != second.mutation
            if same and unanswered and second.t - first.t <= window_s and first.via is second.via:
                judging.found(
                    f"{client.name}'s page sent two creations of {first.changes.get('title')!r} "
                    f"{span_words(second.t - first.t)} apart, the second before the first was answered",
                    [first.seq, second.seq],
                    client=client.name,
                    rule="submit",
                )


def _is_creation(view: JournalView, request: Request) -> bool:
    if not request.changes.get("title"):
        return False
    posts_task = request.name.startswith("POST ") and view.terms.is_task_list(request.name[5:])
    return request.name == "task:create" or posts_task


def _content(request: Request) -> str:
    return canonical({key: value for key, value in request.changes.items() if key != "clientMutationId"})
