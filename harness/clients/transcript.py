"""Turns what the tap and the lens record of one client into entries of the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from harness.clients.plain_sockets import PlainSockets
from harness.clients.traffic import Answer, Call, Heard, Traffic
from harness.clients.views import View, Views
from harness.journal.boards import whole_number
from harness.journal.entries import EntryKind, Fate, MarkName, Sense, SocketState
from harness.journal.redact import Redactor
from harness.protocol import (
    Direction,
    EnginePacket,
    Malformed,
    Parser,
    SocketKind,
    SocketPacket,
    Transport,
)
from harness.protocol.unknown_session import is_unknown_session
from harness.tap import Coverage, RecordKind, Sight, TapRecord, Wire, WireFrame

_KEPT = (Fate.HELD, Fate.DROPPED)
_ACKS = (SocketKind.ACK, SocketKind.BINARY_ACK)
#: A page clock that is nearer than this to the machine's is taken for the same: it is read in milliseconds.
_SAME_CLOCK_MS = 5.0


class Write(Protocol):
    """Appends one entry of this client at `epoch_ms`; returns its seq."""

    def __call__(self, kind: EntryKind, epoch_ms: float, **fields: Any) -> int: ...


class Transcript:
    """Feed it one client's records in the order of their coming; it writes what they mean.

    Only the client's first page counts; frames in it may hold sockets, but have no board of their own.
    """

    def __init__(
        self,
        write: Write,
        *,
        on_offset: Callable[[float], None] = lambda _s: None,
        redactor: Redactor | None = None,
    ) -> None:
        self._write = write
        self._on_offset = on_offset
        self._wire = Wire(redactor)
        self._plain = PlainSockets(write)
        self._views = Views()
        #: Session ids by connection and namespace: one connection may carry many.
        self._sids: dict[tuple[int, str], str] = {}
        #: The connection that each session was last on.
        self._carried: dict[str, int] = {}
        #: Events before the packet that opens their socket: what a recovered one missed.
        self._early: dict[tuple[int, str], int] = {}
        self._calls: dict[tuple[str, int], TapRecord] = {}
        self._made: dict[tuple[str, int], Call] = {}
        self._badge: object = self
        self._shown: dict[str, Any] | None = None
        self.traffic = Traffic()
        self.records_seen = 0
        #: When the newest document began: the time of what is said of the page as a whole.
        self._last_t = 0.0

    def feed(self, record: TapRecord) -> None:
        if record.page != 0:
            return
        self.records_seen += 1
        frames = self._wire.feed(record)
        if "ws" in record.data and self._wire.connection_of(record) is None:
            self._plain.feed(record)
        handler = _HANDLERS.get(record.kind)
        if handler is not None:
            handler(self, record)
        for frame in frames:
            self._frame(frame)

    def cover(self, coverage: Coverage) -> None:
        """Say in the journal what the tap could not see of the client's connections."""
        if coverage.sight is Sight.NOT_OBSERVED:
            unseen = [f"the server has a connection {sid} that the tap never saw" for sid in coverage.unseen]
            reason = "; ".join([*unseen, *coverage.doubts])
            self._write(
                EntryKind.OBSERVER, self._last_t, state="not_observed", what=Sense.WIRE.value, reason=reason
            )

    # -- the page --------------------------------------------------------------------------------------------

    def _document(self, record: TapRecord) -> None:
        data = record.data
        url = str(data.get("url", ""))
        self._last_t = record.t
        if record.frame or url == "" or url.startswith("about:"):
            return
        ahead_ms = record.t - float(data["wall_ms"])
        self._on_offset(ahead_ms / 1000 if abs(ahead_ms) > _SAME_CLOCK_MS else 0.0)
        self._left(record)
        self._write(EntryKind.NAVIGATION, record.t, url=url)
        self._write(EntryKind.MARK, record.t, name=MarkName.VISIBILITY.value, hidden=bool(data.get("hidden")))

    def _left(self, record: TapRecord) -> None:
        """A new document: calls of the old one will never end."""
        for key in [key for key in self.traffic.calls if key[0] != record.doc]:
            del self.traffic.calls[key]
            self._made.pop(key).status = 0
        self.traffic.open_sids.clear()

    def _navigate(self, record: TapRecord) -> None:
        if not record.frame:
            self._write(EntryKind.NAVIGATION, record.t, url=record.data["url"], same_document=True)

    def _visibility(self, record: TapRecord) -> None:
        if not record.frame:
            hidden = bool(record.data["hidden"])
            self._write(EntryKind.MARK, record.t, name=MarkName.VISIBILITY.value, hidden=hidden)

    def _clock(self, record: TapRecord) -> None:
        self.traffic.virtual = True
        since = float(record.data.get("since") or record.t)
        self._write(EntryKind.MARK, since, name=MarkName.CLOCK.value, virtual=True)

    def _network(self, record: TapRecord) -> None:
        self._write(EntryKind.MARK, record.t, name="network", online=record.data["online"])

    def _lost(self, record: TapRecord) -> None:
        reason = str(record.data["reason"])
        self._write(EntryKind.OBSERVER, record.t or self._last_t, state="lost", what="records", reason=reason)

    def _tap_error(self, record: TapRecord) -> None:
        reason = f"the tap failed in the page: {record.data['message']}"
        self._write(EntryKind.OBSERVER, record.t, state="lost", what="records", reason=reason)

    # -- what it shows ---------------------------------------------------------------------------------------

    def _view(self, record: TapRecord) -> None:
        broken = self._views.broken
        view = self._views.feed(record)
        if record.frame:
            return
        if view is None:
            if self._views.broken > broken:
                reason = "a view could not be put together: one before it was lost"
                self._write(
                    EntryKind.OBSERVER, record.t, state="lost", what=Sense.SCREEN.value, reason=reason
                )
            return
        self.traffic.cards_seen |= any(view.columns.values())
        self._write_view(view)

    def _write_view(self, view: View) -> None:
        if view.badge != self._badge:
            self._badge = view.badge
            self._write(EntryKind.BADGE, view.t, text=view.badge)
        told = view.document()
        del told["badge"]
        lists = told.pop("lists", {})
        told |= {name: [_with_numbers(one) for one in found] for name, found in lists.items()}
        if not view.board:
            told["columns"] = None
        if told != self._shown:
            self._shown = told
            self._write(EntryKind.VIEW, view.t, **told)

    # -- HTTP ------------------------------------------------------------------------------------------------

    def _http_start(self, record: TapRecord) -> None:
        data, key = record.data, (record.doc, record.data["http"])
        if data.get("engine_io"):
            connection = self._wire.connection_of(record)
            if connection and "sid=" not in data["url"]:
                self._socket(record, SocketState.CONNECTING, transport="polling", url=data["url"])
            return
        self._calls[key] = record
        path = str(data["url"]).partition("?")[0]
        self.traffic.calls[key] = f"{data['method']} {path}"
        call = Call(t=record.t, method=str(data["method"]), path=urlsplit(path).path)
        self._made[key] = call
        self.traffic.made.append(call)
        self._write(
            EntryKind.HTTP,
            record.t,
            phase="start",
            id=f"{record.doc}-{data['http']}",
            method=data["method"],
            url=data["url"],
            request=_parsed(data.get("text")),
        )

    def _http_end(self, record: TapRecord) -> None:
        data, key = record.data, (record.doc, record.data["http"])
        outcome, status = data["outcome"], data.get("status")
        if data.get("engine_io"):
            # An aborted poll is how the client library leaves a transport: no error.
            if outcome not in ("ok", "aborted") or (outcome == "ok" and status != 200):
                reason = outcome if outcome != "ok" else f"answered {status}"
                self.traffic.unknown_sessions += is_unknown_session(str(data.get("text", "")))
                self._socket(record, SocketState.ERROR, transport="polling", reason=reason)
            return
        self.traffic.calls.pop(key, None)
        if (call := self._made.pop(key, None)) is not None:
            call.status = int(status or 0)
        begun = self._calls.pop(key, None)
        asked = begun.data if begun else {}
        response = _parsed(data.get("text"))
        self._write(
            EntryKind.HTTP,
            record.t,
            phase="end",
            id=f"{record.doc}-{data['http']}",
            method=asked.get("method", "GET"),
            url=asked.get("url", ""),
            status=status,
            ok=outcome == "ok" and status is not None and 200 <= status < 300,
            duration_ms=data.get("ms"),
            response=response,
            error=None if outcome == "ok" else outcome,
        )
        listed = response.get("data") if isinstance(response, Mapping) else response
        if status == 200 and asked.get("method") == "GET" and isinstance(listed, list) and listed:
            self.traffic.lists.add(urlsplit(str(asked["url"])).path)

    # -- faults ----------------------------------------------------------------------------------------------

    def _fault_touch(self, record: TapRecord) -> None:
        data = dict(record.data)
        fault, name = data.pop("fault"), data.pop("name")
        touch = {key: value for key, value in data.items() if value is not None}
        if fault is not None:
            self.traffic.touches.setdefault(str(fault), []).append(touch)
        told = {"id": fault, "name": name, "edge": "page", "phase": "touch"}
        self._write(EntryKind.FAULT, record.t, **{**touch, **told})

    # -- sockets ---------------------------------------------------------------------------------------------

    def _ws(self, record: TapRecord) -> None:
        data, state = record.data, _WS_STATES[record.kind]
        told = {name: data[name] for name in ("url", "code", "reason") if data.get(name) not in (None, "")}
        self._socket(record, state, transport="websocket", **told)

    def _socket(self, record: TapRecord, state: SocketState, **fields: Any) -> None:
        connection = self._wire.connection_of(record)
        if connection is not None:
            self.traffic.tried += state is SocketState.CONNECTING
            if state in (SocketState.CLOSED, SocketState.ERROR):
                self.traffic.ended(connection.number, fields["transport"])
            self._write(EntryKind.SOCKET, record.t, conn=connection.number, state=state.value, **fields)

    def _frame(self, frame: WireFrame) -> None:
        packet = frame.packet
        common = {
            "conn": frame.connection,
            "direction": "sent" if packet.direction is Direction.TO_SERVER else "received",
            "transport": packet.transport.value,
        }
        if frame.fate is not None:
            common["fate"] = frame.fate
        if frame.again:
            common["again"] = True
        if isinstance(packet, EnginePacket):
            self._engine_packet(frame.connection, packet, common)
        elif isinstance(packet, SocketPacket):
            self._socket_packet(frame.connection, packet, common)
            self._follow(frame, packet)
        else:
            assert isinstance(packet, Malformed)
            told = {"engine": "message", "packet": "MALFORMED", "reason": packet.reason}
            self._write(EntryKind.FRAME, packet.t, **told, **common)

    def _engine_packet(self, conn: int, packet: EnginePacket, common: dict[str, Any]) -> None:
        told: dict[str, Any] = {"engine": "probe" if packet.text == "probe" else packet.kind.value}
        if packet.handshake:
            hand = packet.handshake
            told["data"] = [
                {
                    "sid": hand.sid,
                    "pingInterval": hand.ping_interval_ms,
                    "pingTimeout": hand.ping_timeout_ms,
                    "upgrades": list(hand.upgrades),
                }
            ]
        self._write(EntryKind.FRAME, packet.t, **told, **common)
        if packet.kind.value == "upgrade" and common.get("fate") not in _KEPT:
            self.traffic.carriers[conn] = Transport.WEBSOCKET.value
            state = SocketState.UPGRADED.value
            self._write(EntryKind.SOCKET, packet.t, conn=conn, state=state, transport="websocket")
        # A websocket has an end of its own. What a page closes is over for it, wherever the word got to.
        closes = packet.kind.value == "close" and packet.transport is Transport.POLLING
        if packet.kind.value == "close":
            self.traffic.ended(conn, packet.transport.value)
        if closes and (common["direction"] == "sent" or common.get("fate") not in _KEPT):
            state = SocketState.CLOSED.value
            self._write(EntryKind.SOCKET, packet.t, conn=conn, state=state, transport="polling")

    def _socket_packet(self, conn: int, packet: SocketPacket, common: dict[str, Any]) -> None:
        if packet.parser is not Parser.JSON:
            common["parser"] = packet.parser.value
        data: list[Any] = list(packet.args)
        if packet.kind in (SocketKind.CONNECT, SocketKind.CONNECT_ERROR) and packet.data is not None:
            data = [packet.data]
        self._write(
            EntryKind.FRAME,
            packet.t,
            engine="message",
            packet=packet.kind.name,
            namespace=packet.namespace,
            event=packet.event,
            data=data,
            ack_id=packet.ack_id,
            **common,
        )

    def _follow(self, frame: WireFrame, packet: SocketPacket) -> None:
        """What the packet means for the session, and for what is under way."""
        conn, fate = frame.connection, frame.fate
        received = packet.direction is Direction.TO_CLIENT
        if received:
            self.traffic.last_packet_t = max(self.traffic.last_packet_t, packet.t)
        if fate not in _KEPT:
            self._session(conn, packet, received)
            self._hear(conn, packet, received)
        # A packet has crossed the wire once: on its way in when it came, on its way out when it was let go.
        if not frame.again if received else fate not in _KEPT:
            self._count(conn, packet, received)

    def _session(self, conn: int, packet: SocketPacket, received: bool) -> None:
        state: dict[str, Any] | None = None
        if packet.kind is SocketKind.CONNECT and received:
            state = self._connected(conn, packet)
        elif packet.kind is SocketKind.CONNECT_ERROR:
            state = {"state": "refused", "error": _brief(packet.data)}
        elif packet.kind is SocketKind.DISCONNECT:
            state = {
                "state": "disconnected",
                "reason": "io server disconnect" if received else "io client disconnect",
            }
        if state is None:
            return
        if packet.kind is not SocketKind.CONNECT:
            self.traffic.open_sids.pop(self._sids.get((conn, packet.namespace), ""), None)
        if packet.namespace != "/":
            state["namespace"] = packet.namespace
        self._write(EntryKind.SOCKET, packet.t, conn=conn, **state)

    def _connected(self, conn: int, packet: SocketPacket) -> dict[str, Any]:
        sid = packet.data.get("sid") if isinstance(packet.data, Mapping) else None
        state = {"state": "connected", "sid": sid, "transport": packet.transport.value}
        if sid is None:
            return state
        sid, key = str(sid), (conn, packet.namespace)
        if self._carried.get(sid, conn) != conn:
            state["recovered"] = True
        self._carried[sid] = conn
        self._sids[key] = sid
        self.traffic.connected(sid, conn, packet.transport.value)
        # A recovered socket keeps its id; the server too counts anew.
        for counts in (self.traffic.received, self.traffic.sent, self.traffic.answered):
            counts.pop(sid, None)
        self.traffic.received[sid] = self._early.pop(key, 0)
        return state

    def _hear(self, conn: int, packet: SocketPacket, received: bool) -> None:
        key = (conn, packet.namespace, packet.ack_id)
        if packet.event is None:
            if packet.kind in _ACKS and received and (asked := self.traffic.asked.pop(key, None)):
                self.traffic.answers.append(Answer(asked=asked, args=packet.args))
            return
        heard = Heard(
            t=packet.t,
            event=packet.event,
            args=packet.args,
            sent=not received,
            sid=self._sids.get((conn, packet.namespace)),
            transport=packet.transport.value,
            namespace=packet.namespace,
        )
        self.traffic.events.append(heard)
        if packet.ack_id is not None and not received:
            self.traffic.asked[key] = heard

    def _count(self, conn: int, packet: SocketPacket, received: bool) -> None:
        traffic, key = self.traffic, (conn, packet.namespace)
        sid = self._sids.get(key)
        if packet.event is not None:
            counts = traffic.received if received else traffic.sent
        elif packet.kind in _ACKS and received:
            counts = traffic.answered
        else:
            return
        if sid is not None:
            counts[sid] = counts.get(sid, 0) + 1
        elif packet.event is not None and received:
            self._early[key] = self._early.get(key, 0) + 1


