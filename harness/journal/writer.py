"""Writes a journal as things happen: one line each, one clock, free of secrets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.journal.entries import SERVER, SPEC, EntryKind, Header, MarkName
from harness.journal.redact import Redactor

_RESERVED = frozenset(("seq", "t", "lane", "kind"))
_AFTER_THE_END = -1


class JournalWriter:
    """An append-only journal file; any thread may write, each entry is on disk when the call returns.

    Times are seconds since the spec's start on the harness' clock. Other clocks (a page's, the stub's) are
    converted on entry: tell how far each is ahead with `set_offset`, then pass its own epoch times.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        *,
        redactor: Redactor | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Creates the file and writes the header; `header.epoch` is the epoch time of this moment."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.header = header
        self._redact = (redactor or Redactor()).value
        self._now_s = now_s
        self._zero_s = now_s()
        self._offsets_s: dict[str, float] = {}
        self._lock = threading.Lock()
        self._seq = 0
        self._file = path.open("w", encoding="utf-8", newline="\n", buffering=1)
        self._file.write(_line(self._redact(header.to_json())))

    # -- the clock -------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since the spec's start. Monotonic: a clock that is set meanwhile does not disturb it."""
        return self._now_s() - self._zero_s

    def set_offset(self, source: str, offset_s: float) -> None:
        """Says that the clock of `source` (a client's name, or `server`) is `offset_s` ahead of ours."""
        self._offsets_s[source] = offset_s

    def at(self, epoch_s: float, source: str) -> float:
        """The journal's time of the moment that `source` calls `epoch_s`."""
        return epoch_s - self._offsets_s.get(source, 0.0) - self.header.epoch

    # -- entries ---------------------------------------------------------------------------------------------

    def write(self, lane: str, kind: EntryKind, *, at: float | None = None, **fields: Any) -> int:
        """Appends one entry, `at` seconds since the start (default: now); returns its seq.

        After `close` nothing is written and -1 comes back: the history is over. Raises ValueError for a
        field that would hide one of the entry's own (seq, t, lane, kind).
        """
        taken = _RESERVED.intersection(fields)
        if taken:
            raise ValueError(f"an entry has {', '.join(sorted(taken))} of its own: name the field otherwise")
        return self._append(lane, kind, self.now() if at is None else at, fields)

    def mark(self, name: str, *, at: float | None = None, **fields: Any) -> int:
        """Appends a mark to the spec's lane."""
        return self.write(SPEC, EntryKind.MARK, at=at, name=str(name), **fields)

    def write_page(self, client: str, kind: EntryKind, epoch_ms: float, **fields: Any) -> int:
        """Appends what `client`'s page saw at `epoch_ms` of its own clock."""
        return self.write(client, kind, at=self.at(epoch_ms / 1000, client), **fields)

    def write_stub(self, entry: Mapping[str, Any]) -> int:
        """Appends one entry `{seq, t: epoch seconds, kind, ...}` of the stub's own journal."""
        fields = {name: value for name, value in entry.items() if name not in _RESERVED}
        own = {"what": entry.get("kind"), "n": entry.get("seq")}
        at = self.at(entry["t"], SERVER) if "t" in entry else self.now()
        return self._append(SERVER, EntryKind.SERVER, at, {**fields, **own})

    def _append(self, lane: str, kind: EntryKind, t: float, fields: Mapping[str, Any]) -> int:
        clean = self._redact(fields)
        with self._lock:
            if self._file.closed:
                return _AFTER_THE_END
            self._seq += 1
            entry = {"seq": self._seq, "t": round(t, 6), "lane": lane, "kind": kind.value, **clean}
            self._file.write(_line(entry))
            return self._seq

    # -- the end ---------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Writes the end mark, by which a reader knows that nothing is missing; harmless when repeated."""
        self.mark(MarkName.END)
        with self._lock:
            self._file.close()

    def abandon(self) -> None:
        """Close the file without the end mark: the history breaks off, and a reader is to know."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _line(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which JavaScript allows in strings
        text = json.dumps(value, separators=(",", ":"), default=str)
    return text + "\n"
