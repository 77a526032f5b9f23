"""One verdict on a whole history: what counts, what was expected, what could not be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from history import History, blind

from harness.checkers import CHECKERS, Verdict
from harness.checkers.judge import document, judge, read_earlier, write_verdicts
from harness.checkers.wording import finding_lines, judgement_lines
from harness.errors import UnknownName
from harness.journal.view import JournalView


def doubled() -> History:
    h = History()
    h.open("alice", "bob")
    h.wait(2.5)
    h.move("alice", "t1", "in_progress")
    h.boards["bob"]["in_progress"].append(dict(h.boards["bob"]["in_progress"][-1]))
    h.show("bob")
    h.boards["bob"]["in_progress"].pop()
    h.show("bob", after_ms=148)
    h.wait(2.5)
    h.settled()
    return h


def clean() -> History:
    h = History()
    h.open("alice", "bob")
    h.wait(2.5)
    h.move("alice", "t1", "in_progress")
    h.wait(2.5)
    h.settled()
    return h


def test_finding_fails_the_spec() -> None:
    judgement = judge(doubled().view())
    assert judgement.outcome is Verdict.FAILED
    assert [each.checker for each in judgement.unexpected] == ["exactly_once"]


def test_expected_finding_does_not_and_a_missing_one_does() -> None:
    assert judge(doubled().view(), {"exactly_once"}).outcome is Verdict.PASSED
    judgement = judge(clean().view(), {"exactly_once"})
    assert judgement.outcome is Verdict.FAILED
    expected = "the spec expects a finding of exactly_once, and there is none"
    assert [each.message for each in judgement.unexpected] == [expected]


def test_expecting_one_finding_excuses_no_other() -> None:
    h = doubled()
    h.add("bob", "page_error", message="boom")
    h.wait(1)
    judgement = judge(h.view(), {"exactly_once"})
    assert judgement.outcome is Verdict.FAILED
    assert [each.checker for each in judgement.unexpected] == ["health"]


def test_unknown_expectation_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'latency'"):
        judge(clean().view(), {"latncy"})


def test_what_was_out_of_sight_is_said_once() -> None:
    h = clean()
    blind(h, "bob")
    judgement = judge(h.view())
    assert judgement.outcome is Verdict.UNKNOWN
    (finding,) = judgement.findings
    assert finding.checker == "observer"
    assert finding.message.startswith("records lost: records 3 to 5 never came (not to be told: converged, ")
    assert len(finding.message.split(",")) == len(CHECKERS)


def test_cut_off_journal_is_unknown_and_its_failures_are_failures() -> None:
    assert judge(clean().view(cut_off="line 9 is incomplete")).outcome is Verdict.UNKNOWN
    assert judge(History().view(cut_off="line 2 is incomplete")).outcome is Verdict.UNKNOWN
    assert judge(doubled().view(cut_off="line 99 is incomplete")).outcome is Verdict.FAILED


def test_verdicts_file_holds_what_reports_read(tmp_path: Path) -> None:
    view = doubled().view()
    path = write_verdicts(tmp_path, view, judge(view), spec_outcome="passed", duration_s=1.5)
    told = json.loads(path.read_text())
    assert told["lockstep_verdicts"] == 1
    assert (told["outcome"], told["spec_outcome"], told["duration_s"]) == ("failed", "passed", 1.5)
    assert set(told["checkers"]) == set(CHECKERS)
    assert told["checkers"]["exactly_once"] == "failed"
    (finding,) = told["findings"]
    assert finding["message"].startswith("card t1 was on bob's board twice for 14")
    assert finding["expected"] is False
    assert (finding["client"], finding["entity"]) == ("bob", "t1")
    (sample,) = told["latency"]["task:status_changed"]
    moments = [sample[name] for name in ("action_t", "sent_t", "server_t", "received_t", "painted_t")]
    assert moments == sorted(moments)
    assert sample["total_ms"] == pytest.approx((sample["painted_t"] - sample["sent_t"]) * 1000, abs=0.01)
    (why,) = told["why"]
    assert why["finding"] == 0
    assert {"t", "lane", "text", "seq"} == set(why["steps"][0])
    assert any("emits task:status_changed t1 v2 to 2" in step["text"] for step in why["steps"])
    (chain,) = told["chains"]
    assert (chain["event"], chain["entity"], chain["version"]) == ("task:status_changed", "t1", 2)


def test_latency_samples_are_those_that_measure_the_app() -> None:
    h = History()
    h.open("alice", "bob")
    h.mark("clock", virtual=True)
    h.move("alice", "t1", "in_progress")
    view = h.view()
    assert document(view, judge(view))["latency"] == {}


def test_earlier_judgement_is_read_back_and_a_bad_one_is_none(tmp_path: Path) -> None:
    view = doubled().view()
    write_verdicts(tmp_path, view, judge(view, {"exactly_once"}), spec_outcome="failed", duration_s=2.0)
    earlier = read_earlier(tmp_path)
    assert (earlier.spec_outcome, earlier.duration_s, earlier.expected) == ("failed", 2.0, {"exactly_once"})
    for bad in ("", "{", "[]", '{"lockstep_verdicts": 2, "expected": ["latency"]}'):
        (tmp_path / "verdicts.json").write_text(bad)
        assert read_earlier(tmp_path).expected == frozenset()


def test_finding_reads_like_the_design_says() -> None:
    h = doubled()
    judgement = judge(h.view())
    lines = list(finding_lines(h.view(), judgement.findings[0]))
    assert lines[0].startswith("exactly_once: card t1 was on bob's board twice for 148 ms (In Progress)")
    assert lines[0].endswith("  (scenario board/x, seed 42)")
    assert any(
        each.strip().startswith("+") and "alice -> server   task:update {id: t1" in each for each in lines
    )
    assert any("server -> bob     task:status_changed t1 v2" in each for each in lines)
    assert any("bob's board       In Progress: [t4, t5, t1, t1]" in each for each in lines)
    assert list(judgement_lines(h.view(), judge(clean().view()))) == []


def test_judging_changes_nothing() -> None:
    view = doubled().view()
    again = JournalView(view.journal)
    assert judge(view) == judge(again) == judge(view)
