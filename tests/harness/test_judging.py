"""A spec is judged by its timeline, whatever it asserts: what its reader sees, and what it leaves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]

RunSpecs = Callable[..., Any]

HEAD = """
import json
import pathlib
import threading
import pytest
from harness import Client, Stage
from playwright.sync_api import Error

pytestmark = pytest.mark.scenario("board/two_members")
DOUBLE = '''async () => {
  const card = document.querySelector("[data-testid=task-card]");
  const copy = card.cloneNode(true);
  card.after(copy);
  await new Promise((done) => setTimeout(done, 50));
  copy.remove();
}'''

def opened(stage):
    alice = stage.client("alice")
    alice.page.wait_for_selector("[data-testid=task-card]")
    return alice

"""


@pytest.fixture
def run(run_specs: RunSpecs) -> RunSpecs:
    return lambda body, *options, **env: run_specs(HEAD + body, *options, **env)


def test_spec_without_an_assertion_fails_by_what_its_board_showed(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage).page.evaluate(DOUBLE)
"""
    )
    assert ran.code == 1, ran.output
    assert "exactly_once: card t1 was on alice's board twice for" in ran.output
    assert "scenario board/two_members, seed 42" in ran.output
    assert "alice's board" in ran.output, "the lines of the timeline that prove it"
    verdicts = ran.verdicts()
    assert verdicts["outcome"] == "failed"
    assert verdicts["spec_outcome"] == "passed"
    assert {each["checker"] for each in verdicts["findings"]} == {"exactly_once"}
    proven = set(verdicts["findings"][0]["seqs"])
    assert "view" in {entry["kind"] for entry in ran.journal() if entry.get("seq") in proven}


def test_expected_finding_that_is_not_there_fails_the_spec(run: RunSpecs) -> None:
    ran = run(
        """
@pytest.mark.expect_finding("exactly_once")
def test_it(stage: Stage[Client]) -> None:
    stage.client("alice")
"""
    )
    assert ran.code == 1
    assert "the spec expects a finding of exactly_once, and there is none" in ran.output


def test_what_fails_behind_a_good_verdict_is_no_passed_spec(run: RunSpecs) -> None:
    """Neither in the summary nor in the report: pytest says that it failed."""
    ran = run(
        """
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_it(stage: Stage[Client]) -> None:
    class Untidy:
        def __del__(self):
            raise OSError("nobody hears of it in time")

    stage.client("alice")
    Untidy()
"""
    )
    assert ran.code == 1, ran.output
    assert "\n1 of 1 spec failed\n" in ran.output


def test_finding_of_the_checkers_alone_is_marked_as_theirs(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage).page.evaluate(DOUBLE)
"""
    )
    (line,) = ran.lines()
    assert (line["outcome"], line["by"]) == ("failed", "checkers")


def test_unknown_checker_is_the_authors_mistake(run: RunSpecs) -> None:
    ran = run(
        """
@pytest.mark.expect_finding("exactly_onec")
def test_it(stage: Stage[Client]) -> None:
    stage.client("alice")
"""
    )
    assert ran.code == 2
    assert "unknown checker 'exactly_onec'. Did you mean 'exactly_once'?" in ran.output


def test_page_that_dies_is_a_finding(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice = stage.client("alice")
    try:
        alice.page.goto("chrome://crash")
    except Error:
        pass
"""
    )
    assert ran.code == 1, ran.output
    assert "health: alice's page threw: the page crashed" in ran.output
    assert ran.verdicts()["outcome"] == "failed"


def test_page_that_takes_its_time_to_stand_still_at_the_end_is_waited_for(run: RunSpecs) -> None:
    """As on a machine so busy that two frames in a row take seconds."""
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage).page.evaluate('''() => {
      const until = performance.now() + 2500;
      const fidget = () => {
        document.body.classList.toggle("x");
        if (performance.now() < until) requestAnimationFrame(fidget);
      };
      fidget();
    }''')
"""
    )
    assert ran.code == 0, ran.output


def test_connection_made_after_the_last_fence_is_asked_for(run: RunSpecs) -> None:
    """The stub knows of it before the page's records of it have come."""
    ran = run(
        """
@pytest.mark.scenario("connection/quick_retry")
def test_it(stage: Stage[Client]) -> None:
    opened(stage)
    stage.settled()
    close = stage.timeline.close

    def reconnect_and_close(clients, *, settled):
        (before,) = stage.stub.connections("alice")
        stage.stub.cut("alice")
        stage.stub.wait_for_join("alice", "project:atlas", newer_than=before["sid"])
        close(clients, settled=settled)

    stage.timeline.close = reconnect_and_close
"""
    )
    assert ran.code == 0, ran.output


