"""The journal alone: order, queries, waiting, and secrets that must not get in."""

import asyncio
from typing import Any

import pytest

from mock_server.journal import DEEPER, REDACTED, Journal, Kind, redacted

TOKEN = "eyJhbGciOi.eyJzdWIiOi.c2ln-_x"


def test_entries_count_from_zero_and_carry_the_time() -> None:
    journal = Journal(now_s=lambda: 12.5)
    assert [journal.append(Kind.JOIN, room="a"), journal.append(Kind.JOIN, room="b")] == [0, 1]
    assert journal.since(1) == [{"seq": 1, "t": 12.5, "kind": "join", "room": "b"}]
    assert journal.since(-5) == journal.since(0)
    assert (journal.since(2), journal.next_seq) == ([], 2)


def test_matching_compares_top_level_fields() -> None:
    journal = Journal()
    for user, data in (("alice", None), ("bob", {"a": 1}), ("bob", None)):
        journal.append(Kind.RECEIVED, user=user, data=data)
    assert [entry["seq"] for entry in journal.matching({"user": "bob"})] == [1, 2]
    assert [entry["seq"] for entry in journal.matching({"data": None}, since=1)] == [2]
    assert journal.matching({"absent": None}) == []


async def test_waiting_ends_with_the_next_entry_or_the_end() -> None:
    journal = Journal()
    waiting = [asyncio.create_task(journal.changed()) for _ in range(2)]
    await asyncio.sleep(0)
    journal.append(Kind.ERROR, message="x")
    async with asyncio.timeout(1):
        await asyncio.gather(*waiting)
        waiting[0] = asyncio.create_task(journal.changed())
        await asyncio.sleep(0)
        journal.close()
        await waiting[0]


async def test_a_wait_that_was_given_up_does_no_harm() -> None:
    journal = Journal()
    waiting = asyncio.create_task(journal.changed())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    journal.append(Kind.ERROR, message="x")
    assert journal.next_seq == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"password": "p"}, {"password": REDACTED}),
        (
            {"Token": 5, "a": [{"authorization": "x"}]},
            {"Token": REDACTED, "a": [{"authorization": REDACTED}]},
        ),
        ({"token": None}, {"token": None}),
        (f"Bearer {TOKEN} and {TOKEN}!", f"Bearer {REDACTED} and {REDACTED}!"),
        ({"title": "token"}, {"title": "token"}),
        (b"\x00\x01", "<2 bytes>"),
        ((1, 2.5, True, None), [1, 2.5, True, None]),
    ],
)
def test_redacted(given: Any, shown: Any) -> None:
    assert redacted(given) == shown


def test_later_changes_of_what_was_journaled_do_not_show() -> None:
    journal = Journal()
    data = {"title": "before"}
    journal.append(Kind.EMITTED, data=data)
    data["title"] = "after"
    assert journal.since()[0]["data"] == {"title": "before"}


def test_what_is_nested_too_deep_is_cut_off() -> None:
    value: Any = "end"
    for _ in range(5_000):
        value = [value]
    shown, levels = redacted(value), 0
    while isinstance(shown, list):
        (shown,), levels = shown, levels + 1
    assert (shown, levels) == (DEEPER, 60)
