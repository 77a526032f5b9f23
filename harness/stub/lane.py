"""The server's lane of a journal: what the stub's own journal says, fetched as it grows, on our clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.journal.entries import SERVER, ServerKind
from harness.journal.writer import JournalWriter
from harness.stub.control import Json, StubControl


@dataclass(slots=True)
class Told:
    """By Socket.IO session id: how many events and acks the stub has sent, and how many events it heard."""

    emitted: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)


class StubLane:
    """Copies the stub's journal of one world into `writer`; `pull` before each look at it."""

    def __init__(
        self, control: StubControl, writer: JournalWriter, *, now_s: Callable[[], float] = time.time
    ) -> None:
        self._control = control
        self._writer = writer
        self._now_s = now_s
        self._best_s = float("inf")
        self._ahead_s = 0.0
        self.next = 0
        self.told = Told()
        #: Engine.IO session ids by user, each with the time at which it was connected.
        self.eio_sids: dict[str, dict[str, float]] = {}

    def pull(self) -> int:
        """Write what is new; returns how much that was. Raises StubError when the stub is gone."""
        asked = self._now_s()
        page = self._control.journal_page(self.next)
        self._compare_clocks(asked, self._now_s(), page["now"])
        for entry in page["entries"]:
            self._writer.write_stub(entry)
            self._count(entry)
        self.next = page["next"]
        return len(page["entries"])

    def _compare_clocks(self, asked: float, answered: float, stub_s: float) -> None:
        """The stub read its clock somewhere in between, so the quickest answer tells the most."""
        took_s = answered - asked
        if took_s >= self._best_s:
            return
        self._best_s = took_s
        ahead_s = stub_s - (asked + answered) / 2
        # Within the answer's own time they are the same clock for all that can be known.
        self._ahead_s = ahead_s if abs(ahead_s) > took_s else 0.0
        self._writer.set_offset(SERVER, self._ahead_s)

    def _count(self, entry: Json) -> None:
        told, sid = self.told, str(entry.get("sid"))
        match entry["kind"]:
            case ServerKind.EMITTED:
                told.emitted.update(str(each["sid"]) for each in entry.get("to") or ())
            case ServerKind.ACK:
                told.answered[sid] += 1
            case ServerKind.RECEIVED:
                told.received[sid] += 1
            case ServerKind.CONNECT:
                # A recovered socket keeps its id; what was lost with its last connection is not under way.
                for counts in (told.emitted, told.answered, told.received):
                    counts.pop(sid, None)
                mine = self.eio_sids.setdefault(str(entry.get("user")), {})
                mine.setdefault(str(entry.get("eio_sid")), entry["t"] - self._ahead_s)
            case _:
                pass
