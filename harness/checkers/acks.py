"""Acks: what waits for an answer ends with it, or without it in time; a refusal is shown as one."""

from __future__ import annotations

from harness.checkers.standing import drawn_by
from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.boards import Reading
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.lines import column_name
from harness.journal.payloads import JOINS, LEAVES
from harness.journal.requests import Request, Via
from harness.journal.trail import trail
from harness.journal.view import JournalView

NAME = "acks"
#: After its answer, or after the app has given up waiting for one, until the page must show it.
_SHOW_S = 1.0


def check(view: JournalView) -> Result:
    """Judges each change that a page asked for: what its board and dialog show once the matter is over."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE, Sense.HTTP))
    for client in view.clients.values():
        for request in client.requests:
            if request.name not in JOINS and request.name not in LEAVES and request.wants_answer:
                _judge(view, client, request, judging)
    return judging.result()


def _judge(view: JournalView, client: ClientHistory, request: Request, judging: Judging) -> None:
    over = _over(view, request)
    if over is None:
        return
    due = _due(view, client, over)
    if due >= min(client.closed_at, view.end) or _is_timeless(view, client, request, due):
        return
    reading = client.screen.at(due)
    if reading is None or any(request.t < t <= due for t in client.documents):
        return
    judging.judged()
    _pending(view, client, request, reading, due, judging)
    if request.ok is not True:
        _reverted(view, client, request, reading, due, judging)


def _over(view: JournalView, request: Request) -> float | None:
    """When the page knew what became of it: answered, cut off, or waited for long enough; None: not known."""
    patience = request.t + view.terms.ack_timeout_s if request.via is Via.SOCKET else None
    return min((t for t in (request.answered, request.ended, patience) if t is not None), default=None)


def _due(view: JournalView, client: ClientHistory, over: float) -> float:
    """When the page must show that it is over: after a second, or when all is quiet."""
    quiet = (fence.t for fence in view.fences if fence.ok and fence.exact and fence.covers(client.name))
    return min([view.due(over, view.terms.allowed(_SHOW_S)), *(t for t in quiet if t > drawn_by(view, over))])


def _is_timeless(view: JournalView, client: ClientHistory, request: Request, due: float) -> bool:
    return view.is_virtual(client.name, request.t, due) or view.is_hidden(client.name, request.t, due)


def _pending(
    view: JournalView, client: ClientHistory, request: Request, reading: Reading, due: float, judging: Judging
) -> None:
    """Nothing on the page still says that it is waiting."""
    if any(each is not request and _waits(each, request, due) for each in client.requests):
        return  # something else is on its way, and may be what the page shows
    what = None
    card = reading.find(request.entity) if request.entity else None
    if reading.dialog is not None and reading.dialog.get("busy"):
        what = f"the dialog {reading.dialog.get('name')!r}"
    elif card is not None and card.saving:
        what = f"card {card.id}"
    if what is not None:
        judging.found(
            f"{what} was still waiting on {client.name}'s page {span_words(due - request.t)} after "
            f"{request.name} was sent ({_outcome(request)})",
            [request.seq, request.answer_seq, reading.seq],
            client=client.name,
            entity=request.entity,
            rule="pending",
        )


def _waits(other: Request, request: Request, due: float) -> bool:
    return request.t <= other.t <= due and (other.answered is None or other.answered > due - _SHOW_S)


def _outcome(request: Request) -> str:
    if request.ok is False:
        return f"refused: {request.code}"
    if request.answered is not None:
        return "answered"
    return "the connection ended" if request.ended is not None else "never answered"


def _reverted(
    view: JournalView, client: ClientHistory, request: Request, reading: Reading, due: float, judging: Judging
) -> None:
    """A move that came to nothing is taken back: the card is not where it was dropped."""
    before = client.screen.at(request.t)
    if request.entity is None or request.status is None or not reading.has_board or before is None:
        return
    card = reading.find(request.entity)
    if card is None or card.column != request.status or view.dragging(client.name, due):
        return
    if _is_there_rightly(view, client, request, due):
        return
    waited = span_words(due - (_over(view, request) or due))
    judging.found(
        f"{client.name}'s move of card {card.id} to {column_name(card.column)} came to nothing "
        f"({_outcome(request)}), and {waited} later the card is still there",
        [*trail(view, card.id, client=client.name, since=request.t - 0.5, until=due), reading.seq],
        client=client.name,
        entity=card.id,
        rule="revert",
    )


def _is_there_rightly(view: JournalView, client: ClientHistory, request: Request, due: float) -> bool:
    """Whether the card was in that column anyway, or was told or asked to be there by something else."""
    assert request.entity is not None
    sightings = client.screen.sightings.get(request.entity, ())
    if any(
        each.column == request.status and each.t < request.t - _SHOW_S <= each.until for each in sightings
    ):
        return True
    # Refused because it was made already: browsers send a call again when a kept connection is reset.
    if request.current and request.current.id == request.entity and request.current.status == request.status:
        return True
    heard = (event.subject for event in client.wire.received if event.t <= due)
    if any(s and s.id == request.entity and s.status == request.status for s in heard):
        return True
    told = (
        task
        for call in client.calls
        if call.ended is not None and call.ended <= due
        for task in call.tasks or ()
    )
    if any(task.id == request.entity and task.status == request.status for task in told):
        return True
    again = (each for each in client.requests if each is not request and each.entity == request.entity)
    return any(each.status == request.status and each.ok is not False for each in again)
