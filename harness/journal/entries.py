"""What stands in a journal: the header, and one frozen entry for each thing that happened.

A line is `{"seq", "t", "lane", "kind", ...fields}`. Lanes are the clients' names, `server` and `spec`. The
fields of each kind (`?`: may be missing; what is missing is not judged, never taken for "none"):

    client      person, engine, project?: the id opened | closed: true
    mark        name, ...; the names with a meaning of their own are in `MarkName`
    action      id, name: "board.drag", args, phase: Phase, error?        begin and end share the id
    socket      conn, state: SocketState, transport?, url?, code?, reason?, sid?, recovered?, error?,
                namespace?: that of the session, when it is not "/"
    frame       conn, direction: sent|received, transport, engine, packet?, namespace?, event?,
                data?: [args...], ack_id?, bytes, fate?: Fate, again?: true: told before, when it came,
                parser?: msgpack, when it was no text
    plain_socket  conn, state: connecting|open|error|closed, url, protocol?, code?, reason?
    plain_frame   conn, direction: sent|received, size, text?: its first characters, cut?: true
                size is in characters with a text, in bytes without one
                a WebSocket that carries no Socket.IO: shown undecoded, and of no meaning to checkers
    http        id, phase: start|end, method, url, path, status?, ok?, started?, duration_ms?, request?,
                response?, error?                                          start and end share the id
    badge       text | null
    view        columns: {column: [{id, text or title, version?, saving?, leaving?, ...}]} | null or {}: no
                board in sight, toasts: [text or {text, kind?}], dialog: its name or {name, busy?} | null,
                counts?: {column: n}, filter?: sprint id | null, dragging?: id | null,
                epics?: [{id, progress?, title?}], extras?: {name: [texts]}, of which filter, dragging and
                busy (the dialog waits) are understood
    console     level, text
    page_error  message, stack?
    navigation  url, same_document?: true when the page only changed its address, by?: "page" when it was
                not the spec that asked for it
    fault       id, name, edge: page|stub, params, phase: start|end         lane: the client hit, or spec
                fault?: its id over all clients, may_miss?; end: passed_by?: {what: n}, plan?: [n-th ones]
                phase: touch, of the page's edge: did, event?, entity?, nth?, ws?, http?, method?, path?
    server      what: ServerKind, n: the stub's own seq, ...the stub entry's fields
    observer    state: observed|not_observed|lost, what: Sense or any text, reason
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

#: Of the file format; a reader refuses every other one.
VERSION = 1
FILE_NAME = "journal.jsonl"

SERVER = "server"
SPEC = "spec"

Json = Mapping[str, Any]
_OWN = ("seq", "t", "lane", "kind")


class EntryKind(StrEnum):
    """What an entry tells of."""

    CLIENT = "client"
    MARK = "mark"
    ACTION = "action"
    SOCKET = "socket"
    FRAME = "frame"
    PLAIN_SOCKET = "plain_socket"
    PLAIN_FRAME = "plain_frame"
    HTTP = "http"
    BADGE = "badge"
    VIEW = "view"
    CONSOLE = "console"
    PAGE_ERROR = "page_error"
    NAVIGATION = "navigation"
    FAULT = "fault"
    SERVER = "server"
    OBSERVER = "observer"


class MarkName(StrEnum):
    """Marks that checkers understand; a spec may write others."""

    SETTLED = "settled"  # a fence: {ok?: bool = true, exact?: bool = true, clients?: [names], reason?}
    TRUTH = "truth"  # the server's board: {tasks: [whole entities], epics?: [...], project?: id}
    CLOCK = "clock"  # {virtual: bool, client?}: the page's timers run on a driven clock, or natively again
    VISIBILITY = "visibility"  # {hidden: bool, client?}; or in the client's own lane
    HEALTH = "health"  # {client, injected?: bool, polluted?: bool, listeners?: {"window:online": n}}
    EXPECTATION = "expectation"  # {what, ok, seen?}
    STARVED = "starved"  # {within: s, seconds}: so much of that time until here was waiting to run
    END = "end"  # written by the writer: the history is whole


class Phase(StrEnum):
    """How far an action is; `unknown`: its outcome could not be told."""

    INVOKED = "invoked"
    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class SocketState(StrEnum):
    """First the transport's states, then those of the Socket.IO session on it."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSED = "closed"
    ERROR = "error"
    UPGRADED = "upgraded"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    REFUSED = "refused"


