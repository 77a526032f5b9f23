"""What a correct app does, however odd it looks: no checker has anything to say."""

from __future__ import annotations

import pytest
from history import History

from harness.checkers import CHECKERS, Verdict
from harness.checkers.judge import judge


def assert_clean(history: History) -> None:
    judgement = judge(history.view())
    assert [finding.message for finding in judgement.findings] == []
    assert judgement.outcome is Verdict.PASSED


def test_ordinary_day() -> None:
    h = History()
    h.open("alice", "bob")
    h.move("alice", "t1", "in_progress")
    h.change("task:created", h.task("t7"))
    h.move("bob", "t4", "done")
    h.change("task:updated", {**h.truth["t2"], "title": "New words", "version": 2})
    h.change("task:deleted", {**h.truth["t3"], "version": 2})
    h.wait(3)
    h.settled()
    for name in ("alice", "bob"):
        h.close(name)
    assert_clean(h)


def test_nothing_at_all() -> None:
    assert_clean(History())


@pytest.mark.parametrize("name", CHECKERS)
def test_every_checker_has_judged_something_on_an_ordinary_day(name: str) -> None:
    h = History()
    h.open("alice", "bob")
    h.move("alice", "t1", "in_progress")
    h.change("task:deleted", {**h.truth["t3"], "version": 2})
    h.wait(3)
    h.lose("bob")
    h.failed_attempt("bob", after_ms=900)
    h.wait(1)
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.load("bob")
    h.wait(3)
    h.settled()
    assert CHECKERS[name](h.view()).judged > 0
