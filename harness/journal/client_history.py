"""One client's history: where its page was, what it showed, and what its wire and calls did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import SplitResult, unquote, urlsplit

from harness.journal.boards import CardCache, Reading, Screen, reading_of
from harness.journal.entries import Entry, EntryKind, Header
from harness.journal.payloads import JOINS, LEAVES, room_of
from harness.journal.requests import Call, Request, calls_of, requests_of
from harness.journal.server_history import Emission
from harness.journal.steps import Span, Steps, joined_steps
from harness.journal.terms import Terms
from harness.journal.wire import Session, Wire, wire_of


class ClientHistory:
    """Everything of one lane. Times are seconds since the spec's start; nothing is known after `end`."""

    def __init__(
        self, name: str, entries: Sequence[Entry], *, header: Header, terms: Terms, end: float
    ) -> None:
        self.name = name
        self.entries = tuple(sorted(entries, key=lambda entry: (entry.t, entry.seq)))
        self.end = end
        self.terms = terms
        self._project_url = _project_url(header.project_path)
        closed = [entry for entry in self.of(EntryKind.CLIENT) if entry.get("closed")]
        self.closed_at = closed[0].t if closed else end

    def of(self, kind: EntryKind) -> tuple[Entry, ...]:
        """The client's entries of one kind, in order of time."""
        return tuple(entry for entry in self.entries if entry.kind is kind)

    # -- where the page was ----------------------------------------------------------------------------------

    @cached_property
    def person(self) -> str:
        """Who is at this client; the client's own name when nothing says otherwise."""
        told = (entry.get("person") for entry in self.of(EntryKind.CLIENT))
        return next((str(each) for each in told if each), self.name)

    @cached_property
    def documents(self) -> tuple[float, ...]:
        """When each new document (a load, not a change of address) began."""
        return tuple(each.t for each in self.of(EntryKind.NAVIGATION) if not each.get("same_document"))

    @cached_property
    def project(self) -> Steps[str | None]:
        """The project whose board the page is on; None when it is on another page."""
        changes: list[tuple[float, str | None, int | None]] = []
        for entry in self.entries:
            if entry.kind is EntryKind.CLIENT and entry.get("project"):
                changes.append((entry.t, str(entry.get("project")), entry.seq))
            elif entry.kind is EntryKind.NAVIGATION:
                url = urlsplit(str(entry.get("url", "")))
                if url.scheme in ("http", "https", ""):
                    changes.append((entry.t, self._project_at(url), entry.seq))
        return Steps(None, changes)

    def _project_at(self, url: SplitResult) -> str | None:
        """An app whose boards have no project in their address: those of one address are one board."""
        if self._project_url is None:
            return url._replace(scheme="", netloc="").geturl()
        match = self._project_url.search(url.path)
        return unquote(match[1]) if match else None

    @cached_property
    def opened_a_board(self) -> bool:
        return any(self.project.at(t) is not None for t in self.project.times)

    # -- what it showed --------------------------------------------------------------------------------------

    @cached_property
    def screen(self) -> Screen:
        views = self.of(EntryKind.VIEW)
        ends = [*(view.t for view in views), self.closed_at][1:]
        readings: list[Reading] = []
        cache: CardCache = {}
        segment, had_board, before = 0, False, -1.0
        for view, end in zip(views, ends, strict=True):
            left = next((t for t in self.documents if view.t < t < end), end)
            moved = before >= 0 and self.project.at(before) != self.project.at(view.t)
            loaded = any(before < t <= view.t for t in self.documents)
            if had_board and (moved or loaded):
                segment, had_board = segment + 1, False
            reading = reading_of(
                view,
                until=max(view.t, left),
                segment=segment,
                project=self.project.at(view.t),
                cache=cache,
            )
            if had_board and not reading.has_board:
                segment += 1
            had_board, before = reading.has_board, view.t
            readings.append(reading)
        return Screen(readings)

    @cached_property
    def badge(self) -> Steps[str | None]:
        """What the badge says; None while there is none, and after a load until it is read again."""
        changes: list[tuple[float, str | None, int | None]] = [(t, None, None) for t in self.documents]
        changes += [
            (each.t, str(each.get("text")) if each.get("text") else None, each.seq)
            for each in self.of(EntryKind.BADGE)
        ]
        return Steps(None, changes)

    # -- the wire --------------------------------------------------------------------------------------------

    @cached_property
    def wire(self) -> Wire:
        return wire_of(self.entries, documents=self.documents, end=self.closed_at)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        return calls_of(self.entries)

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        return requests_of(self.wire, self.calls)

    @cached_property
    def joined(self) -> Steps[frozenset[str]]:
        """The rooms whose joins were acknowledged to this page, on the session it has."""
        moments: list[tuple[float, int, str, str | None]] = []
        for session in self.wire.sessions:
            moments.append((session.opened, session.seq, "restore" if session.recovered else "clear", None))
            if session.closed_seq is not None:
                moments.append((session.closed, session.closed_seq, "lost", None))
        for request in self.requests:
            room = self.room_of(request)
            if request.name in JOINS and request.ok and request.answered is not None:
                moments.append((request.answered, request.answer_seq or 0, "join", room))
            elif request.name in JOINS and request.code == "FORBIDDEN" and request.answered is not None:
                # A recovered session has its rooms again, but those whose member its person is no more.
                moments.append((request.answered, request.answer_seq or 0, "leave", room))
            elif request.name in LEAVES:
                moments.append((request.t, request.seq, "leave", room))
        return Steps(frozenset(), _rooms_over_time(sorted(moments, key=lambda each: each[:2])))

    def room_of(self, request: Request) -> str | None:
        """The room that a join or leave of this page names; None for other requests."""
        sent = next((event for event in self.wire.sent if event.seq == request.seq), None)
        return room_of(request.name, sent.payload if sent else None)

    @cached_property
    def live(self) -> Steps[bool]:
        """Whether a session is open and the shown project's room is joined on it: what the badge tells.

        Of an app without the contract nobody knows what it joins: there, whether a session is open.
        """
        moments = [*self.joined.times, *self.project.times]
        moments += [t for each in self.wire.sessions for t in (each.opened, each.closed)]
        return joined_steps(moments, self._is_live)

    def _is_live(self, t: float) -> bool:
        project = self.project.at(t)
        if project is None or self.wire.session_at(t) is None:
            return False
        if not self.terms.contract:
            return True
        return f"project:{project}" in self.joined.at(t)

    def live_spans(self) -> tuple[Span[bool], ...]:
        """The stretches in which it was live, until the client was closed."""
        return tuple(span for span in self.live.spans(self.closed_at) if span.value)

    def session_of(self, sid: str, t: float) -> Session | None:
        """The session with this id at `t`, or the one that came next: a recovered socket keeps its id."""
        mine = [each for each in self.wire.sessions if each.sid == sid]
        return next((each for each in mine if each.closed > t), mine[-1] if mine else None)

    def is_lost(self, session: Session, emission: Emission) -> bool:
        """Whether it was sent into a connection that had just ended: `session` is the one after it."""
        return self.is_resumed(session) and emission.t < session.opened and not emission.replayed

    def is_resumed(self, session: Session) -> bool:
        """Whether the socket was connected before, under the same id."""
        return any(each.sid == session.sid and each.opened < session.opened for each in self.wire.sessions)

    def lists(self, project: str | None = None) -> tuple[Call, ...]:
        """The GETs of the task list (of `project`)."""
        return tuple(
            call
            for call in self.calls
            if call.method == "GET" and self.terms.is_task_list(call.path, project)
        )


def _project_url(path: str) -> re.Pattern[str] | None:
    """What finds the project in an address; None where there is none in it."""
    parts = path.split("{project}")
    return re.compile("([^/?#]+)".join(map(re.escape, parts)) + "/?$") if len(parts) > 1 else None


def _rooms_over_time(
    moments: Sequence[tuple[float, int, str, str | None]],
) -> list[tuple[float, frozenset[str], int | None]]:
    changes: list[tuple[float, frozenset[str], int | None]] = []
    rooms: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    for t, seq, what, room in moments:
        if what == "join" and room:
            rooms |= {room}
        elif what == "leave" and room:
            rooms -= {room}
        elif what == "lost":
            kept, rooms = rooms, frozenset()
        elif what == "restore":
            rooms = kept
        elif what == "clear":
            rooms = frozenset()
        changes.append((t, rooms, seq))
    return changes
