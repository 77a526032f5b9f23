"""What a page asked of the server: HTTP calls, and changes by socket or REST with what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.journal.entries import Entry, EntryKind
from harness.journal.payloads import Subject, task_of
from harness.journal.wire import Ack, Event, Wire

_CHANGES = frozenset(("POST", "PUT", "PATCH", "DELETE"))
_TASK = "/api/tasks/"
_GIVEN_UP = frozenset(("aborted", "timeout"))


class Via(StrEnum):
    """How a change went out."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP call of the app. `ended` is None while it is in flight; `status` None or 0: no answer."""

    seq: int
    id: Any
    method: str
    path: str
    started: float
    ended: float | None = None
    ended_seq: int | None = None
    status: int | None = None
    error: str | None = None
    request: Any = None
    response: Any = None
    #: The tasks that the answer lists (one, when it is about one); None when it cannot be read.
    tasks: tuple[Subject, ...] | None = None

    @property
    def ok(self) -> bool:
        """Whether it has succeeded and the answer could be read: one given up on the way brought nothing."""
        if self.error is not None or self.ended is None or self.status is None:
            return False
        return 200 <= self.status < 300

    @property
    def data(self) -> Any:
        """What the answer's envelope holds; None when there is none that can be read."""
        answer = _parsed(self.response)
        return answer.get("data") if isinstance(answer, Mapping) else None

    def in_flight(self, t: float) -> bool:
        return self.started <= t and (self.ended is None or t < self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A change that the page asked for, or a join; entry `seq`.

    `ok` is None as long as nobody knows: not answered, or the connection ended first (`ended` says when).
    """

    seq: int
    t: float
    via: Via
    name: str
    entity: str | None = None
    changes: Mapping[str, Any]
    mutation: str | None = None
    wants_answer: bool = True
    answered: float | None = None
    answer_seq: int | None = None
    ok: bool | None = None
    answer: Any = None
    code: str | None = None
    #: The task as it is now, if the refusal says so.
    current: Subject | None = None
    #: The connection that it was sent on, and when that ended without an answer.
    conn: Any = None
    ended: float | None = None

    @property
    def version(self) -> int | None:
        """The version that the server says the entity has now."""
        told = task_of(self.answer)
        return told.version if told else None

    @property
    def status(self) -> str | None:
        """The column it asks for."""
        said = self.changes.get("status")
        return said if isinstance(said, str) else None


def calls_of(entries: Iterable[Entry]) -> tuple[Call, ...]:
    """The HTTP calls of one lane, put together from their start and end entries, by start."""
    found: dict[Any, Call] = {}
    for entry in entries:
        if entry.kind is not EntryKind.HTTP:
            continue
        key = entry.get("id", f"#{entry.seq}")
        if entry.get("phase") == "end":
            ended = _ended(entry, found.get(key))
            found[key] = replace(ended, tasks=_tasks(ended))
        else:
            found[key] = _started(entry)
    return tuple(sorted(found.values(), key=lambda call: (call.started, call.seq)))


def _tasks(call: Call) -> tuple[Subject, ...] | None:
    data = call.data
    if not call.ok or data is None:
        return None
    items = data if isinstance(data, list) else [data]
    return tuple(task for task in map(task_of, items) if task is not None)


def _started(entry: Entry) -> Call:
    path = entry.get("path") or urlsplit(str(entry.get("url", ""))).path
    return Call(
        seq=entry.seq,
        id=entry.get("id"),
        method=str(entry.get("method", "GET")).upper(),
        path=str(path).partition("?")[0],
        started=entry.t,
        request=entry.get("request"),
    )


def _over(entry: Entry, started: float) -> float:
    """When it was over: what an app gave up, then, however late a busy page said so."""
    took_ms = entry.get("duration_ms")
    if entry.get("error") in _GIVEN_UP and isinstance(took_ms, int | float):
        return min(entry.t, started + took_ms / 1000)
    return entry.t


def _ended(entry: Entry, begun: Call | None) -> Call:
    begun = begun or _started(entry)
    told = entry.get("started")
    started = begun.started
    if begun.seq == entry.seq and isinstance(told, int | float):
        started = float(told)
    status = entry.get("status")
    error = entry.get("error")
    return Call(
        seq=begun.seq,
        id=begun.id,
        method=begun.method,
        path=begun.path,
        started=started,
        ended=_over(entry, started),
        ended_seq=entry.seq,
        status=status if isinstance(status, int) else None,
        error=str(error) if error else None,
        request=begun.request if begun.request is not None else entry.get("request"),
        response=entry.get("response"),
    )


def requests_of(wire: Wire, calls: Sequence[Call]) -> tuple[Request, ...]:
    """Everything that was asked for by socket or by a changing HTTP call, in order of time."""
    asked = [_by_socket(event, wire) for event in wire.sent]
    asked += [_by_http(call) for call in calls if call.method in _CHANGES and _is_change(call.path)]
    return tuple(sorted(asked, key=lambda each: (each.t, each.seq)))


def _by_socket(event: Event, wire: Wire) -> Request:
    changes = event.payload if isinstance(event.payload, Mapping) else {}
    entity = changes.get("id", changes.get("taskId"))
    ack = _answer_to(event, wire)
    ok, answer, error = _read_ack(ack)
    session = wire.session_on(event.conn, event.t)
    lost = ack is None and session is not None and session.closed_seq is not None
    mutation = changes.get("clientMutationId")
    return Request(
        seq=event.seq,
        t=event.t,
        via=Via.SOCKET,
        name=event.name,
        entity=entity if isinstance(entity, str) else None,
        changes=changes,
        mutation=mutation if isinstance(mutation, str) else None,
        wants_answer=event.ack_id is not None,
        answered=ack.t if ack else None,
        answer_seq=ack.seq if ack else None,
        ok=ok,
        answer=answer,
        code=_code(error),
        current=_current(error),
        conn=event.conn,
        ended=session.closed if lost and session else None,
    )


def _answer_to(event: Event, wire: Wire) -> Ack | None:
    """The first delivered ack with the event's number that came before the number was used again."""
    if event.ack_id is None:
        return None
    key = event.namespace, event.ack_id  # each namespace counts for itself
    again = (each.t for each in wire.sent if (each.namespace, each.ack_id) == key and each.seq > event.seq)
    before = next(again, None)
    for ack in wire.acks:
        if ack.delivered and (ack.namespace, ack.ack_id) == key and ack.t >= event.t:
            return ack if before is None or ack.t < before else None
    return None


def _read_ack(ack: Ack | None) -> tuple[bool | None, Any, Any]:
    """Whether it was accepted, the data, and the error."""
    if ack is None:
        return None, None, None
    if not isinstance(ack.answer, Mapping):
        return True, ack.answer, None  # another server's idea of an answer: it did answer
    return ack.answer.get("ok") is not False, ack.answer.get("data"), ack.answer.get("error")


def _code(error: Any) -> str | None:
    code = error.get("code") if isinstance(error, Mapping) else None
    return str(code) if code else None


def _current(error: Any) -> Subject | None:
    """The task that a refusal for an old version comes with, bare or wrapped."""
    details = error.get("details") if isinstance(error, Mapping) else None
    if not isinstance(details, Mapping):
        return None
    return task_of(details.get("current", details.get("task", details)))


def _by_http(call: Call) -> Request:
    body = _parsed(call.request)
    changes = body if isinstance(body, Mapping) else {}
    mutation = changes.get("clientMutationId")
    answer = _parsed(call.response)
    error = answer.get("error") if isinstance(answer, Mapping) else None
    code = _code(error) if isinstance(error, Mapping) else call.error
    return Request(
        seq=call.seq,
        t=call.started,
        via=Via.HTTP,
        name=f"{call.method} {call.path}",
        entity=_entity_in(call.path),
        changes=changes,
        mutation=mutation if isinstance(mutation, str) else None,
        answered=call.ended,
        answer_seq=call.ended_seq,
        ok=call.ok if call.ended is not None else None,
        answer=call.data,
        code=str(code) if code else (str(call.status) if call.ended is not None and not call.ok else None),
        current=_current(error),
    )


def _entity_in(path: str) -> str | None:
    return unquote(path.removeprefix(_TASK).partition("/")[0]) or None if path.startswith(_TASK) else None


def _is_change(path: str) -> bool:
    return path.startswith("/api/") and not path.startswith("/api/auth/")


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value
