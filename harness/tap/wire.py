"""Makes decoded packets of the tap's records: finds the connection of each payload, and decodes it there."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from harness.journal.redact import Redactor
from harness.protocol import (
    ConnectionDecoder,
    Direction,
    Malformed,
    Packet,
    Parser,
    SocketPacket,
    Transport,
)
from harness.tap.records import RecordKind, TapRecord

SEPARATOR = "\x1e"
_ALTERED = "altered"
_FRAMES = {RecordKind.WS_SEND: Direction.TO_SERVER, RecordKind.WS_MESSAGE: Direction.TO_CLIENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFrame:
    """One packet on the wire: record `n` of document `doc` completed it."""

    doc: str
    n: int
    t: float
    page: int
    frame: str
    #: Number of the Engine.IO connection, from 1, in the order in which they began.
    connection: int
    packet: Packet
    #: What a fault did to it: held, dropped, released, duplicated or altered; None when it went as it came.
    fate: str | None = None
    #: It is told for the second time: what became of it later, or one copy more.
    again: bool = False


@dataclass(slots=True, kw_only=True)
class Connection:
    """One Engine.IO connection of a document, over both its transports."""

    number: int
    doc: str
    url: str
    decoder: ConnectionDecoder = field(default_factory=ConnectionDecoder)
    #: As in the URLs of later requests, for when the open packet itself was not seen.
    url_sid: str | None = None

    @property
    def sid(self) -> str | None:
        return self.decoder.sid or self.url_sid


@dataclass(slots=True)
class _Socket:
    connection: Connection
    #: Frames that wait for the bytes of a Blob before them.
    waiting: list[TapRecord] = field(default_factory=list)


class Wire:
    """Feed it the records of any number of documents, each document's in order."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        """`redactor` masks what the page could not: the secrets in packets that are no text."""
        self._redactor = redactor or Redactor()
        self.connections: list[Connection] = []
        #: URLs of connections in another protocol version than Engine.IO 4: seen, but not decoded.
        self.undecoded: list[str] = []
        self._sockets: dict[tuple[str, int], _Socket] = {}
        self._polls: dict[tuple[str, int], Connection] = {}
        #: Packets that faults have in hand, by the record that completed them and their place in it.
        self._touched: dict[tuple[str, int, int], WireFrame] = {}
        #: Every Engine.IO request, by its document and number.
        self._requests: dict[tuple[str, int], Connection] = {}

    def connection_of(self, record: TapRecord) -> Connection | None:
        """The connection that a record fed before is about; None for every other record."""
        if "ws" in record.data:
            socket = self._sockets.get((record.doc, record.data["ws"]))
            return socket.connection if socket else None
        return self._requests.get((record.doc, record.data.get("http", -1)))

    def feed(self, record: TapRecord) -> list[WireFrame]:
        """The packets that `record` completes: none for most records."""
        match record.kind:
            case RecordKind.WS_CREATE:
                self._open_socket(record)
            case RecordKind.WS_SEND | RecordKind.WS_MESSAGE | RecordKind.WS_DATA | RecordKind.WS_CLOSE:
                return list(self._socket_record(record))
            case RecordKind.HTTP_START if record.data.get("engine_io"):
                return list(self._request(record))
            case RecordKind.HTTP_END if record.data.get("engine_io"):
                return list(self._answer(record))
            case RecordKind.FAULT_PASS:
                return list(self._pass(record))
            case _:
                pass
        return []

    def feed_all(self, records: Iterable[TapRecord]) -> list[WireFrame]:
        """The packets of many records."""
        return [frame for record in records for frame in self.feed(record)]

    def _open_socket(self, record: TapRecord) -> None:
        url = str(record.data["url"])
        connection = self._connection(record.doc, url)
        if connection:
            self._sockets[record.doc, record.data["ws"]] = _Socket(connection)

    def _socket_record(self, record: TapRecord) -> Iterator[WireFrame]:
        socket = self._sockets.get((record.doc, record.data["ws"]))
        if socket is None:
            return
        if record.kind is RecordKind.WS_DATA:
            socket.waiting = [_with_bytes(one, record) for one in socket.waiting]
        else:
            socket.waiting.append(record)
        while socket.waiting and not _waits(socket.waiting[0]):
            yield from self._socket_frame(socket.connection, socket.waiting.pop(0))

    def _socket_frame(self, connection: Connection, record: TapRecord) -> Iterator[WireFrame]:
        if record.kind is RecordKind.WS_CLOSE:
            for direction in Direction:
                left = connection.decoder.finish(direction, Transport.WEBSOCKET, record.t)
                yield from _frames(connection, record, left)
        elif not record.data.get("discarded"):
            yield from self._decode(connection, record, _FRAMES[record.kind], Transport.WEBSOCKET)

    def _request(self, record: TapRecord) -> Iterator[WireFrame]:
        connection = self._connection(record.doc, str(record.data["url"]))
        if connection is None:
            return
        self._requests[record.doc, record.data["http"]] = connection
        if record.data["method"] == "POST":
            yield from self._decode(connection, record, Direction.TO_SERVER, Transport.POLLING)
        else:
            self._polls[record.doc, record.data["http"]] = connection

    def _answer(self, record: TapRecord) -> Iterator[WireFrame]:
        connection = self._polls.pop((record.doc, record.data["http"]), None)
        if record.data.get("made_up"):
            return
        if connection and record.data["outcome"] == "ok" and record.data["status"] == 200:
            yield from self._decode(connection, record, Direction.TO_CLIENT, Transport.POLLING)

    def _decode(
        self, connection: Connection, record: TapRecord, direction: Direction, transport: Transport
    ) -> Iterator[WireFrame]:
        data = record.data
        payload = base64.b64decode(data["b64"]) if "b64" in data else str(data.get("text", ""))
        if data.get("truncated"):
            reason = f"the tap kept only a part of a payload of {data['size']}"
            broken = Malformed(
                direction=direction, transport=transport, t=record.t, reason=reason, raw=payload
            )
            yield from _frames(connection, record, [broken])
            return
        if not data.get("fates"):
            packets = self._packets(connection, direction, transport, payload, record.t)
            yield from _frames(connection, record, packets)
            return
        polled = transport is Transport.POLLING and isinstance(payload, str)
        parts: list[str | bytes] = [*str(payload).split(SEPARATOR)] if polled else [payload]
        for index, (part, fate) in enumerate(zip(parts, data["fates"], strict=False)):
            packets = self._packets(connection, direction, transport, part, record.t)
            for frame in _frames(connection, record, packets, fate):
                self._touched[record.doc, record.n, index] = frame
                # One that was altered is told when it goes on, with what the other side gets.
                if fate != _ALTERED:
                    yield frame

    def _packets(
        self,
        connection: Connection,
        direction: Direction,
        transport: Transport,
        payload: str | bytes,
        t: float,
    ) -> list[Packet]:
        packets = connection.decoder.feed(direction, transport, payload, t)
        return [self._masked(packet) for packet in packets]

    def _masked(self, packet: Packet) -> Packet:
        """Text was masked in the page, MessagePack could not be."""
        if not isinstance(packet, SocketPacket) or packet.parser is Parser.JSON:
            return packet
        return replace(packet, data=self._redactor.value(packet.data, as_json=False))

    def _pass(self, record: TapRecord) -> Iterator[WireFrame]:
        """A packet that a fault lets go on: what the other side gets, and when."""
        data = record.data
        came = self._touched.get((record.doc, int(data["of"]), int(data["index"])))
        if came is None:
            return
        packet = replace(came.packet, t=record.t)
        if "text" in data:
            decoder = ConnectionDecoder()
            packet = decoder.feed(packet.direction, packet.transport, data["text"], record.t)[0]
        fate = str(data["fate"])
        again = not (came.fate == fate == _ALTERED)
        yield replace(came, n=record.n, t=record.t, packet=packet, fate=fate, again=again)

    def _connection(self, doc: str, url: str) -> Connection | None:
        """The connection that `url` belongs to, a new one without a session id; None: not ours to read."""
        query = parse_qs(urlsplit(url).query)
        version, sid = query.get("EIO", [""])[0], query.get("sid", [None])[0]
        if version != "4":
            if version:
                self.undecoded.append(url)
            return None
        known = (one for one in self.connections if one.doc == doc and sid and one.sid == sid)
        found = next(known, None)
        if found is None:
            found = Connection(number=len(self.connections) + 1, doc=doc, url=url, url_sid=sid)
            self.connections.append(found)
        return found


def _frames(
    connection: Connection, record: TapRecord, packets: Iterable[Packet], fate: str | None = None
) -> Iterator[WireFrame]:
    for packet in packets:
        yield WireFrame(
            doc=record.doc,
            n=record.n,
            t=record.t,
            page=record.page,
            frame=record.frame,
            connection=connection.number,
            packet=packet,
            fate=fate,
        )


def _waits(record: TapRecord) -> bool:
    return bool(record.data.get("blob"))


def _with_bytes(record: TapRecord, bytes_record: TapRecord) -> TapRecord:
    if record.n != bytes_record.data["of"]:
        return record
    data = {key: value for key, value in record.data.items() if key != "blob"}
    data["b64"] = bytes_record.data["b64"]
    if bytes_record.data.get("truncated"):
        data["truncated"] = True
    return TapRecord(
        doc=record.doc,
        n=record.n,
        t=record.t,
        kind=record.kind,
        page=record.page,
        frame=record.frame,
        data=data,
    )
