"""How long each change took on each part of its way: action, sent, server, received, painted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from harness.journal.changes import Change, Delivery, painted
from harness.journal.view import JournalView

#: A paint that long after the arrival is no paint of it: the change was lost, which is another finding.
_LOST_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One change on its way to one client; the moments in seconds since the spec's start, None: not known.

    `excused` says why it is no measure of the app: a fault, a driven clock, a hidden tab, a drag.
    """

    event: str
    entity: str
    version: int | None
    asker: str | None
    client: str
    action_t: float | None
    sent_t: float | None
    server_t: float | None
    received_t: float
    painted_t: float | None
    seqs: tuple[int, ...]
    excused: str | None = None

    @property
    def started(self) -> float:
        """When it went out, as far as is known."""
        known = (self.sent_t, self.server_t, self.received_t)
        return next(t for t in known if t is not None)

    @property
    def total_s(self) -> float | None:
        """From the request on the wire (the emission, when nobody's page asked) to the paint."""
        start = self.sent_t if self.sent_t is not None else self.server_t
        return None if start is None or self.painted_t is None else max(0.0, self.painted_t - start)

    @property
    def parts(self) -> Mapping[str, float]:
        """The length of each part that is known, in seconds; never below 0, though clocks may differ."""
        moments = (
            ("action", self.action_t),
            ("sent", self.sent_t),
            ("server", self.server_t),
            ("received", self.received_t),
            ("painted", self.painted_t),
        )
        known = [(name, t) for name, t in moments if t is not None]
        return {
            f"{first} -> {second}": max(0.0, end - start) for (first, start), (second, end) in pairwise(known)
        }

    def document(self) -> dict[str, Any]:
        """As it stands in verdicts.json."""
        total = self.total_s
        return {
            "entity": self.entity,
            "version": self.version,
            "from": self.asker,
            "client": self.client,
            "action_t": _rounded(self.action_t),
            "sent_t": _rounded(self.sent_t),
            "server_t": _rounded(self.server_t),
            "received_t": _rounded(self.received_t),
            "painted_t": _rounded(self.painted_t),
            "total_ms": None if total is None else round(total * 1000, 3),
            "seqs": list(self.seqs),
            "excused": self.excused,
        }


def samples(view: JournalView) -> tuple[Sample, ...]:
    """Every change of a task at every client that it was sent to, but for the one that asked for it.

    Empty for an app without the contract, whose events are about nothing that is known (`plain_latencies`).
    """
    if not view.terms.contract:
        return ()
    return tuple(sample for change in view.changes for sample in _samples(view, change))


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest-rank quantile of `values`; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _samples(view: JournalView, change: Change) -> Iterator[Sample]:
    if change.subject.kind != "task":
        return
    for delivery in change.deliveries:
        if delivery.event is not None and delivery.client != change.asker:
            yield _sample(view, change, delivery)


def _sample(view: JournalView, change: Change, delivery: Delivery) -> Sample:
    event, client = delivery.event, view.clients[delivery.client]
    assert event is not None
    reading = painted(client, change.subject, event.t)
    if reading is not None and reading.t > view.due(event.t, view.terms.allowed(_LOST_S)):
        reading = None
    # What was shown before it arrived by this way came by another, such as a refetch: it took no time.
    shown = None if reading is None else max(reading.t, event.t)
    request, emission, action = change.request, change.emission, change.action
    seqs = (action, request, emission, event, reading)
    return Sample(
        event=change.name,
        entity=change.subject.id,
        version=change.subject.version,
        asker=change.asker,
        client=client.name,
        action_t=action.t if action else None,
        sent_t=request.t if request else None,
        server_t=emission.t if emission else None,
        received_t=event.t,
        painted_t=shown,
        seqs=tuple(each.seq for each in seqs if each is not None),
        excused=_excuse(view, change, delivery, shown),
    )


def _excuse(view: JournalView, change: Change, delivery: Delivery, shown: float | None) -> str | None:
    event, client = delivery.event, delivery.client
    assert event is not None
    start = change.request.t if change.request else change.t
    end = event.t if shown is None else shown
    for who in {client, change.asker or client}:
        fault = view.disturbed(who, start - 0.05, end)
        if fault is not None:
            return f"the fault {fault.name} hit {who}"
        if view.is_virtual(who, start, end):
            return f"{who}'s clock is driven"
    if view.is_hidden(client, start, end):
        return f"{client}'s tab is hidden"
    shown_then = view.shown(client, event.t)
    if shown_then is None or not shown_then.has_board:
        return f"{client} has no board in sight"
    if view.is_filtered(client, event.t) or view.is_filtered(client, end):
        return f"{client}'s board shows a part only"
    if view.dragging(client, event.t) or view.dragging(client, end):
        return f"{client} is dragging a card"
    return None


def _rounded(t: float | None) -> float | None:
    return None if t is None else round(t, 6)
