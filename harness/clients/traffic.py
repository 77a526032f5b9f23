"""What has crossed one client's wires so far, as specs and fences ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One Socket.IO event that crossed a wire of the client: `args` without the name, `t` in epoch ms."""

    t: float
    event: str
    args: tuple[Any, ...]
    sent: bool
    sid: str | None
    transport: str
    namespace: str = "/"

    @property
    def payload(self) -> Any:
        """The first argument, which for most apps is the whole message."""
        return self.args[0] if self.args else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An event that a client sent, and the arguments of its ack."""

    asked: Heard
    args: tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class Call:
    """A REST call of the page; `status` is None until it is answered, and 0 when it failed."""

    t: float
    method: str
    path: str
    status: int | None = None


@dataclass(slots=True)
class Traffic:
    """What has crossed the client's wires so far; `answered` counts acks received."""

    events: list[Heard] = field(default_factory=list)
    #: Socket.IO sessions that the page takes for open, with the connection of each; the newest last.
    open_sids: dict[str, int] = field(default_factory=dict)
    #: The transport that each connection is on.
    carriers: dict[int, str] = field(default_factory=dict)
    #: Engine.IO connections that the page has begun, by either transport.
    tried: int = 0
    #: Requests of long-polling that were answered 400 for a session that nobody knew.
    unknown_sessions: int = 0
    #: REST calls that the page has begun, in their order.
    made: list[Call] = field(default_factory=list)
    #: Socket.IO session id -> how many events it has received.
    received: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    #: What the server has answered: each event with an ack asked for, and the answer's arguments.
    answers: list[Answer] = field(default_factory=list)
    #: Events whose ack has not come, by connection, namespace and ack id.
    asked: dict[tuple[int, str, int | None], Heard] = field(default_factory=dict)
    #: REST calls under way, by document and number, as `GET /api/tasks`.
    calls: dict[tuple[str, int], str] = field(default_factory=dict)
    #: When a Socket.IO packet last came, in epoch ms.
    last_packet_t: float = 0.0
    #: Whether the lens has ever found a card.
    cards_seen: bool = False
    #: Paths of GET calls that brought a list with something in it.
    lists: set[str] = field(default_factory=set)
    #: Whether the page's timers run on a driven clock.
    virtual: bool = False
    #: What each fault did, by its id.
    touches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def connected(self, sid: str, conn: int, transport: str) -> None:
        """A session has begun, or a recovered one goes on."""
        self.carriers[conn] = transport
        self.open_sids.pop(sid, None)
        self.open_sids[sid] = conn

    def ended(self, conn: int, transport: str) -> None:
        """A transport of the connection is over; if it was on that one, so are its sessions."""
        if self.carriers.get(conn) == transport:
            for sid in [sid for sid, carrier in self.open_sids.items() if carrier == conn]:
                del self.open_sids[sid]
