"""The reports for machines and CI pages: JUnit, JSON, Markdown, annotations; and how large it all is."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
from synthetic_run import HOSTILE, Story, duplicate, hostile, hundred, morning, passing, write_run

from reports import ReportError, Verdict, write_reports
from reports.github import commands
from reports.summary import as_code, as_text


@pytest.fixture
def run_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_run(tmp_path / "runs" / "2026-11-23T09-12-44", [*morning(), hostile()])


def test_what_is_written_and_what_it_says(run_dir: Path) -> None:
    written = write_reports([run_dir], run_dir, environment={})
    assert written.headline == "4 of 15 specs failed, 1 error, 1 unknown"
    assert written.verdict is Verdict.FAILED
    assert written.counts[Verdict.PASSED] == 8
    for path in (written.html, written.junit, written.json, written.summary):
        assert path.parent == run_dir
        assert path.is_file()
    assert [problem for problem in written.problems if "cut off" in problem]


# -- JUnit -------------------------------------------------------------------------------------------------


def test_junit_counts_unknown_as_error_and_tells_findings(run_dir: Path) -> None:
    root = xml.parse(write_reports([run_dir], run_dir, environment={}).junit).getroot()
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "15",
        "failures": "4",
        "errors": "2",
        "skipped": "1",
    }
    suite = root[0]
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties == {"target": "stub", "seed": "42", "workers": "2"}
    case = next(each for each in suite.iter("testcase") if each.get("classname") == "specs.sync.test_drag")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "exactly_once: card t7 was on bob's board twice for 148 ms"
    assert re.search(
        r"  \+0\.\d{3}s  bob     bob receives task:status_changed t7 v2 again\n", str(failure.text)
    )
    assert "judge it again: lockstep check runs/2026-11-23T09-12-44/sync-test_drag--" in str(failure.text)
    unknown = next(
        each for each in suite.iter("testcase") if str(each.get("name")).startswith("test_server_re")
    )
    assert unknown.find("error") is not None


def test_junit_attaches_pictures_and_traces_that_exist(run_dir: Path) -> None:
    root = xml.parse(write_reports([run_dir], run_dir, environment={}).junit).getroot()
    lines = [line for out in root.iter("system-out") for line in str(out.text).splitlines()]
    assert len(lines) == 12
    for line in lines:
        assert Path(line.removeprefix("[[ATTACHMENT|").removesuffix("]]")).is_file()


def test_junit_survives_what_xml_cannot_hold(tmp_path: Path) -> None:
    text = "\x00\x1b[31mred\x1b[0m \ud800 \uffff ]]> &amp; ünï 🙂"
    story = Story(nodeid=f"specs/x.py::test[{text}]", slug="x", outcome="failed", message=text)
    run = write_run(tmp_path / "2026-11-23T09-12-44", [story])
    written = write_reports([run], run, environment={})
    failure = xml.parse(written.junit).getroot().find(".//failure")
    assert failure is not None
    assert "]]> &amp; ünï 🙂" in str(failure.get("message"))
    assert "🙂" in written.html.read_text()
    assert "🙂" in written.summary.read_text()


# -- JSON and Markdown -------------------------------------------------------------------------------------


def test_json_is_versioned_and_whole(run_dir: Path) -> None:
    report = json.loads(write_reports([run_dir], run_dir, environment={}).json.read_text())
    assert report["lockstep_report"] == 1
    assert report["counts"] == {
        "failed": 4,
        "error": 1,
        "unknown": 1,
        "environment": 0,
        "passed": 8,
        "skipped": 1,
    }
    spec = next(each for each in report["specs"] if each["slug"].startswith("sync-"))
    assert spec["verdict"] == "failed"
    assert spec["findings"][0]["entity"] == "t7"
    assert [step["lane"] for step in spec["findings"][0]["steps"]][-1] == "bob"
    for path in (*spec["screenshots"], *spec["traces"].values(), *spec["files"]):
        assert (run_dir / path).is_file()
    assert report["latency"][0]["budget_ms"] == 500


def test_summary_says_what_broke_and_where(run_dir: Path) -> None:
    summary = write_reports([run_dir], run_dir, environment={}).summary.read_text()
    assert summary.startswith("## 4 of 15 specs failed, 1 error, 1 unknown\n")
    assert "| 4 | 1 | 1 | 8 | 1 | 48.0 s |" in summary
    assert "`specs/recovery/test_loss.py:31` · nothing\\_lost: task:status\\_changed t3 v2" in summary
    assert "report: `runs/2026-11-23T09-12-44/report.html`" in summary


def test_text_of_a_run_is_no_markup_in_the_summary(run_dir: Path) -> None:
    summary = write_reports([run_dir], run_dir, environment={}).summary.read_text()
    outside = summary.split("```text")[0] + "".join(
        part.partition("\n```\n")[2] for part in summary.split("```text")[1:]
    )
    assert "window.pwned" in outside
    assert "<img" not in outside.replace("\\<img", "")


def test_words_of_a_run_stay_words() -> None:
    assert as_text("a|b\nc [x](y) *z*") == r"a\|b c \[x\]\(y\) \*z\*"
    assert as_code("a`b``c") == "``` a`b``c ```"
    assert as_code("plain") == "`plain`"


def test_a_fence_in_a_message_does_not_end_the_box(tmp_path: Path) -> None:
    story = Story(nodeid="specs/x.py::test", slug="x", outcome="failed", message="one\n```\n# two")
    run = write_run(tmp_path / "2026-11-23T09-12-44", [story])
    summary = write_reports([run], run, environment={}).summary.read_text()
    assert "````text\none\n```\n# two\n````" in summary


def test_the_runners_message_is_told_when_it_says_more_than_the_findings(tmp_path: Path) -> None:
    repeated, asserted = duplicate(), duplicate()
    repeated.message = "a judge's many words about t7"
    asserted.slug, asserted.message = "asserted", "specs/x.py:3: assert 1 == 2"
    assert asserted.verdicts is not None
    asserted.verdicts["spec_outcome"] = "failed"
    run = write_run(tmp_path / "2026-11-23T09-12-44", [repeated, asserted])
    written = write_reports([run], run, environment={})
    for path in (written.html, written.junit, written.summary):
        text = path.read_text()
        assert "a judge's many words" not in text
        assert "assert 1 == 2" in text


# -- GitHub ------------------------------------------------------------------------------------------------


def test_github_gets_annotations_and_the_summary(run_dir: Path, tmp_path: Path) -> None:
    stream, page = io.StringIO(), tmp_path / "step.md"
    page.write_text("before\n")
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(page)}
    written = write_reports([run_dir], run_dir, environment=environment, stream=stream)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 6
    assert lines[0].startswith(
        "::error file=specs/sync/test_drag.py,title=failed%3A test_card_alice_drags_moves_on_bobs_board::"
        "exactly_once: card t7 was on bob's board twice for 148 ms%0A"
    )
    assert any(line.startswith("::error file=specs/recovery/test_loss.py,line=31,title=") for line in lines)
    assert lines[-1].startswith("::warning file=specs/recovery/test_restart.py,title=unknown%3A ")
    assert page.read_text() == "before\n" + written.summary.read_text()


@pytest.mark.parametrize("environment", [{}, {"GITHUB_ACTIONS": "false"}])
def test_elsewhere_nothing_is_printed(run_dir: Path, environment: dict[str, str]) -> None:
    stream = io.StringIO()
    write_reports([run_dir], run_dir, environment=environment, stream=stream)
    assert stream.getvalue() == ""


def test_no_message_can_give_github_a_command(tmp_path: Path) -> None:
    attack = "x\n::add-mask::y\r\n::set-output name=a,b::c%0A"
    story = Story(nodeid=f"specs/x.py::test[{attack}]", slug="x", outcome="failed", message=attack)
    stream = io.StringIO()
    run = write_run(tmp_path / "2026-11-23T09-12-44", [story])
    write_reports([run], run, environment={"GITHUB_ACTIONS": "true"}, stream=stream)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("::error file=specs/x.py,title=failed%3A test[x%0A%3A%3Aadd-mask%3A%3Ay%0D%0A")
    assert line.endswith("x%0A::add-mask::y%0D%0A::set-output name=a,b::c%250A")


def test_more_than_ten_are_counted_in_the_tenth(tmp_path: Path) -> None:
    stories = [
        Story(nodeid=f"specs/x.py::test_{number}", slug=f"x{number}", outcome="failed")
        for number in range(12)
    ]
    stream = io.StringIO()
    run = write_run(tmp_path / "2026-11-23T09-12-44", stories)
    write_reports([run], run, environment={"GITHUB_ACTIONS": "true"}, stream=stream)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=Lockstep::3 more red specs: see the report"
    assert list(commands([])) == []


# -- size and robustness -----------------------------------------------------------------------------------


def test_a_hundred_specs_make_a_page_of_less_than_two_megabytes(tmp_path: Path) -> None:
    run = write_run(tmp_path / "2026-11-23T09-12-44", hundred())
    written = write_reports([run], run, environment={})
    assert written.headline == "10 of 100 specs failed"
    assert written.html.stat().st_size < 2_000_000
    assert len(list(run.glob("*/timeline.js"))) == 100


def test_nothing_from_the_network_is_named_in_the_page(tmp_path: Path) -> None:
    run = write_run(tmp_path / "2026-11-23T09-12-44", [passing()])
    page = write_reports([run], run, environment={}).html.read_text()
    assert "https://" not in page
    assert [part for part in page.split("http://")[1:] if not part.startswith("www.w3.org/2000/svg")] == []


def test_the_page_keeps_hostile_text_out_of_its_markup(run_dir: Path) -> None:
    page = write_reports([run_dir], run_dir, environment={}).html.read_text()
    assert "window.pwned" in page
    assert "<img" not in page
    assert page.count("<script") == 2
    assert HOSTILE not in page


def test_writing_again_gives_the_same_files(run_dir: Path) -> None:
    first = write_reports([run_dir], run_dir, environment={})
    before = {path: path.read_bytes() for path in (first.html, first.json, first.junit, first.summary)}
    write_reports([run_dir], run_dir, environment={})
    assert {path: path.read_bytes() for path in before} == before


def test_a_run_without_specs_has_a_report(tmp_path: Path) -> None:
    run = write_run(tmp_path / "2026-11-23T09-12-44", [])
    written = write_reports([run], run, environment={})
    assert written.headline == "No specs were run"
    assert written.verdict is Verdict.UNKNOWN


def test_no_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="name at least one"):
        write_reports([], tmp_path)


def test_expected_findings_are_shown_and_make_nothing_red(tmp_path: Path) -> None:
    story = duplicate()
    assert story.verdicts is not None
    story.verdicts["findings"][0]["expected"] = True
    story.verdicts |= {"outcome": "passed", "spec_outcome": "passed"}
    story.outcome, story.message = "passed", None
    run = write_run(tmp_path / "2026-11-23T09-12-44", [story])
    written = write_reports([run], run, environment={})
    assert written.headline == "1 of 1 spec passed"
    (spec,) = json.loads(written.json.read_text())["specs"]
    assert spec["findings"][0]["expected"] is True
