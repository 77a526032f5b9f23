"""What was written is read back, on one clock and without secrets; what is broken is said to be."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.journal.entries import EntryKind, Header, MarkName
from harness.journal.reader import JournalError, read_journal
from harness.journal.redact import MASK, Redactor
from harness.journal.writer import JournalWriter

HEADER = Header(spec="specs/x.py::test_x", scenario="board/two_members", seed=42, epoch=1_000_000.0)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.s = 500.0

    def __call__(self) -> float:
        return self.s


def written(tmp_path: Path, fill: Callable[[JournalWriter], object] = lambda _writer: None) -> Path:
    path = tmp_path / "spec" / "journal.jsonl"
    with JournalWriter(path, HEADER) as writer:
        fill(writer)
    return path


def test_entries_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = written(tmp_path, lambda w: w.write("alice", EntryKind.BADGE, at=1.25, text="Live"))
    journal = read_journal(path.parent)
    assert journal.header == HEADER
    assert journal.cut_off is None
    first, end = journal.entries
    assert (first.seq, first.t, first.lane, first.kind) == (1, 1.25, "alice", EntryKind.BADGE)
    assert first.fields == {"text": "Live"}
    assert end.get("name") == MarkName.END
    assert [json.loads(line)["t"] for line in path.read_text().splitlines()[1:2]] == [1.25]


def test_one_clock_for_harness_page_and_stub(tmp_path: Path) -> None:
    clock = Time()
    writer = JournalWriter(tmp_path / "journal.jsonl", HEADER, now_s=clock)
    clock.s += 2.0
    writer.mark("here")
    writer.set_offset("bob", 3.0)
    writer.write_page("alice", EntryKind.BADGE, 1_000_002_500.0, text="Live")
    writer.write_page("bob", EntryKind.BADGE, 1_000_005_500.0, text="Live")
    writer.set_offset("server", -1.0)
    writer.write_stub({"seq": 7, "t": 1_000_001.0, "kind": "store", "entity": "task", "id": "t1"})
    writer.close()
    entries = read_journal(tmp_path).entries
    assert [entry.t for entry in entries] == [2.0, 2.5, 2.5, 2.0, 2.0]
    assert entries[3].lane == "server"
    assert entries[3].fields == {"entity": "task", "id": "t1", "what": "store", "n": 7}


def test_each_entry_is_on_disk_when_it_is_written(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "journal.jsonl", HEADER)
    writer.mark("one")
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 2
    writer.close()


def test_secrets_reach_no_file(tmp_path: Path) -> None:
    token = "planted-token-0123456789"
    writer = JournalWriter(tmp_path / "journal.jsonl", HEADER, redactor=Redactor(known=[token]))
    writer.write("alice", EntryKind.HTTP, url=f"http://x.test/?token={token}", request={"password": "pass"})
    writer.write("alice", EntryKind.CONSOLE, text=f"my token is {token}")
    writer.close()
    text = (tmp_path / "journal.jsonl").read_text()
    assert token not in text
    assert '"password":"pass"' not in text
    assert text.count(MASK) == 3


def test_threads_write_whole_lines_in_order(tmp_path: Path) -> None:
    def fill(writer: JournalWriter) -> None:
        def many(name: str) -> None:
            for number in range(200):
                writer.write(name, EntryKind.CONSOLE, text="x" * 50, number=number)

        threads = [threading.Thread(target=many, args=(f"client{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    journal = read_journal(written(tmp_path, fill))
    assert journal.cut_off is None
    assert [entry.seq for entry in journal.entries] == list(range(1, 802))


def test_strange_values_are_written_all_the_same(tmp_path: Path) -> None:
    strange = {"half": "\ud83d", "line": "a\u2028b\nc", "path": Path("a/b"), "n": float("inf")}
    path = written(tmp_path, lambda w: w.write("alice", EntryKind.CONSOLE, data=strange))
    (entry, _end) = read_journal(path).entries
    assert entry.get("data") == {**strange, "path": "a/b", "n": "inf"}


def test_field_that_hides_an_entrys_own_is_refused(tmp_path: Path) -> None:
    with (
        JournalWriter(tmp_path / "journal.jsonl", HEADER) as writer,
        pytest.raises(ValueError, match="seq, t"),
    ):
        writer.write("alice", EntryKind.CONSOLE, **{"t": 1, "seq": 2})


def test_nothing_is_written_after_the_end(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "journal.jsonl", HEADER)
    writer.close()
    assert writer.mark("late") == -1
    writer.close()
    assert len(read_journal(tmp_path).entries) == 1


@pytest.mark.parametrize(
    ("damage", "entries", "said"),
    [
        (lambda data: data[:-20], 2, "line 4 is incomplete"),
        (
            lambda data: data.replace(b'"name":"b"', b'"name":'),
            1,
            "line 3 is incomplete; 1 line after it not read",
        ),
        (lambda data: b"".join(data.splitlines(keepends=True)[:-1]), 2, "it has no end"),
        (lambda data: data.splitlines(keepends=True)[0], 0, "it has no entry"),
        (lambda data: data.replace(b'"kind":"mark","name":"b"', b'"kind":"x"'), 1, "line 3 is no entry"),
        (lambda data: data.replace(b'"seq":2', b'"seq":"2"'), 1, "line 3 is no entry"),
    ],
)
def test_broken_journal_is_read_up_to_the_break(
    tmp_path: Path, damage: Callable[[bytes], bytes], entries: int, said: str
) -> None:
    path = written(tmp_path, lambda w: (w.mark("a"), w.mark("b")))
    path.write_bytes(damage(path.read_bytes()))
    journal = read_journal(path)
    assert len(journal.entries) == entries
    assert said in (journal.cut_off or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"hello\n", "is no journal of Lockstep"),
        (b'{"a": 1}\n', "is no journal of Lockstep"),
        (b'{"lockstep_journal": 2, "spec": "x"}\n', "by a newer Lockstep: its format is 2, this one reads 1"),
        (b'{"lockstep_journal": 0, "spec": "x"}\n', "by an older Lockstep: its format is 0"),
        (b'{"lockstep_journal": 1}\n', "does not say which spec"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_file(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "journal.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(JournalError) as raised:
        read_journal(path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)


def test_header_of_a_later_minor_version_is_read(tmp_path: Path) -> None:
    line = {"lockstep_journal": 1, "spec": "x", "something_new": 1}
    end = {"seq": 1, "t": 0, "lane": "spec", "kind": "mark", "name": "end"}
    (tmp_path / "journal.jsonl").write_text(f"{json.dumps(line)}\n{json.dumps(end)}\n")
    assert read_journal(tmp_path).header.spec == "x"