def test_socket_in_a_worker_is_not_observed_and_never_silent(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice = stage.client("alice")
    alice.page.evaluate('''async () => {
      const env = await (await fetch("/env.json")).json();
      const server = env.NEXT_PUBLIC_WEBSOCKET_URL.replace("http", "ws");
      const auth = JSON.stringify({ token: localStorage.getItem("jwt_token") });
      const source = `const socket = new WebSocket("${server}/socket.io/?EIO=4&transport=websocket");
        socket.onmessage = ({ data }) => {
          if (data[0] === "0") socket.send('40' + ${JSON.stringify(auth)});
          if (data.startsWith("40")) postMessage("connected");
        };`;
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      await new Promise((done) => (worker.onmessage = done));
    }''')
    stage.stub.wait_for({"connections": 2}, failure=str)
"""
    )
    assert ran.code == 1, ran.output
    assert "no verdict:" in ran.output
    assert "the server has a connection" in ran.output
    assert "that the tap never saw" in ran.output
    assert "the app started a worker" in ran.output


def test_lens_that_matches_nothing_says_which_selector_and_what_there_is(
    run: RunSpecs, tmp_path: Path
) -> None:
    fixtures = tmp_path / "fixtures"
    shutil.copytree(PROJECT / "fixtures", fixtures)
    target = fixtures / "targets" / "stub.yaml"
    broken = target.read_text().replace(
        "item: '[data-testid=\"task-card\"]'", "item: '[data-testid=\"task-crad\"]'"
    )
    target.write_text(broken)
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage)
    stage.settled()
""",
        LOCKSTEP_FIXTURES=str(fixtures),
    )
    assert ran.code == 1, ran.output
    assert "no verdict:" in ran.output, ran.output
    assert 'lens.item: [data-testid="task-crad"] matches nothing' in ran.output
    assert 'Did you mean [data-testid="task-card"] (6 on the page)?' in ran.output


def test_failure_in_the_specs_own_words_shows_the_timeline_and_the_findings(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice = opened(stage)
    alice.page.evaluate(DOUBLE)
    assert alice.name == "bob", "alice is not bob"
"""
    )
    assert ran.code == 1
    assert "alice is not bob" in ran.output
    assert "timeline (seconds since the spec began)" in ran.output
    assert "alice -> server" in ran.output
    assert "checkers: failed" in ran.output
    assert "exactly_once: card t1 was on alice's board twice for" in ran.output
    marks = [entry for entry in ran.journal() if entry.get("kind") == "mark"]
    assert [mark["what"] for mark in marks if mark["name"] == "expectation"] == ["alice is not bob"]
    assert [mark["file"] for mark in marks if mark["name"] == "screenshot"] == ["alice.png"]
    assert (ran.folder / "alice.png").is_file()
    assert (ran.folder / "trace-alice.zip").is_file()


def test_skipped_spec_is_not_judged(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage).page.evaluate(DOUBLE)
    pytest.skip("not today")

def test_behind_it(stage: Stage[Client]) -> None:
    watching = [each.name for each in threading.enumerate() if each.name == "run delay"]
    assert len(watching) == 1, "nobody watches for the spec that is over"
"""
    )
    assert ran.code == 0, ran.output
    assert "exactly_once" not in ran.output
    kept = [path.parent.name for path in ran.run.glob("*/journal.jsonl")]
    assert kept == ["test_it--test_behind_it-chromium"]


def test_interrupted_spec_leaves_a_timeline_that_breaks_off(run: RunSpecs) -> None:
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    opened(stage)
    raise KeyboardInterrupt
"""
    )
    assert ran.code == 2, ran.output
    assert ran.journal()[-1].get("name") != "end"
    assert not (ran.folder / "verdicts.json").exists()


def test_latency_of_the_report_is_what_the_pages_themselves_measure(run: RunSpecs, tmp_path: Path) -> None:
    """Both hang on the same moments, so a slow machine slows both: their difference is no wall-clock time."""
    ran = run(
        """
def test_it(stage: Stage[Client]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.page.evaluate('''() => {
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (data) {
        if (String(data).includes('"task:update"')) {
          globalThis.sentAt = performance.timeOrigin + performance.now();
        }
        return send.call(this, data);
      };
    }''')
    bob.page.evaluate('''() => {
      new MutationObserver(() => {
        if (!globalThis.shownAt && document.querySelector("[data-status=done] [data-task-id=t4]")) {
          globalThis.shownAt = performance.timeOrigin + performance.now();
        }
      }).observe(document, { subtree: true, childList: true });
    }''')
    card = alice.page.get_by_role("article", name="Fix the login")
    card.focus()
    for key in ("Space", "ArrowRight", "Space"):
        card.press(key)
    bob.page.wait_for_function("globalThis.shownAt")
    measured = bob.page.evaluate("shownAt") - alice.page.evaluate("sentAt")
    pathlib.Path("measured.json").write_text(json.dumps(measured))
"""
    )
    assert ran.code == 0, ran.output
    measured_ms = json.loads((tmp_path / "measured.json").read_text())
    (sample,) = ran.verdicts()["latency"]["task:status_changed"]
    told_ms = (sample["painted_t"] - sample["sent_t"]) * 1000
    assert told_ms == pytest.approx(measured_ms, abs=5), sample