class Direction(StrEnum):
    """Seen from the page."""

    SENT = "sent"
    RECEIVED = "received"


class Fate(StrEnum):
    """What a fault did to a frame; without one it was delivered as it came.

    A frame that was held and let go stands there twice. `duplicated` is each copy after the first.
    """

    HELD = "held"
    RELEASED = "released"
    DROPPED = "dropped"
    DUPLICATED = "duplicated"
    ALTERED = "altered"


class ServerKind(StrEnum):
    """Kinds of the stub's own journal, as `what` of a server entry."""

    CONNECT = "connect"
    REFUSED = "refused"
    DISCONNECT = "disconnect"
    UPGRADE = "upgrade"
    JOIN = "join"
    LEAVE = "leave"
    RECEIVED = "received"
    ACK = "ack"
    EMITTED = "emitted"
    REST = "rest"
    STORE = "store"
    FAULT = "fault"
    UNSCRIPTED = "unscripted"
    NEAR_MISS = "near_miss"
    RULE = "rule"
    RELOAD = "reload"
    ERROR = "error"


class Sense(StrEnum):
    """What the harness observes a page with; an observer entry's `what` names the one that is blind."""

    WIRE = "wire"
    SCREEN = "screen"
    HTTP = "http"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal: `t` in seconds since the spec's start, `fields` as listed for its kind."""

    seq: int
    t: float
    lane: str
    kind: EntryKind
    fields: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, line: Json) -> Self:
        """Raises KeyError, TypeError or ValueError when `line` is no entry."""
        seq, t, lane = line["seq"], line["t"], line["lane"]
        if isinstance(seq, bool) or not isinstance(seq, int) or not isinstance(lane, str):
            raise TypeError("seq is to be a whole number and lane a text")
        if isinstance(t, bool) or not isinstance(t, int | float):
            raise TypeError("t is to be a number of seconds")
        fields = {name: value for name, value in line.items() if name not in _OWN}
        return cls(seq=seq, t=float(t), lane=lane, kind=EntryKind(line["kind"]), fields=fields)

    def to_json(self) -> dict[str, Any]:
        own = {"seq": self.seq, "t": round(self.t, 6), "lane": self.lane, "kind": self.kind.value}
        return {**own, **{name: value for name, value in self.fields.items() if name not in _OWN}}

    def get(self, name: str, default: Any = None) -> Any:
        return self.fields.get(name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The journal's first line: what the history is of.

    `epoch` is the epoch time in seconds of t = 0. `contract` and `budgets` are the target's; `frontend` and
    `gateway` are the scenario's settings (they win over budgets where they say the same, such as the polling
    interval). `rooms_expected`: a list of rooms for every client, or `{client: [rooms]}`; None: worked out.
    `keeps_contract` is False for an app of which nothing is known but its lens. `slowdown`: how many times
    slower the pages' processors were made; the budgets have it in them already.
    """

    spec: str
    scenario: str | None = None
    seed: int | None = None
    target: str | None = None
    started: str = ""
    epoch: float = 0.0
    contract: Json = field(default_factory=dict)
    budgets: Json = field(default_factory=dict)
    frontend: Json = field(default_factory=dict)
    gateway: Json = field(default_factory=dict)
    project: str | None = None
    project_path: str = "/projects/{project}"
    rooms_expected: Any = None
    keeps_contract: bool = True
    slowdown: float = 1.0

    @classmethod
    def from_json(cls, line: Json) -> Self:
        """Reads the fields it knows and passes over the others; raises TypeError without a `spec`."""
        return cls(**{name: line[name] for name in cls.__slots__ if name in line})

    def to_json(self) -> dict[str, Any]:
        return {"lockstep_journal": VERSION, **{name: getattr(self, name) for name in self.__slots__}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A history as it was read, entries in the order in which they were written.

    `cut_off` says where and why it breaks off; None when it is whole.
    """

    header: Header
    entries: tuple[Entry, ...] = ()
    cut_off: str | None = None
