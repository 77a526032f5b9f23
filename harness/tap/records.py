"""What the tap hands over: one record for each thing that happened in a document, and the kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RecordKind(StrEnum):
    """Kinds of records, each with the fields of its `data` (`?` = only when it applies).

    A *text* is `text, size, masked?, truncated?`; *binary* is `b64, size, truncated?`, or `blob, size`
    with the bytes to follow in `ws.data`. Sizes are characters for text and bytes for binary.
    """

    #: url, top, reused, late, replaced, controlled, wall_ms, hidden: the tap is in place
    DOCUMENT = "document"
    #: url: changed without a new document
    NAVIGATE = "navigate"
    #: kept: the document is left (kept: it may come back, `page.show`)
    PAGE_HIDE = "page.hide"
    PAGE_SHOW = "page.show"
    #: hidden
    PAGE_VISIBILITY = "page.visibility"
    #: virtual, since: the page's timers run on a driven clock, at the earliest from `since` (epoch ms) on
    CLOCK = "clock"
    #: online
    NETWORK = "network"
    #: what (worker, shared_worker, service_worker, webtransport, event_source), url
    UNOBSERVED = "unobserved"

    #: ws, url, protocols
    WS_CREATE = "ws.create"
    #: ws, protocol
    WS_OPEN = "ws.open"
    #: ws, text or binary, discarded? (sent on a closing socket), fates?
    WS_SEND = "ws.send"
    #: ws, text or binary, fates?: what faults did to each packet in it (held, dropped, altered or null)
    WS_MESSAGE = "ws.message"
    #: ws, of, b64, truncated?: the bytes of the Blob of record `of`
    WS_DATA = "ws.data"
    #: ws, code, reason: the app called close()
    WS_CLOSING = "ws.closing"
    #: ws, code, reason, clean
    WS_CLOSE = "ws.close"
    #: ws
    WS_ERROR = "ws.error"
    #: ws, of: the gate took frame `of` away
    WS_TAKEN = "ws.taken"
    #: ws, of, altered: the gate let frame `of` go on
    WS_PASS = "ws.pass"

    #: ws, text or binary: a frame of ours, made to look like the server's; it was never on the wire
    WS_INJECT = "ws.inject"

    #: http, via (xhr, fetch, beacon), method, url, engine_io, text?, size?, request_id?, fates?
    HTTP_START = "http.start"
    #: http, text: the body of a Request object
    HTTP_BODY = "http.body"
    #: http, outcome (ok, failed, aborted, timeout, sent), status, ms, engine_io, text?, size?, request_id?,
    #: at? ("headers": the body was still to come), error?, fates?, made_up? (by a fault, not by the server)
    HTTP_END = "http.end"
    #: http, of: the gate took call `of` away
    HTTP_TAKEN = "http.taken"
    #: http, of, altered: the gate let call `of` go on
    HTTP_PASS = "http.pass"
    #: http, of: the gate gave the app another answer than that of record `of`
    HTTP_REPLACED = "http.replaced"

    #: fault, name, did, ws?, http?, event?, entity?, nth?, method?, path?: a fault did this to one
    FAULT_TOUCH = "fault.touch"
    #: of, index, out, fate (released, duplicated, altered, dropped), ws? or http?, text?: packet `index` of
    #: record `of` goes on, or is given up
    FAULT_PASS = "fault.pass"

    #: a reading of the lens, in the form that harness.clients.lens.Views puts together
    VIEW = "view"
    #: view: the first frame drawn after record `view`
    PAINTED = "painted"

    #: message, where: a fault of the tap itself
    TAP_ERROR = "tap.error"
    #: first, last (null: unknown), reason: made on the Python side, records that never came
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class TapRecord:
    """One record: `n` counts up in its document, `t` is epoch milliseconds by the document's native clock.

    `page` counts the pages of the context from 0; `frame` is "" for the main frame, else its name or URL.
    """

    doc: str
    n: int
    t: float
    kind: RecordKind
    page: int = 0
    frame: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The record as one flat JSON object."""
        head = {"doc": self.doc, "n": self.n, "t": self.t, "kind": str(self.kind)}
        return {**head, "page": self.page, "frame": self.frame, **self.data}
