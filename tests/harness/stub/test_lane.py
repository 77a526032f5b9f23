"""The server's lane: every entry once, on our clock, and counted by session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.journal.entries import Header
from harness.journal.writer import JournalWriter
from harness.stub.lane import StubLane


class Control:
    """Answers with a stub's journal, read by a clock that is `ahead_s` ahead."""

    def __init__(self, entries: list[dict[str, Any]], ahead_s: float) -> None:
        self.entries = entries
        self.clock_s = 1000.0
        self.ahead_s = ahead_s
        self.took_s = 0.002

    def journal_page(self, since: int) -> dict[str, Any]:
        self.clock_s += self.took_s / 2
        stub_s = self.clock_s + self.ahead_s
        self.clock_s += self.took_s / 2
        return {"entries": self.entries[since:], "next": len(self.entries), "now": stub_s}


def _entry(seq: int, kind: str, t: float, **fields: Any) -> dict[str, Any]:
    return {"seq": seq, "t": t, "kind": kind, **fields}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[JournalWriter]:
    with JournalWriter(tmp_path / "journal.jsonl", Header(spec="x", epoch=1000.0)) as opened:
        yield opened


def _lane(writer: JournalWriter, control: Control) -> StubLane:
    return StubLane(control, writer, now_s=lambda: control.clock_s)  # type: ignore[arg-type]


def _written(writer: JournalWriter) -> list[dict[str, Any]]:
    lines = writer.path.read_text().splitlines()[1:]
    return [json.loads(line) for line in lines]


def test_each_entry_is_written_once(writer: JournalWriter) -> None:
    control = Control([_entry(0, "join", 1000.5, sid="s1")], ahead_s=0.0)
    lane = _lane(writer, control)
    assert lane.pull() == 1
    assert lane.pull() == 0
    control.entries.append(_entry(1, "leave", 1001.0, sid="s1"))
    assert lane.pull() == 1
    assert [(each["what"], each["n"]) for each in _written(writer)] == [("join", 0), ("leave", 1)]


def test_packets_are_counted_by_session(writer: JournalWriter) -> None:
    to = [{"sid": "s1", "user": "alice"}, {"sid": "s2", "user": "bob"}]
    control = Control(
        [
            _entry(0, "connect", 1000.1, sid="s1", eio_sid="e1", user="alice"),
            _entry(1, "received", 1000.2, sid="s1", event="task:update"),
            _entry(2, "emitted", 1000.2, event="task:updated", to=to),
            _entry(3, "ack", 1000.2, sid="s1"),
        ],
        ahead_s=0.0,
    )
    lane = _lane(writer, control)
    lane.pull()
    assert lane.told.emitted == {"s1": 1, "s2": 1}
    assert lane.told.answered == {"s1": 1}
    assert lane.told.received == {"s1": 1}
    assert lane.eio_sids == {"alice": {"e1": pytest.approx(1000.1)}}


@pytest.mark.parametrize(("ahead_s", "told_t"), [(0.0, 0.5), (0.0004, 0.5), (3.25, 0.5)])
def test_stubs_clock_is_measured(writer: JournalWriter, ahead_s: float, told_t: float) -> None:
    """A difference within the answer's own time counts as none: it cannot be told from the way."""
    control = Control([_entry(0, "join", 1000.5 + (ahead_s if ahead_s > 1 else 0), sid="s1")], ahead_s)
    lane = _lane(writer, control)
    lane.pull()
    assert _written(writer)[0]["t"] == pytest.approx(told_t, abs=1e-6)


def test_quickest_answer_tells_the_clock(writer: JournalWriter) -> None:
    control = Control([], ahead_s=3.25)
    lane = _lane(writer, control)
    lane.pull()
    control.took_s, control.ahead_s = 0.5, 3.0
    control.entries.append(_entry(0, "join", 1003.75, sid="s1"))
    lane.pull()
    assert _written(writer)[0]["t"] == pytest.approx(0.5, abs=1e-6)
