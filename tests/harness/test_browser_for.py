"""`--browser-for`: what it understands, what it refuses, and two engines on one board."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from as_a_user import user_environment

from harness.browser_for import UnusedNames, parse_browser_for
from harness.clients import browsers
from harness.clients.browsers import Engine, find_browser
from harness.errors import UsageError

PROJECT = Path(__file__).resolve().parents[2]
MOVE = "specs/sync/test_updates.py::test_card_alice_moves_stands_once_on_both_boards"


def run(*options: str, runs_dir: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.cli", "run", "--runs-dir", str(runs_dir), *options]
    return subprocess.run(
        command, cwd=PROJECT, env=user_environment(), capture_output=True, text=True, timeout=120
    )


def engines_in(runs_dir: Path) -> dict[str, str]:
    """The engine of each client, as the journals have it."""
    entries = [
        json.loads(line)
        for journal in (runs_dir / "latest").resolve().glob("*/journal.jsonl")
        for line in journal.read_text().splitlines()
    ]
    return {
        each["lane"]: each["engine"] for each in entries if each.get("kind") == "client" and "engine" in each
    }


def test_each_name_has_its_engine() -> None:
    assert parse_browser_for(["bob=firefox", "alice=chromium", "bob=firefox"]) == {
        "bob": "firefox",
        "alice": "chromium",
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["bob"], "--browser-for 'bob' is not NAME=ENGINE, as in bob=firefox."),
        (["=firefox"], "--browser-for '=firefox' is not NAME=ENGINE"),
        (["bob="], "--browser-for 'bob=' is not NAME=ENGINE"),
        (
            ["bob=firefxo"],
            "unknown engine 'firefxo'. Did you mean 'firefox'? Known: chromium, firefox, webkit.",
        ),
        (["bob=firefox", "bob=chromium"], "--browser-for gives bob two engines, firefox and chromium."),
    ],
)
def test_what_makes_no_sense_is_refused(given: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_browser_for(given)
    assert words in str(caught.value)


def test_a_mistake_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    ran = run("--browser-for", "bob=firefxo", runs_dir=tmp_path)
    assert ran.returncode == 2, ran.stdout
    assert "unknown engine 'firefxo'. Did you mean 'firefox'?" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_spec_opened_is_warned_of() -> None:
    account = UnusedNames({"bob": "firefox", "alcie": "firefox"})
    report: Any = type("Report", (), {"user_properties": []})()
    account.pytest_runtest_logreport(report)
    assert account.warnings() == [], "nobody was opened at all: something else is the matter"
    report.user_properties += [("lockstep_clients", "alice"), ("lockstep_clients", "bob")]
    account.pytest_runtest_logreport(report)
    assert account.warnings() == [
        "warning: --browser-for alcie=firefox was of no use: no spec opened a client 'alcie'. "
        "Did you mean 'alice'? Opened: alice, bob."
    ]


def test_beside_another_a_given_browser_is_for_the_engine_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mine/chromium", "bin/firefox"):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.setenv(browsers.BROWSER_VARIABLE, str(tmp_path / "mine" / "chromium"))
    assert find_browser(Engine.FIREFOX, beside=True).executable == tmp_path / "bin" / "firefox"
    assert find_browser(Engine.CHROMIUM, beside=True).executable == tmp_path / "mine" / "chromium"


def test_alice_in_chromium_and_bob_in_firefox_stay_in_step(both_engines: None, tmp_path: Path) -> None:
    names = ("--browser-for", "bob=firefox", "--browser-for", "alcie=firefox")
    ran = run(*names, "--browser", "chromium", f"{MOVE}[chromium-room]", runs_dir=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert engines_in(tmp_path) == {"alice": "chromium", "bob": "firefox"}
    assert "no spec opened a client 'alcie'. Did you mean 'alice'?" in ran.stdout


def test_the_runs_own_engine_may_be_the_other_one(both_engines: None, tmp_path: Path) -> None:
    names = ("--browser-for", "bob=chromium", "--browser", "firefox", "--workers", "2")
    ran = run(*names, MOVE, runs_dir=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert engines_in(tmp_path) == {"alice": "firefox", "bob": "chromium"}
    assert "was of no use" not in ran.stdout
