"""The why chain: from what somebody did, over every lane, to what each board showed of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.journal.changes import Action, Change, Delivery, painted
from harness.journal.client_history import ClientHistory
from harness.journal.entries import SERVER, Entry
from harness.journal.lines import brief, column_name, event_words, line_of
from harness.journal.requests import Request
from harness.journal.view import JournalView

_LOOKED_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link: what happened in `lane` at `t` seconds; `seq` None when the point is that nothing did."""

    t: float
    lane: str
    text: str
    seq: int | None = None

    def document(self) -> dict[str, Any]:
        return {"t": round(self.t, 6), "lane": self.lane, "text": self.text, "seq": self.seq}


def why_change(view: JournalView, change: Change, *, client: str | None = None) -> tuple[Step, ...]:
    """From the action behind `change` to every board (only `client`'s when given), in order of time."""
    steps: list[Step] = []
    if change.action is not None:
        steps.append(_acted(change.action))
    if change.request is not None and change.asker is not None:
        steps.append(_asked(change.request, change.asker))
    if change.write is not None:
        text = f"stores {change.write.entity} {change.write.id} v{change.write.version} ({change.write.op})"
        steps.append(Step(t=change.write.t, lane=SERVER, text=text, seq=change.write.seq))
    if change.emission is not None:
        told = event_words(change.name, change.emission.payload)
        to = ", ".join(change.emission.users) or "nobody"
        text = f"emits {told} to {len(change.emission.sids)} ({to})"
        steps.append(Step(t=change.emission.t, lane=SERVER, text=text, seq=change.emission.seq))
    for delivery in change.deliveries:
        if client in (None, delivery.client):
            steps += _arrived(view, change, delivery)
    steps += _left_out(view, change, client)
    return tuple(sorted(steps, key=lambda step: step.t))


def why_action(view: JournalView, action: Action) -> tuple[Step, ...]:
    """What became of an action: its request and the changes that it made, or that nothing was sent."""
    changes = [each for each in view.changes if each.action is not None and each.action.seq == action.seq]
    if changes:
        return tuple(step for change in changes for step in why_change(view, change))
    end = action.ended if action.ended is not None else view.end
    asked = [
        each
        for each in view.clients[action.client].requests
        if action.t <= each.t <= end + 1.0 and not each.name.startswith(("join:", "leave:"))
    ]
    steps = [_acted(action), *(_asked(each, action.client) for each in asked)]
    steps += [_refused(each, action.client) for each in asked if each.answered is not None and not each.ok]
    if not asked:
        steps.append(Step(t=end, lane=action.client, text="sent nothing to the server"))
    return tuple(steps)


def why_entity(
    view: JournalView, entity: str, *, client: str | None = None, until: float | None = None
) -> tuple[Step, ...]:
    """The chain of the last change of `entity` that was told before `until` (default: at all)."""
    end = view.end if until is None else until
    changes = [each for each in view.changes if each.subject.id == entity and each.t <= end]
    return why_change(view, changes[-1], client=client) if changes else ()


def why_entries(view: JournalView, seqs: Iterable[int], *, entity: str | None = None) -> tuple[Step, ...]:
    """The entries themselves as a chain, for findings that no change is behind."""
    entries = [entry for entry in map(view.entry, seqs) if entry is not None]
    return tuple(_told(entry, entity) for entry in sorted(entries, key=lambda each: (each.t, each.seq)))


# -- steps -----------------------------------------------------------------------------------------------


def _told(entry: Entry, entity: str | None) -> Step:
    who, what = line_of(entry, entity=entity)
    text = what if who == entry.lane else f"{who}: {what}"
    return Step(t=entry.t, lane=entry.lane, text=text, seq=entry.seq)


def _acted(action: Action) -> Step:
    said = ", ".join(map(str, action.args.values()))
    error = f": {action.error}" if action.error else ""
    outcome = "" if action.phase in ("ok", "invoked") else f" {action.phase}{error}"
    return Step(t=action.t, lane=action.client, text=f"{action.name}({said}){outcome}", seq=action.seq)


def _asked(request: Request, client: str) -> Step:
    text = f"sends {request.name} {brief(request.changes)}".rstrip()
    return Step(t=request.t, lane=client, text=text, seq=request.seq)


def _refused(request: Request, client: str) -> Step:
    text = f"{request.name} was refused: {request.code or 'no reason given'}"
    return Step(t=request.answered or request.t, lane=client, text=text, seq=request.answer_seq)


def _arrived(view: JournalView, change: Change, delivery: Delivery) -> Iterator[Step]:
    name, told = (
        delivery.client,
        event_words(change.name, change.emission.payload if change.emission else None),
    )
    if delivery.event is None:
        fault = view.disturbed(name, change.t, change.t + _LOOKED_S)
        why = f" (the fault {fault.name} was in force)" if fault else ""
        yield Step(t=change.t, lane=name, text=f"never received {told}{why}")
        return
    arrival = delivery.event
    told = event_words(arrival.name, arrival.payload)
    yield Step(t=arrival.t, lane=name, text=f"received {told}", seq=arrival.seq)
    yield _board(view.clients[name], change, arrival.t)


def _board(client: ClientHistory, change: Change, arrived: float) -> Step:
    subject = change.subject
    if subject.kind != "task":
        return Step(t=arrived, lane=client.name, text=f"{subject.kind}s are not on the board")
    reading = painted(client, subject, arrived)
    if reading is not None:
        t = max(reading.t, arrived)
        card = reading.find(subject.id)
        where = "it is gone" if card is None else f"it is in {column_name(card.column)}"
        after = f"{(t - arrived) * 1000:.0f} ms later"
        return Step(t=t, lane=client.name, text=f"{where} on {client.name}'s board, {after}", seq=reading.seq)
    shown = client.screen.at(min(arrived + _LOOKED_S, client.closed_at))
    card = shown.find(subject.id) if shown else None
    if shown is None or not shown.has_board:
        return Step(t=arrived, lane=client.name, text="no board was in sight")
    still = f"{subject.id} stays in {column_name(card.column)}" if card else f"no {subject.id} on it"
    version = f" at v{card.version}" if card and card.version is not None else ""
    text = f"no change on {client.name}'s board: {still}{version}"
    return Step(t=shown.t if shown.t > arrived else arrived, lane=client.name, text=text, seq=shown.seq)


def _left_out(view: JournalView, change: Change, only: str | None) -> Iterator[Step]:
    """Clients with the same board in sight that it was not sent to, and why."""
    if change.emission is None:
        return
    reached = {delivery.client for delivery in change.deliveries} | {change.asker}
    for client in view.clients.values():
        same = (
            client.project.at(change.t) is not None and client.project.at(change.t) == change.subject.project
        )
        if client.name in reached or only not in (None, client.name) or not same:
            continue
        session = client.wire.session_at(change.t)
        if session is None:
            why = "had no connection"
        elif session.sid and f"project:{change.subject.project}" in view.server.rooms_of(
            session.sid, change.t
        ):
            why = "was in the room, and was left out"
        else:
            why = f"was not in project:{change.subject.project}"
        yield Step(t=change.t, lane=client.name, text=f"was not sent it: {client.name} {why}")
