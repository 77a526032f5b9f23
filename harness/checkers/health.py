"""Health: no page error, injected script, polluted prototype or leaked listener, no reload unasked for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.checkers.verdicts import Judging, Result
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Entry, EntryKind, MarkName, Sense
from harness.journal.view import JournalView

NAME = "health"
_GROWTH = 3
_GROWTH_MIN = 5
_SHOWN = 160
#: What Firefox reports as an error of the page when the network fails, which is no error of the page.
_OF_THE_NETWORK = re.compile(
    r"Firefox can.t establish a connection|The connection to \S+ was interrupted|"
    r"(Cross-Origin Request Blocked: )?The Same Origin Policy disallows reading"
)


def check(view: JournalView) -> Result:
    """Judges every page error, and what the harness read from the pages (the `health` marks)."""
    judging = Judging(view, NAME, senses=(Sense.PAGE,))
    for client in view.clients.values():
        judging.judged()
        _errors(client, judging)
        _reloads(view, client, judging)
    _marks(view, judging)
    return judging.result()


def _errors(client: ClientHistory, judging: Judging) -> None:
    for error in client.of(EntryKind.PAGE_ERROR):
        message = " ".join(str(error.get("message")).split())[:_SHOWN]
        if _OF_THE_NETWORK.search(message):
            continue
        judging.found(
            f"{client.name}'s page threw: {message}", [error.seq], client=client.name, rule=f"error {message}"
        )


def _reloads(view: JournalView, client: ClientHistory, judging: Judging) -> None:
    """A page that loads itself anew; only judged where the journal says whose doing a navigation was."""
    if view.terms.resync == "reload":
        return
    for entry in client.of(EntryKind.NAVIGATION):
        if entry.get("by") == "page" and not entry.get("same_document"):
            judging.found(
                f"{client.name}'s page reloaded itself", [entry.seq], client=client.name, rule="reload"
            )


def _marks(view: JournalView, judging: Judging) -> None:
    first: dict[str, Entry] = {}
    for mark in view.marks(MarkName.HEALTH):
        client = str(mark.get("client", mark.lane))
        judging.judged()
        if mark.get("injected"):
            judging.found(
                f"a text ran as script on {client}'s page", [mark.seq], client=client, rule="injected"
            )
        if mark.get("polluted"):
            judging.found(
                f"a payload polluted Object.prototype on {client}'s page",
                [mark.seq],
                client=client,
                rule="polluted",
            )
        _listeners(client, first.setdefault(client, mark), mark, judging)


def _listeners(client: str, first: Entry, mark: Entry, judging: Judging) -> None:
    before, now = first.get("listeners"), mark.get("listeners")
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return
    for name, count in now.items():
        was = before.get(name, 0)
        if not isinstance(count, int) or not isinstance(was, int):
            continue
        if count >= was + _GROWTH_MIN and count >= was * _GROWTH:
            judging.found(
                f"{client}'s page leaks listeners: {name} had {was} and has {count}",
                [first.seq, mark.seq],
                client=client,
                rule=f"listeners {name}",
            )
