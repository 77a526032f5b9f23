"""Takes in batches from the pages: no record twice, none missing unsaid, none with a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.journal.redact import Redactor
from harness.tap.records import RecordKind, TapRecord


@dataclass(slots=True)
class _Document:
    """How far one document's records have come."""

    page: int
    frame: str
    #: None until its own record came; Firefox has blank documents without any URL.
    url: str | None = None
    #: Number of the record that is due next.
    due: int = 0
    last_t: float = 0.0
    last_kind: RecordKind | None = None
    missing: set[int] = field(default_factory=set)
    #: How many records the page itself said there are; what comes later is again unconfirmed.
    confirmed: int = -1
    reported: set[int] = field(default_factory=set)
    tail_reported: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing can be missing behind the last record that came."""
        said_goodbye = self.last_kind is RecordKind.PAGE_HIDE
        blank = self.url is not None and (self.url == "" or self.url.startswith("about:"))
        return said_goodbye or blank or self.confirmed >= self.due


class Intake:
    """Pure: batches in, records out. Call `settle` at the end, for the records that never came."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._documents: dict[str, _Document] = {}
        self._unreadable = 0

    def accept(self, text: str, *, page: int = 0, frame: str = "", relayed: bool = False) -> list[TapRecord]:
        """The new records of one batch, in their order; what came before is left out.

        A relayed batch was handed over by a later document, perhaps in another frame.
        """
        try:
            batch = json.loads(self._redactor.text(text))
            doc, entries = str(batch["doc"]), list(batch["records"])
        except (ValueError, KeyError, TypeError):
            return [self._unreadable_batch(text, page, frame)]
        document = self._documents.setdefault(doc, _Document(page=page, frame=frame))
        if not relayed:  # a frame's name may come after its first document
            document.page, document.frame = page, frame
        return [record for entry in entries for record in self._one(doc, document, entry)]

    def due(self, doc: str) -> int:
        """How many records of `doc` have come, counted to the first that is missing at the end."""
        known = self._documents.get(doc)
        return known.due if known else 0

    def confirm(self, doc: str, count: int) -> None:
        """`doc` itself says that it has made `count` records so far."""
        known = self._documents.setdefault(doc, _Document(page=0, frame=""))
        known.confirmed = max(known.confirmed, count)
        known.missing.update(range(known.due, count))
        known.due = max(known.due, count)

    def settle(self) -> list[TapRecord]:
        """A `lost` record for each gap, and for each document that may have said more; each is said once."""
        return [lost for doc, document in self._documents.items() for lost in _lost(doc, document)]

    def _one(self, doc: str, document: _Document, entry: dict[str, Any]) -> Iterator[TapRecord]:
        n = int(entry.pop("n"))
        t, kind = float(entry.pop("t")), RecordKind(entry.pop("kind"))
        if n >= document.due:
            document.missing.update(range(document.due, n))
            document.due = n + 1
            document.last_kind = kind
        elif n in document.missing:
            document.missing.discard(n)
        else:
            return
        document.last_t = max(t, document.last_t)
        document.tail_reported = False
        if kind is RecordKind.DOCUMENT:
            document.url = str(entry.get("url", ""))
        yield TapRecord(doc=doc, n=n, t=t, kind=kind, page=document.page, frame=document.frame, data=entry)

    def _unreadable_batch(self, text: str, page: int, frame: str) -> TapRecord:
        self._unreadable += 1
        data = {"first": None, "last": None, "reason": f"unreadable batch of {len(text)} characters"}
        return TapRecord(
            doc="", n=-self._unreadable, t=0.0, kind=RecordKind.LOST, page=page, frame=frame, data=data
        )


def _lost(doc: str, document: _Document) -> Iterator[TapRecord]:
    for first, last in _ranges(sorted(document.missing - document.reported)):
        yield _lost_record(doc, document, first, last, "handed over by the page, but never came")
    document.reported |= document.missing
    if not document.complete and not document.tail_reported:
        document.tail_reported = True
        yield _lost_record(doc, document, document.due, None, "the document ended without saying so")


def _lost_record(doc: str, document: _Document, first: int, last: int | None, reason: str) -> TapRecord:
    data = {"first": first, "last": last, "reason": reason}
    return TapRecord(
        doc=doc,
        n=first,
        t=document.last_t,
        kind=RecordKind.LOST,
        page=document.page,
        frame=document.frame,
        data=data,
    )


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive numbers, as first and last."""
    first = last = None
    for number in numbers:
        if first is None or last is None or number != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = number
        last = number
    if first is not None and last is not None:
        yield first, last
