"""The two ends of a packet find each other, and what became of it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from synthetic_journal import Journal
from synthetic_run import Story, duplicate, lost_update, write_story

from reports.journal_file import read_journal
from reports.lanes import lanes_of
from reports.packets import Fate, Packet, packets


@pytest.fixture
def joined(tmp_path: Path) -> Any:
    def join(journal: Journal, late_s: float = 0.5) -> list[Packet]:
        journal.write(tmp_path)
        read = read_journal(tmp_path)
        assert read is not None
        return packets(read.entries, lanes_of(read.entries), late_s=late_s)

    return join


@pytest.fixture
def board() -> Journal:
    journal = Journal("specs/x.py::test_y")
    for each in ("alice", "bob"):
        journal.open(each)
    return journal


def fates(found: list[Packet], event: str) -> dict[str, list[Fate]]:
    """Lane -> fate of every packet of that event that was meant for it."""
    by_lane: dict[str, list[Fate]] = {}
    for packet in found:
        shown = packet.tail or next(head.entry for head in packet.heads)
        if shown is not None and shown.raw.get("event") == event and shown.raw.get("what") != "ack":
            for head in packet.heads:
                by_lane.setdefault(head.lane, []).append(head.fate)
    return by_lane


def test_a_move_goes_up_once_and_down_to_everybody(board: Journal, joined: Any) -> None:
    board.move("alice", "t1", "done")
    found = joined(board)
    assert fates(found, "task:update") == {"server": [Fate.DELIVERED]}
    assert fates(found, "task:status_changed") == {"alice": [Fate.DELIVERED], "bob": [Fate.DELIVERED]}


def test_every_ack_finds_the_client_that_asked(board: Journal, joined: Any) -> None:
    board.move("alice", "t1", "done")
    acks = [packet for packet in joined(board) if packet.tail and packet.tail.raw.get("what") == "ack"]
    assert [(packet.heads[0].lane, packet.heads[0].fate) for packet in acks] == [
        ("alice", Fate.DELIVERED),
        ("bob", Fate.DELIVERED),
        ("alice", Fate.DELIVERED),
    ]


def test_the_second_of_two_is_the_duplicate(joined: Any) -> None:
    journal = duplicate().journal
    found = joined(journal)
    *_, last = (packet for packet in found if packet.tail and packet.tail.raw.get("what") == "emitted")
    assert [(head.lane, head.fate) for head in last.heads] == [
        ("alice", Fate.DELIVERED),
        ("bob", Fate.DELIVERED),
        ("bob", Fate.DUPLICATE),
    ]
    first, again = last.heads[1].entry, last.heads[2].entry
    assert first is not None
    assert again is not None
    assert first.t < again.t


def test_two_equal_packets_that_were_both_emitted_are_no_duplicates(board: Journal, joined: Any) -> None:
    for _ in range(2):
        board.emit("system:notification", {"id": "n1"}, ["bob"])
    for _ in range(2):
        board.received("bob", "system:notification", {"id": "n1"})
    assert fates(joined(board), "system:notification") == {"bob": [Fate.DELIVERED, Fate.DELIVERED]}


def test_dropped_held_and_altered(joined: Any) -> None:
    found = joined(lost_update().journal)
    assert fates(found, "task:status_changed") == {
        "alice": [Fate.DELIVERED],
        "bob": [Fate.HELD],
        "carol": [Fate.DROPPED],
    }
    assert fates(found, "task:updated") == {"carol": [Fate.ALTERED]}
    held = next(head for packet in found for head in packet.heads if head.held)
    assert held.entry is not None
    assert held.held is not None
    assert held.entry.t - held.held.t == pytest.approx(0.711)


def test_a_packet_that_never_came_is_lost(board: Journal, joined: Any) -> None:
    board.emit("task:updated", board.tasks["t1"], ["alice", "bob"])
    board.received("alice", "task:updated", board.tasks["t1"])
    assert fates(joined(board), "task:updated") == {"alice": [Fate.DELIVERED], "bob": [Fate.LOST]}


def test_a_client_whose_packets_nobody_saw_is_not_accused(board: Journal, joined: Any) -> None:
    board.sids["carol"] = "sid-carol"
    board.add("carol", "client", person="carol", engine="chromium")
    board.add("carol", "observer", state="not_observed", what="socket", reason="in a Worker")
    board.emit("task:updated", board.tasks["t1"], ["carol"])
    assert fates(joined(board), "task:updated") == {"carol": [Fate.UNSEEN]}


def test_a_packet_over_the_budget_is_late(board: Journal, joined: Any) -> None:
    board.emit("task:updated", board.tasks["t1"], ["bob"])
    board.received("bob", "task:updated", board.tasks["t1"], after_ms=120)
    assert fates(joined(board, late_s=0.1), "task:updated") == {"bob": [Fate.LATE]}
    assert fates(joined(board, late_s=0.2), "task:updated") == {"bob": [Fate.DELIVERED]}


def test_two_clients_of_one_person_are_told_apart_by_their_sessions(joined: Any) -> None:
    journal = Journal("specs/x.py::test_y")
    journal.open("alice")
    journal.open("tab")
    journal.lines[[line["lane"] for line in journal.lines].index("tab")]["person"] = "alice"
    receivers = [{"sid": journal.sids["tab"], "user": "alice"}]
    journal.server("emitted", event="task:updated", data={"id": "t1"}, room="project:atlas", to=receivers)
    journal.received("tab", "task:updated", {"id": "t1"})
    assert fates(joined(journal), "task:updated") == {"tab": [Fate.DELIVERED]}


def test_without_the_servers_journal_nothing_is_lost(board: Journal, joined: Any) -> None:
    board.move("alice", "t1", "done")
    board.lines = [line for line in board.lines if line["lane"] != "server"]
    found = joined(board)
    assert fates(found, "task:update") == {"server": [Fate.UNSEEN]}
    assert fates(found, "task:status_changed") == {"alice": [Fate.DELIVERED], "bob": [Fate.DELIVERED]}


def test_a_page_clock_a_little_behind_changes_nothing(board: Journal, joined: Any) -> None:
    board.emit("task:updated", board.tasks["t1"], ["bob"])
    board.received("bob", "task:updated", board.tasks["t1"], after_ms=-4)
    assert fates(joined(board), "task:updated") == {"bob": [Fate.DELIVERED]}


def test_no_frame_is_told_twice(tmp_path: Path) -> None:
    for number, story in enumerate((duplicate(), lost_update())):
        folder = tmp_path / str(number)
        write_story(folder, Story(nodeid=story.nodeid, slug="x", journal=story.journal))
        read = read_journal(folder)
        assert read is not None
        ends: list[int] = []
        for packet in packets(read.entries, lanes_of(read.entries), late_s=0.5):
            ends += [packet.tail.seq] if packet.tail else []
            ends += [end.seq for head in packet.heads for end in (head.entry, head.held) if end]
        assert len(ends) == len(set(ends))
        told = {entry.seq for entry in read.entries if entry.kind == "frame" and "packet" in entry.raw}
        assert told <= set(ends)
