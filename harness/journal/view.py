"""A journal as something to ask: who did, sent, stored, received, showed what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from harness.journal.boards import Reading
from harness.journal.changes import Action, Change, Delivery, actions_of, changes_of, deliveries_of, painted
from harness.journal.client_history import ClientHistory
from harness.journal.disturbances import Disturbance, disturbances_of
from harness.journal.entries import SERVER, SPEC, Entry, EntryKind, Header, Journal, MarkName, Sense
from harness.journal.marks import Fence, Gap, Truth, fence_of, gap_of, truth_of
from harness.journal.payloads import subject_of, task_of
from harness.journal.requests import Call
from harness.journal.server_history import Emission, ServerHistory
from harness.journal.starvation import Starvation, starvation_of
from harness.journal.steps import Steps
from harness.journal.terms import Terms


class JournalView:
    """Questions to one history. Pure: it reads the entries and nothing else, and never changes."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.header: Header = journal.header
        self.terms = Terms.of(journal.header)
        self.entries = tuple(sorted(journal.entries, key=lambda entry: (entry.t, entry.seq)))
        self.end = self.entries[-1].t if self.entries else 0.0
        self._by_seq = {entry.seq: entry for entry in journal.entries}

    def entry(self, seq: int) -> Entry | None:
        return self._by_seq.get(seq)

    # -- lanes -----------------------------------------------------------------------------------------------

    @cached_property
    def clients(self) -> Mapping[str, ClientHistory]:
        """Name -> history, in the order in which the clients first appear."""
        lanes: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.lane not in (SERVER, SPEC):
                lanes.setdefault(entry.lane, []).append(entry)
        return {
            name: ClientHistory(name, entries, header=self.header, terms=self.terms, end=self.end)
            for name, entries in lanes.items()
        }

    @cached_property
    def server(self) -> ServerHistory:
        return ServerHistory([each for each in self.entries if each.lane == SERVER], end=self.end)

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return {name: client.person for name, client in self.clients.items()}

    def client_of(self, sid: str) -> ClientHistory | None:
        """Whose page held the socket `sid`; None when it was none of the clients'."""
        owners = (
            each for each in self.clients.values() for session in each.wire.sessions if session.sid == sid
        )
        return next(owners, None)

    # -- marks -----------------------------------------------------------------------------------------------

    @cached_property
    def _marks(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind is EntryKind.MARK)

    def marks(self, name: str) -> tuple[Entry, ...]:
        return tuple(mark for mark in self._marks if mark.get("name") == name)

    @cached_property
    def fences(self) -> tuple[Fence, ...]:
        return tuple(map(fence_of, self.marks(MarkName.SETTLED)))

    @cached_property
    def truths(self) -> tuple[Truth, ...]:
        return tuple(map(truth_of, self.marks(MarkName.TRUTH)))

    def truth_at(self, t: float, project: str | None) -> Truth | None:
        """A reading of the server's board that holds at `t`: nothing was stored between the two."""
        for truth in sorted(self.truths, key=lambda each: abs(each.t - t)):
            if truth.project not in (None, project):
                continue
            first, last = min(t, truth.t), max(t, truth.t)
            if not any(first < write.t <= last for write in self.server.writes):
                return truth
        return None

    def is_virtual(self, client: str, start: float, end: float) -> bool:
        """Whether the client's page ran on a driven clock at some time from `start` to `end`."""
        steps = self._marked(MarkName.CLOCK, "virtual", client)
        return any(span.value and span.overlaps(start, end) for span in steps.spans(max(end, start) + 1e-6))

    def is_hidden(self, client: str, start: float, end: float) -> bool:
        """Whether the client's tab was hidden at some time from `start` to `end`."""
        steps = self._marked(MarkName.VISIBILITY, "hidden", client)
        return any(span.value and span.overlaps(start, end) for span in steps.spans(max(end, start) + 1e-6))

    # -- how long it took, on a machine that may be busy with other things ----------------------------------

    @cached_property
    def _starvation(self) -> Starvation:
        return starvation_of(self.marks(MarkName.STARVED))

    def took(self, start: float, end: float) -> float:
        """How long something took: without the time in which there was no processor for it."""
        return end - start - self._starvation.seconds(start, end)

    def due(self, t: float, seconds: float) -> float:
        """By when what takes `seconds` at most has happened: as late as the processor let it be."""
        return self._starvation.after(t, seconds)

    def since(self, t: float, seconds: float) -> float:
        """How far back a cause of what happened at `t` may lie that takes `seconds` at most to show."""
        return self._starvation.before(t, seconds)

    def _marked(self, name: str, field: str, client: str) -> Steps[bool]:
        concerned = (
            mark
            for mark in self.marks(name)
            if mark.get("client") == client or (mark.get("client") is None and mark.lane in (client, SPEC))
        )
        return Steps(False, [(mark.t, bool(mark.get(field)), mark.seq) for mark in concerned])

    # -- what could not be seen, and what was broken on purpose ----------------------------------------------

    @cached_property
    def _gaps(self) -> tuple[Gap, ...]:
        found = [
            gap_of(entry)
            for entry in self.entries
            if entry.kind is EntryKind.OBSERVER and entry.get("state") in ("not_observed", "lost")
        ]
        if self.journal.cut_off:
            reason = f"the journal breaks off: {self.journal.cut_off}"
            found.append(Gap(seq=None, client=None, sense=None, reason=reason))
        return tuple(found)

    def gaps(self, client: str | None = None, senses: Iterable[Sense] = tuple(Sense)) -> tuple[Gap, ...]:
        """What was not seen of `client` (None: of anybody) by any of `senses`."""
        wanted = frozenset(senses)
        return tuple(
            gap
            for gap in self._gaps
            if (client is None or gap.client in (None, client)) and (gap.sense is None or gap.sense in wanted)
        )

    @cached_property
    def disturbances(self) -> tuple[Disturbance, ...]:
        return disturbances_of(self.entries, self._people, end=self.end)

    def disturbed(
        self, client: str, start: float, end: float, *, edge: str | None = None
    ) -> Disturbance | None:
        """A fault that hit `client` at some time from `start` to `end`.

        With an `edge` only one that may have spoilt anything there: those that took single events are left
        out, as the frames themselves say what became of them.
        """
        return next(
            (
                each
                for each in self.disturbances
                if each.hits(client, start, end)
                and (edge is None or (edge == each.edge and not each.selective))
            ),
            None,
        )

    # -- actions and changes ---------------------------------------------------------------------------------

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        return actions_of(self.entries)

    def dragging(self, client: str, t: float) -> bool:
        """Whether a card was in the client's hand at `t`, as far as the actions and views tell."""
        held = any(
            each.client == client and each.is_drag and each.t <= t and (each.ended is None or t < each.ended)
            for each in self.actions
        )
        reading = self.clients[client].screen.at(t) if client in self.clients else None
        return held or (reading is not None and reading.dragging is not None)

    @cached_property
    def _deliveries(self) -> Mapping[int, tuple[Delivery, ...]]:
        return deliveries_of(self.server.emissions, self.clients)

    def deliveries(self, emission: Emission) -> tuple[Delivery, ...]:
        """What became of an emission at each client's socket that it was sent to."""
        return self._deliveries.get(emission.seq, ())

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every genuine change that was told to anybody, from its cause to its arrivals."""
        return changes_of(self.server, self.clients, self._deliveries, self.actions)

    @cached_property
    def made_up(self) -> tuple[Emission, ...]:
        """Events that the stub sent because a spec or a rule said so, not because something had changed."""
        return tuple(each for each in self.server.emissions if not each.genuine)

    @cached_property
    def ids_on_the_wire(self) -> frozenset[str]:
        """Every task id that the server, an event, or an answer ever named. Others are a page's own."""
        found = {write.id for write in self.server.writes if write.entity == "task"}
        subjects = [emission.subject for emission in self.server.emissions]
        subjects += [task for truth in self.truths for task in truth.tasks]
        for client in self.clients.values():
            subjects += [event.subject for event in (*client.wire.received, *client.wire.spoilt)]
            subjects += [task_of(request.answer) for request in client.requests]
            subjects += [task for call in client.calls for task in call.tasks or ()]
        return frozenset(found | {each.id for each in subjects if each is not None and each.kind == "task"})

    # -- at a moment -----------------------------------------------------------------------------------------

    def shown(self, client: str, t: float) -> Reading | None:
        """What the client's page showed at `t`."""
        return self.clients[client].screen.at(t)

    def is_filtered(self, client: str, t: float) -> bool:
        """Whether the client's board may be showing only a part at `t`: a sprint's cards."""
        history = self.clients[client]
        reading = history.screen.at(t)
        if reading is not None and reading.tells_filter:
            return reading.filter is not None
        return any(room.startswith("sprint:") for room in history.joined.at(t))

    def badge(self, client: str, t: float) -> str | None:
        return self.clients[client].badge.at(t)

    def transport(self, client: str, t: float) -> str | None:
        """The transport that carried the client's last message before `t`; None without a session."""
        history = self.clients[client]
        if history.wire.session_at(t) is None:
            return None
        frames = [
            each for each in history.of(EntryKind.FRAME) if each.t <= t and each.get("engine") == "message"
        ]
        return str(frames[-1].get("transport")) if frames else None

    def calls_in_flight(self, client: str, t: float) -> tuple[Call, ...]:
        return tuple(call for call in self.clients[client].calls if call.in_flight(t))

    def seen_by(self, entity: str, version: int, *, event: str = "task:updated") -> Mapping[str, float]:
        """Client -> when its board first showed `entity` at `version` or newer; missing: never."""
        subject = subject_of(event, {"id": entity, "version": version})
        assert subject is not None
        found = {name: painted(client, subject, 0.0) for name, client in self.clients.items()}
        return {name: reading.t for name, reading in found.items() if reading is not None}
