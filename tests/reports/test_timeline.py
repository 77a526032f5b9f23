"""A journal becomes what its diagram shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic_journal import Journal
from synthetic_run import Story, crashed, duplicate, lost_update, lying_badge, passing, write_run

from reports.journal_file import read_journal
from reports.run_files import read_run
from reports.spec_page import spec_page
from reports.timeline import timeline


def drawn(story: Story, directory: Path) -> dict[str, Any]:
    assert story.journal is not None
    story.journal.write(directory)
    journal = read_journal(directory)
    assert journal is not None
    return timeline(journal)


def test_the_server_stands_after_the_first_client(tmp_path: Path) -> None:
    lanes = drawn(lost_update(), tmp_path)["lanes"]
    assert [lane["name"] for lane in lanes] == ["alice", "server", "bob", "carol"]


@pytest.mark.parametrize("make", [passing, duplicate, lying_badge, lost_update, crashed])
def test_every_entry_is_part_of_exactly_one_thing(tmp_path: Path, make: Any) -> None:
    story = make()
    seqs = [seq for item in drawn(story, tmp_path)["items"] for seq in item["seqs"]]
    assert sorted(seqs) == [line["seq"] for line in story.journal.lines]


def test_items_are_in_order_of_time(tmp_path: Path) -> None:
    times = [item["t"] for item in drawn(lost_update(), tmp_path)["items"]]
    assert times == sorted(times)


def test_an_action_lasts_from_its_call_to_its_end(tmp_path: Path) -> None:
    (action,) = (item for item in drawn(lost_update(), tmp_path)["items"] if item["k"] == "action")
    assert action["t_end"] > action["t"]
    assert action["outcome"] == "unknown: no acknowledgement after 5000 ms"


def test_a_request_meets_its_answer_at_the_server(tmp_path: Path) -> None:
    items = drawn(lost_update(), tmp_path)["items"]
    request, answer = (item for item in items if item.get("event") == "PATCH /api/tasks/t5")
    assert request["heads"][0]["t"] == answer["t"]
    assert (answer["lane"], answer["label"], answer["level"]) == ("server", "409", "bad")
    assert answer["heads"][0]["lane"] == "alice"


def test_a_request_without_an_answer_is_left_open(tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_y")
    journal.open("alice")
    call = {"id": "h99", "method": "GET", "path": "/api/x", "url": "http://127.0.0.1:1/api/x"}
    journal.add("alice", "http", phase="start", **call)
    items = drawn(Story(nodeid="x", slug="x", journal=journal), tmp_path)["items"]
    (request,) = (item for item in items if item.get("event") == "GET /api/x")
    assert request["heads"] == [{"lane": "server", "fate": "unseen"}]


def test_a_plain_socket_is_shown_on_its_own_and_joined_with_nothing(tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_y")
    journal.open("alice")
    journal.add("alice", "plain_socket", conn="plain-1", state="open", url="ws://x/chat")
    journal.add("alice", "plain_frame", conn="plain-1", direction="received", size=2, text="hi")
    items = drawn(Story(nodeid="x", slug="x", journal=journal), tmp_path)["items"]
    plain = [(item["label"], item["detail"], item["heads"]) for item in items if item["k"] == "plain-socket"]
    assert plain == [("plain socket open", "ws://x/chat", []), ("receives plain frame", "hi", [])]


def test_a_fault_that_is_never_taken_back_has_no_end(tmp_path: Path) -> None:
    story = lying_badge()
    assert story.journal is not None
    (fault,) = drawn(story, tmp_path)["faults"]
    assert fault["t_end"] > fault["t"]
    story.journal.lines = [
        line for line in story.journal.lines if line.get("phase") != "end" or "params" not in line
    ]
    (fault,) = drawn(story, tmp_path)["faults"]
    assert fault["t_end"] is None


def test_badges_per_lane(tmp_path: Path) -> None:
    badges = drawn(lying_badge(), tmp_path)["badges"]
    assert [change["text"] for change in badges["bob"]] == ["Live", "Polling", "Live"]
    assert [change["text"] for change in badges["alice"]] == ["Live"]


def test_cards_are_written_once(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "2026-11-23T09-12-44", [duplicate()]))
    _, page = spec_page(run.specs[0], run, run.directory)
    views = [entry for entry in page["entries"] if entry["kind"] == "view"]
    assert len(views) == 8
    shown = [page["cards"][index]["id"] for index in views[-2]["columns"]["in_progress"]]
    assert shown.count("t7") == 2
    texts = [json.dumps(card) for card in page["cards"]]
    assert len(texts) == len(set(texts))


def test_a_payload_of_a_megabyte_is_cut_and_says_so(tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_y")
    journal.open("alice")
    journal.sent("alice", "task:update", {"id": "t1", "description": "x" * 1_000_000})
    run = read_run(
        write_run(tmp_path / "2026-11-23T09-12-44", [Story(nodeid="x", slug="x", journal=journal)])
    )
    _, page = spec_page(run.specs[0], run, run.directory)
    assert len(json.dumps(page)) < 100_000
    (frame,) = (entry for entry in page["entries"] if entry.get("event") == "task:update")
    assert "1,000,033 characters in all" in frame["data"]


def test_a_long_journal_is_shown_up_to_a_number_and_says_so(tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_y")
    journal.open("alice")
    for _ in range(21_000):
        journal.add("alice", "badge", text="Live")
    run = read_run(
        write_run(tmp_path / "2026-11-23T09-12-44", [Story(nodeid="x", slug="x", journal=journal)])
    )
    account, page = spec_page(run.specs[0], run, run.directory)
    assert len(page["entries"]) == 20_000
    assert "of which the first 20,000 are shown" in account.problems[-1]