_WS_STATES = {
    RecordKind.WS_CREATE: SocketState.CONNECTING,
    RecordKind.WS_OPEN: SocketState.OPEN,
    RecordKind.WS_ERROR: SocketState.ERROR,
    RecordKind.WS_CLOSE: SocketState.CLOSED,
}

_HANDLERS: dict[RecordKind, Callable[[Transcript, TapRecord], None]] = {
    **dict.fromkeys(_WS_STATES, Transcript._ws),
    RecordKind.DOCUMENT: Transcript._document,
    RecordKind.NAVIGATE: Transcript._navigate,
    RecordKind.PAGE_VISIBILITY: Transcript._visibility,
    RecordKind.CLOCK: Transcript._clock,
    RecordKind.NETWORK: Transcript._network,
    RecordKind.LOST: Transcript._lost,
    RecordKind.TAP_ERROR: Transcript._tap_error,
    RecordKind.HTTP_START: Transcript._http_start,
    RecordKind.HTTP_END: Transcript._http_end,
    RecordKind.VIEW: Transcript._view,
    RecordKind.FAULT_TOUCH: Transcript._fault_touch,
}


def _parsed(text: Any) -> Any:
    """A body as JSON, when it is JSON."""
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with_numbers(one: Mapping[str, str | None]) -> dict[str, Any]:
    """Values of a list that say a whole number, as one: progress bars are compared by what they say."""
    told: dict[str, Any] = {}
    for name, text in one.items():
        number = None if name == "id" else whole_number(text)
        told[name] = text if number is None else number
    return told


def _brief(data: Any) -> str:
    message = data.get("message") if isinstance(data, Mapping) else None
    return str(message if message is not None else data)
