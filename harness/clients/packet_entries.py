"""The packets of one client as entries of its lane, and what they mean for its sessions and its traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.clients.lane import Write
from harness.clients.traffic import Answer, Heard, Traffic
from harness.journal.entries import EntryKind, Fate, SocketState
from harness.protocol import (
    Direction,
    EnginePacket,
    Malformed,
    Parser,
    SocketKind,
    SocketPacket,
    Transport,
)
from harness.tap import WireFrame

_KEPT = (Fate.HELD, Fate.DROPPED)
_ACKS = (SocketKind.ACK, SocketKind.BINARY_ACK)


class PacketEntries:
    """Feed it the packets in the order of their coming."""

    def __init__(self, write: Write, traffic: Traffic) -> None:
        self._write = write
        self._traffic = traffic
        #: Session ids by connection and namespace: one connection may carry many.
        self._sids: dict[tuple[int, str], str] = {}
        #: The connection that each session was last on.
        self._carried: dict[str, int] = {}
        #: Events before the packet that opens their socket: what a recovered one missed.
        self._early: dict[tuple[int, str], int] = {}

    def feed(self, frame: WireFrame) -> None:
        """The next packet."""
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
            self._traffic.carriers[conn] = Transport.WEBSOCKET.value
            state = SocketState.UPGRADED.value
            self._write(EntryKind.SOCKET, packet.t, conn=conn, state=state, transport="websocket")
        # A websocket has an end of its own. What a page closes is over for it, wherever the word got to.
        closes = packet.kind.value == "close" and packet.transport is Transport.POLLING
        if packet.kind.value == "close":
            self._traffic.ended(conn, packet.transport.value)
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
            self._traffic.last_packet_t = max(self._traffic.last_packet_t, packet.t)
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
            self._traffic.open_sids.pop(self._sids.get((conn, packet.namespace), ""), None)
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
        self._traffic.connected(sid, conn, packet.transport.value)
        # A recovered socket keeps its id; the server too counts anew.
        for counts in (self._traffic.received, self._traffic.sent, self._traffic.answered):
            counts.pop(sid, None)
        self._traffic.received[sid] = self._early.pop(key, 0)
        return state

    def _hear(self, conn: int, packet: SocketPacket, received: bool) -> None:
        key = (conn, packet.namespace, packet.ack_id)
        if packet.event is None:
            if packet.kind in _ACKS and received and (asked := self._traffic.asked.pop(key, None)):
                self._traffic.answers.append(Answer(asked=asked, args=packet.args))
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
        self._traffic.events.append(heard)
        if packet.ack_id is not None and not received:
            self._traffic.asked[key] = heard

    def _count(self, conn: int, packet: SocketPacket, received: bool) -> None:
        traffic, key = self._traffic, (conn, packet.namespace)
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


def _brief(data: Any) -> str:
    message = data.get("message") if isinstance(data, Mapping) else None
    return str(message if message is not None else data)
