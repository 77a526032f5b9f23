"""Batches may come twice, late or not at all: each record comes out once, and what is missing is said."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.journal.redact import Redactor
from harness.tap import RecordKind, TapRecord
from harness.tap.intake import Intake


def batch(doc: str, *numbers: int, kind: str = "network", **fields: Any) -> str:
    entries = [{"n": n, "t": 1000.0 + n, "kind": kind, **({"online": True} | fields)} for n in numbers]
    return json.dumps({"doc": doc, "records": entries})


def numbers(records: list[TapRecord]) -> list[int]:
    return [record.n for record in records]


def lost(intake: Intake) -> list[tuple[Any, Any]]:
    return [(record.data["first"], record.data["last"]) for record in intake.settle()]


def intake() -> Intake:
    return Intake(Redactor())


def test_what_came_before_is_left_out() -> None:
    taken = intake()
    assert numbers(taken.accept(batch("d", 0, 1, 2))) == [0, 1, 2]
    assert numbers(taken.accept(batch("d", 1, 2, 3), relayed=True)) == [3]
    assert numbers(taken.accept(batch("other", 0))) == [0]


def test_a_gap_is_reported_when_nothing_fills_it() -> None:
    taken = intake()
    taken.accept(batch("d", 0, 3, 4, 7))
    taken.confirm("d", 8)
    assert lost(taken) == [(1, 2), (5, 6)]
    assert lost(taken) == []  # once is enough


def test_a_gap_that_is_filled_late_is_none() -> None:
    taken = intake()
    taken.accept(batch("d", 0, 3))
    assert numbers(taken.accept(batch("d", 1, 2), relayed=True)) == [1, 2]
    taken.confirm("d", 4)
    assert lost(taken) == []


def test_a_document_that_said_goodbye_is_complete() -> None:
    taken = intake()
    taken.accept(batch("d", 0))
    taken.accept(batch("d", 1, kind="page.hide"))
    assert lost(taken) == []


def test_a_goodbye_holds_when_a_gap_before_it_is_filled_late() -> None:
    taken = intake()
    taken.accept(batch("d", 0))
    taken.accept(batch("d", 2, kind="page.hide"))
    taken.accept(batch("d", 1))
    assert lost(taken) == []


def test_a_document_without_a_goodbye_may_have_said_more() -> None:
    taken = intake()
    taken.accept(batch("d", 0, 1))
    assert lost(taken) == [(2, None)]
    assert lost(taken) == []
    # More of it came after all, so there may again be more.
    taken.accept(batch("d", 2))
    assert lost(taken) == [(3, None)]


def test_a_blank_document_has_nothing_to_lose() -> None:
    taken = intake()
    taken.accept(batch("d", 0, kind="document", url="about:blank"))
    assert lost(taken) == []


def test_what_the_page_counted_but_never_sent_is_lost() -> None:
    taken = intake()
    taken.accept(batch("d", 0))
    taken.confirm("d", 3)
    taken.confirm("never heard of", 2)
    assert lost(taken) == [(1, 2), (0, 1)]


def test_a_frame_gets_its_name_when_it_has_one_and_a_relay_does_not_rename_it() -> None:
    taken = intake()
    taken.accept(batch("d", 0), frame="about:blank")
    (named,) = taken.accept(batch("d", 1), frame="inner")
    (relayed,) = taken.accept(batch("d", 2), frame="", relayed=True)
    assert (named.frame, relayed.frame) == ("inner", "inner")


def test_an_unreadable_batch_is_a_loss() -> None:
    for text in ("", "nonsense", "[]", '{"doc": "d"}'):
        (record,) = intake().accept(text)
        assert record.kind is RecordKind.LOST
        assert "unreadable" in record.data["reason"]


def test_secrets_that_got_past_the_page_are_masked() -> None:
    text = batch("d", 0, kind="ws.send", ws=1, text='40{"token":"planted"}', url="ws://h/?token=planted")
    (record,) = intake().accept(text)
    assert record.data["text"] == '40{"token":"[redacted]"}'
    assert "planted" not in str(record)


@given(st.permutations(range(8)), st.lists(st.integers(0, 7), max_size=8), st.sets(st.integers(0, 7)))
def test_in_any_order_each_record_comes_out_once_and_the_rest_is_lost(
    order: list[int], again: list[int], dropped: set[int]
) -> None:
    taken = intake()
    came = [n for n in [*order, *again] if n not in dropped]
    made = [n for one in came for n in numbers(taken.accept(batch("d", one)))]
    taken.confirm("d", 8)
    assert sorted(made) == sorted(set(range(8)) - dropped)
    missing = {n for first, last in lost(taken) for n in range(first, last + 1)}
    assert missing == dropped
