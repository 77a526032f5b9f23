"""How whoever watches a client writes on its lane of the journal."""

from __future__ import annotations

from typing import Any, Protocol

from harness.journal.entries import EntryKind


class Write(Protocol):
    """Appends one entry of this client at `epoch_ms`; returns its seq."""

    def __call__(self, kind: EntryKind, epoch_ms: float, **fields: Any) -> int: ...
