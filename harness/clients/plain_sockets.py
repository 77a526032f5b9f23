"""Tells of WebSockets that carry no Socket.IO: opened, closed, and what crossed them, undecoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.journal.entries import EntryKind, SocketState
from harness.tap import RecordKind, TapRecord

#: Of a frame's text, in characters: enough to know it by; an app may send megabytes.
TEXT_MAX = 4000
_STATES = {
    RecordKind.WS_CREATE: SocketState.CONNECTING,
    RecordKind.WS_OPEN: SocketState.OPEN,
    RecordKind.WS_ERROR: SocketState.ERROR,
    RecordKind.WS_CLOSE: SocketState.CLOSED,
}
_FRAMES = {RecordKind.WS_SEND: "sent", RecordKind.WS_MESSAGE: "received"}


@dataclass(slots=True)
class _Known:
    conn: str
    url: str


class PlainSockets:
    """Feed it every record about a WebSocket that is no Engine.IO connection."""

    def __init__(self, write: Callable[..., int]) -> None:
        """`write(kind, epoch_ms, **fields)` appends one entry of this client."""
        self._write = write
        self._known: dict[tuple[str, int], _Known] = {}

    def feed(self, record: TapRecord) -> None:
        if record.kind in _STATES:
            self._state(record)
        elif record.kind in _FRAMES and not record.data.get("discarded"):
            self._frame(record)

    def _socket(self, record: TapRecord) -> _Known:
        key = record.doc, int(record.data["ws"])
        if key not in self._known:
            self._known[key] = _Known(f"plain-{len(self._known) + 1}", str(record.data.get("url", "")))
        return self._known[key]

    def _state(self, record: TapRecord) -> None:
        told = {name: record.data[name] for name in ("protocol", "code", "reason") if record.data.get(name)}
        socket, state = self._socket(record), _STATES[record.kind].value
        self._write(EntryKind.PLAIN_SOCKET, record.t, conn=socket.conn, state=state, url=socket.url, **told)

    def _frame(self, record: TapRecord) -> None:
        direction = _FRAMES[record.kind]
        told = {"conn": self._socket(record).conn, "direction": direction, "size": record.data.get("size")}
        self._write(EntryKind.PLAIN_FRAME, record.t, **told, **_shown(record.data))


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    """What may be shown: bytes are not, since a secret in them could not be told and masked."""
    text = data.get("text")
    if not isinstance(text, str):
        return {}
    cut = len(text) > TEXT_MAX or bool(data.get("truncated"))
    return {"text": text[:TEXT_MAX]} | ({"cut": True} if cut else {})
