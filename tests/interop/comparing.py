"""Holds what the tap saw against what the official server logged, connection by connection, in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from official_server import Logged

from harness.journal.entries import EntryKind
from harness.journal.redact import Redactor
from harness.protocol import Direction, Malformed, SocketKind, SocketPacket
from harness.tap import Wire, WireFrame

#: One packet as both sides tell it: kind, namespace, ack id, data.
Said = tuple[str, str, int | None, Any]
_KINDS = {"binary_event": "event", "binary_ack": "ack"}
#: Of the server's log, what the tap keeps to itself: a secret that the page sent.
_masked = Redactor().value


def assert_tap_saw_what_was_logged(
    wire: Wire, frames: list[WireFrame], log: list[Logged], *, binary_kinds: bool = True
) -> None:
    """Every connection, and on each every packet in each direction, in order; nothing more, nothing less."""
    assert [frame.packet for frame in frames if isinstance(frame.packet, Malformed)] == []
    opened = [line.conn for line in log if line.what == "open"]
    assert [one.sid for one in wire.connections] == opened
    for connection in wire.connections:
        mine = [frame.packet for frame in frames if frame.connection == connection.number]
        for direction in Direction:
            packets = [p for p in mine if isinstance(p, SocketPacket) and p.direction is direction]
            assert list(map(_seen, packets)) == _logged(log, str(connection.sid), direction)
            for packet in packets:
                binary = packet.kind in (SocketKind.BINARY_EVENT, SocketKind.BINARY_ACK)
                assert binary == (binary_kinds and _has_bytes(packet.data)), packet
    transports = {str(one.sid): one.decoder.transport for one in wire.connections}
    last = {line.conn: line["transport"] for line in log if line.what in ("open", "upgrade")}
    assert transports == last


def assert_journal_tells_what_was_logged(
    entries: list[tuple[EntryKind, dict[str, Any]]], wire: Wire, log: list[Logged]
) -> None:
    """The frames of the client's lane are the server's log, bytes as their length."""
    frames = [fields for kind, fields in entries if kind is EntryKind.FRAME and fields.get("packet")]
    for connection in wire.connections:
        for direction, seen in ((Direction.TO_SERVER, "sent"), (Direction.TO_CLIENT, "received")):
            mine = [f for f in frames if (f["conn"], f["direction"]) == (connection.number, seen)]
            logged = _logged(log, str(connection.sid), direction)
            assert [_entry(each) for each in mine] == [_as_entry(each) for each in logged]


def _seen(packet: SocketPacket) -> Said:
    kind = _KINDS.get(str(packet.kind), str(packet.kind))
    return kind, packet.namespace, packet.ack_id, packet.data


def _logged(log: Iterable[Logged], sid: str, direction: Direction) -> list[Said]:
    way = "received" if direction is Direction.TO_SERVER else "sent"
    lines = (line for line in log if (line.what, line.conn) == ("packet", sid) and line["direction"] == way)
    return [(line["kind"], line["nsp"], line["id"], _without_secret(line["data"])) for line in lines]


def _without_secret(data: Any) -> Any:
    """Only the page's auth has one: the rest, bytes above all, is to be the same to the last bit."""
    return _masked(data) if isinstance(data, dict) and "token" in data else data


def _entry(fields: dict[str, Any]) -> Said:
    kind = fields["packet"].lower()
    return _KINDS.get(kind, kind), fields["namespace"], fields["ack_id"], (fields["event"], fields["data"])


def _as_entry(said: Said) -> Said:
    kind, namespace, ack_id, data = said
    event = data[0] if kind == "event" else None
    args = data[1:] if kind == "event" else [] if data is None else data if kind == "ack" else [data]
    return kind, namespace, ack_id, (event, _masked(args))


def _has_bytes(data: Any) -> bool:
    if isinstance(data, dict):
        data = list(data.values())
    return isinstance(data, bytes) or (isinstance(data, list) and any(map(_has_bytes, data)))
