"""Turns what the tap and the lens record of one client into entries of the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.clients.call_entries import CallEntries
from harness.clients.lane import Write
from harness.clients.packet_entries import PacketEntries
from harness.clients.plain_sockets import PlainSockets
from harness.clients.screen_entries import ScreenEntries
from harness.clients.traffic import Traffic
from harness.journal.entries import EntryKind, MarkName, Sense, SocketState
from harness.journal.redact import Redactor
from harness.protocol.unknown_session import is_unknown_session
from harness.tap import Coverage, RecordKind, Sight, TapRecord, Wire

#: A page clock that is nearer than this to the machine's is taken for the same: it is read in milliseconds.
_SAME_CLOCK_MS = 5.0


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
        self.traffic = Traffic()
        self._packets = PacketEntries(write, self.traffic)
        self._calls = CallEntries(write, self.traffic)
        self._screen = ScreenEntries(write, self.traffic)
        self.records_seen = 0
        #: When the newest document began: the time of what is said of the page as a whole.
        self._last_t = 0.0

    @property
    def eio_sids(self) -> set[str]:
        """The Engine.IO session ids seen so far."""
        return {each.sid for each in self._wire.connections if each.sid}

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
            self._packets.feed(frame)

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
        self._calls.left(record.doc)
        self.traffic.open_sids.clear()
        self._write(EntryKind.NAVIGATION, record.t, url=url)
        self._write(EntryKind.MARK, record.t, name=MarkName.VISIBILITY.value, hidden=bool(data.get("hidden")))

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

    # -- HTTP ------------------------------------------------------------------------------------------------

    def _http_start(self, record: TapRecord) -> None:
        if not record.data.get("engine_io"):
            self._calls.start(record)
        elif "sid=" not in record.data["url"]:
            self._socket(record, SocketState.CONNECTING, transport="polling", url=record.data["url"])

    def _http_end(self, record: TapRecord) -> None:
        data = record.data
        if not data.get("engine_io"):
            self._calls.end(record)
            return
        outcome, status = data["outcome"], data.get("status")
        # An aborted poll is how the client library leaves a transport: no error.
        if outcome not in ("ok", "aborted") or (outcome == "ok" and status != 200):
            reason = outcome if outcome != "ok" else f"answered {status}"
            self.traffic.unknown_sessions += is_unknown_session(str(data.get("text", "")))
            self._socket(record, SocketState.ERROR, transport="polling", reason=reason)

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
    RecordKind.VIEW: lambda transcript, record: transcript._screen.feed(record),
    RecordKind.FAULT_TOUCH: Transcript._fault_touch,
}
