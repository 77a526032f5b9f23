"""No resurrection: a card whose deletion the page knew of never comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.boards import Sighting
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.trail import trail
from harness.journal.view import JournalView

NAME = "no_resurrection"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deletion:
    """The moment from which the page knew that a card was deleted, by entry `seq`."""

    card: str
    t: float
    seq: int
    version: int | None = None


def check(view: JournalView) -> Result:
    """Judges each deletion that a page was told of, or read off a list, or had confirmed."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE, Sense.HTTP))
    for client in view.clients.values():
        known: dict[str, _Deletion] = {}
        for deletion in sorted(_deletions(view, client), key=lambda each: each.t):
            known.setdefault(deletion.card, deletion)
        for deletion in known.values():
            _judge(view, client, deletion, judging)
    return judging.result()


def _judge(view: JournalView, client: ClientHistory, deletion: _Deletion, judging: Judging) -> None:
    judging.judged()
    gone = _vanished(client, deletion)
    if gone is None:
        return
    for sighting in client.screen.sightings.get(deletion.card, ()):
        if sighting.t > gone and not _server_says_it_is_there(client, deletion, sighting.t):
            judging.found(
                f"deleted card {deletion.card} came back to {client.name}'s board after "
                f"{span_words(sighting.t - gone)}, for {span_words(sighting.until - sighting.t)}",
                [
                    deletion.seq,
                    *trail(view, deletion.card, client=client.name, since=deletion.t, until=sighting.t),
                    sighting.seq,
                ],
                client=client.name,
                entity=deletion.card,
            )
            return


def _deletions(view: JournalView, client: ClientHistory) -> Iterator[_Deletion]:
    for event in client.wire.received:
        subject = event.subject
        if subject is None or not subject.deleted or subject.kind != "task":
            continue
        if subject.project in (None, client.project.at(event.t)):
            yield _Deletion(card=subject.id, t=event.t, seq=event.seq, version=subject.version)
    for request in client.requests:
        deletes = request.name == "task:delete" or request.name.startswith("DELETE /api/tasks/")
        if deletes and request.ok and request.entity and request.answered is not None:
            seq = request.answer_seq or request.seq
            yield _Deletion(card=request.entity, t=request.answered, seq=seq, version=request.version)
    yield from _read_off_lists(view, client)


def _read_off_lists(view: JournalView, client: ClientHistory) -> Iterator[_Deletion]:
    """A list without the card, asked for after the server had deleted it."""
    deleted = [each for each in view.server.writes if each.entity == "task" and each.op == "deleted"]
    for call in client.lists() if deleted else ():
        tasks = call.tasks
        if tasks is None or call.ended is None:
            continue
        listed = {task.id for task in tasks}
        for write in deleted:
            if write.id not in listed and call.started > write.t and call.ended_seq is not None:
                yield _Deletion(card=write.id, t=call.ended, seq=call.ended_seq, version=write.version)


def _vanished(client: ClientHistory, deletion: _Deletion) -> float | None:
    """When the board was first without the card, from the deletion on; None when it never was."""
    sightings = client.screen.sightings.get(deletion.card, ())
    gone = deletion.t
    for sighting in sightings:
        if sighting.t <= gone < sighting.until:
            gone = _end_of_run(sightings, sighting)
            break
    without = (
        reading
        for reading in client.screen.between(gone, client.closed_at)
        if reading.has_board and reading.find(deletion.card) is None
    )
    first = next(without, None)
    return None if first is None else max(first.t, gone)


def _end_of_run(sightings: tuple[Sighting, ...], first: Sighting) -> float:
    """When the card left the board after `first`, through readings that follow each other without a gap."""
    end = first.until
    for sighting in sightings:
        if sighting.t == end:
            end = sighting.until
    return end


def _server_says_it_is_there(client: ClientHistory, deletion: _Deletion, t: float) -> bool:
    """Whether the page was told after the deletion that the card exists: then it is right to show it."""
    for call in client.calls:
        answered = call.ended is not None and call.ended <= t
        if (
            answered
            and call.started >= deletion.t
            and any(task.id == deletion.card for task in call.tasks or ())
        ):
            return True
    for event in client.wire.received:
        subject = event.subject
        if subject is None or subject.id != deletion.card or subject.deleted or not deletion.t < event.t <= t:
            continue
        if (
            subject.version is not None
            and deletion.version is not None
            and subject.version > deletion.version
        ):
            return True
    return False
