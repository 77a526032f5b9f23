"""What one client's page shows, as entries of its lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.clients.lane import Write
from harness.clients.traffic import Traffic
from harness.clients.views import View, Views
from harness.journal.boards import whole_number
from harness.journal.entries import EntryKind, Sense
from harness.tap import TapRecord


class ScreenEntries:
    """Feed it what the lens tells; only what is another picture than the one before is written."""

    def __init__(self, write: Write, traffic: Traffic) -> None:
        self._write = write
        self._traffic = traffic
        self._views = Views()
        self._badge: object = self
        self._shown: dict[str, Any] | None = None

    def feed(self, record: TapRecord) -> None:
        broken = self._views.broken
        view = self._views.feed(record)
        if record.frame:
            return
        if view is None:
            if self._views.broken > broken:
                reason = "a view could not be put together: one before it was lost"
                self._write(
                    EntryKind.OBSERVER, record.t, state="lost", what=Sense.SCREEN.value, reason=reason
                )
            return
        self._traffic.cards_seen |= any(view.columns.values())
        self._write_view(view)

    def _write_view(self, view: View) -> None:
        if view.badge != self._badge:
            self._badge = view.badge
            self._write(EntryKind.BADGE, view.t, text=view.badge)
        told = view.document()
        del told["badge"]
        lists = told.pop("lists", {})
        told |= {name: [_with_numbers(one) for one in found] for name, found in lists.items()}
        if not view.board:
            told["columns"] = None
        if told != self._shown:
            self._shown = told
            self._write(EntryKind.VIEW, view.t, **told)


def _with_numbers(one: Mapping[str, str | None]) -> dict[str, Any]:
    """Values of a list that say a whole number, as one: progress bars are compared by what they say."""
    told: dict[str, Any] = {}
    for name, text in one.items():
        number = None if name == "id" else whole_number(text)
        told[name] = text if number is None else number
    return told
