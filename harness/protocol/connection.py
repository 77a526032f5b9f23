"""Decodes all that goes over one connection, both ways, across the upgrade from polling to websocket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as _replace

from harness.protocol.engineio import (
    Control,
    Message,
    NotAPacket,
    decode_packet,
    encode_message,
    split_payload,
)
from harness.protocol.msgpack_packets import decode_map
from harness.protocol.packets import (
    Direction,
    EngineKind,
    EnginePacket,
    Handshake,
    Malformed,
    Packet,
    Parser,
    SocketPacket,
    Transport,
)
from harness.protocol.socketio import Header, decode_text, encode_packet, fill


@dataclass(slots=True)
class _Pending:
    """A binary packet whose attachments are still on their way."""

    header: Header
    text: str
    started_t: float
    attachments: list[bytes] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.attachments) >= self.header.attachments


class ConnectionDecoder:
    """The state of one Engine.IO connection; feed it every payload in the order in which the page met them.

    Never raises: what is no packet comes out as `Malformed`, and decoding goes on behind it.
    """

    __slots__ = ("_pending", "handshake", "transport")

    def __init__(self) -> None:
        # Attachments follow their header whatever the transport, so this is kept by direction only.
        self._pending: dict[Direction, _Pending] = {}
        #: What the server said on opening; None until then.
        self.handshake: Handshake | None = None
        #: What carries messages now: that of the open packet, then websocket from the upgrade on.
        self.transport: Transport | None = None

    @property
    def sid(self) -> str | None:
        """The Engine.IO session id, once the server has said it."""
        return self.handshake.sid if self.handshake else None

    def feed(
        self, direction: Direction, transport: Transport, payload: str | bytes, t: float
    ) -> list[Packet]:
        """The packets that `payload` completes: a polling body may hold many, a frame at most one."""
        if transport is Transport.POLLING:
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else payload
            encoded: list[str | bytes] = [*split_payload(text)]
        else:
            encoded = [payload]
        return [packet for one in encoded for packet in self._one(direction, transport, one, t)]

    def finish(self, direction: Direction, transport: Transport, t: float) -> list[Packet]:
        """Call when the connection has ended: a packet still without its attachments comes out malformed."""
        return list(self._abandon(direction, transport, t, "the connection ended before all attachments"))

    def _one(
        self, direction: Direction, transport: Transport, encoded: str | bytes, t: float
    ) -> Iterator[Packet]:
        try:
            raw = decode_packet(encoded)
            if isinstance(raw, Control):
                yield self._control(direction, transport, raw, t)
            elif isinstance(raw.content, str):
                yield from self._abandon(direction, transport, t, "text before all attachments had come")
                yield from self._text(direction, transport, raw.content, t)
            else:
                yield from self._attachment(direction, transport, raw, t)
        except (NotAPacket, RecursionError) as error:
            yield Malformed(direction=direction, transport=transport, t=t, reason=str(error), raw=encoded)

    def _control(self, direction: Direction, transport: Transport, raw: Control, t: float) -> EnginePacket:
        if raw.handshake:
            self.handshake = raw.handshake
            self.transport = transport
        elif raw.kind is EngineKind.UPGRADE and direction is Direction.TO_SERVER:
            self.transport = transport
        return EnginePacket(
            direction=direction,
            transport=transport,
            t=t,
            kind=raw.kind,
            text=raw.text,
            handshake=raw.handshake,
        )

    def _text(self, direction: Direction, transport: Transport, text: str, t: float) -> Iterator[Packet]:
        pending = _Pending(header=decode_text(text), text=text, started_t=t)
        if pending.complete:
            yield _packet(direction, transport, pending, t)
        else:
            self._pending[direction] = pending

    def _attachment(
        self, direction: Direction, transport: Transport, raw: Message, t: float
    ) -> Iterator[Packet]:
        pending = self._pending.get(direction)
        assert isinstance(raw.content, bytes)
        if pending is None:
            yield self._whole(direction, transport, raw.content, t)
            return
        pending.attachments.append(raw.content)
        if pending.complete:
            del self._pending[direction]
            yield _packet(direction, transport, pending, t)

    def _whole(self, direction: Direction, transport: Transport, content: bytes, t: float) -> SocketPacket:
        """Bytes that nothing waits for: a packet of another parser, or nothing at all."""
        header = decode_map(content)
        if header is None:
            raise NotAPacket("binary that belongs to no packet")
        whole = _Pending(header=header, text="", started_t=t)
        return _replace(_packet(direction, transport, whole, t), parser=Parser.MSGPACK)

    def _abandon(
        self, direction: Direction, transport: Transport, t: float, reason: str
    ) -> Iterator[Malformed]:
        pending = self._pending.pop(direction, None)
        if pending is not None:
            yield Malformed(direction=direction, transport=transport, t=t, reason=reason, raw=pending.text)


def encode(packet: SocketPacket, *, transport: Transport | None = None) -> list[str | bytes]:
    """The encoded Engine.IO packets of `packet`, for its own or another transport.

    On a websocket each is one frame; for polling join them (`engineio.join_payload`).
    """
    polling = (transport or packet.transport) is Transport.POLLING
    messages = encode_packet(packet.kind, packet.data, namespace=packet.namespace, ack_id=packet.ack_id)
    return [encode_message(message, polling=polling) for message in messages]


def _packet(direction: Direction, transport: Transport, pending: _Pending, t: float) -> SocketPacket:
    header = pending.header
    if header.attachments:
        header = _replace(header, data=fill(header.data, pending.attachments))
    return SocketPacket(
        direction=direction,
        transport=transport,
        t=t,
        started_t=pending.started_t,
        kind=header.kind,
        namespace=header.namespace,
        ack_id=header.ack_id,
        data=header.data,
        attachments=header.attachments,
    )
