"""Both engines, for the tests that must hold in each; and whole runs, as a user would start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from as_a_user import user_environment
from playwright.sync_api import Browser, Playwright, sync_playwright

from harness.clients.browsers import Engine, FoundBrowser, find_browser, launch
from harness.errors import BrowserError

PROJECT = Path(__file__).resolve().parents[2]
_RUN_DEADLINE_S = 90

#: A machine that says so must have every engine: CI, and where scripts/test may install what is missing.
MUST_HAVE_ALL = ("CI", "LOCKSTEP_ALL_ENGINES")


# Module scope: sync Playwright's loop would be in the way of asyncio tests later in the same process.
@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module", params=[Engine.CHROMIUM, Engine.FIREFOX])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param


@pytest.fixture(scope="module")
def browsers(driver: Playwright) -> Iterator[Callable[[Engine], Browser]]:
    """Starts each engine's browser at most once a file, in whatever order its tests come."""
    started: dict[Engine, Browser] = {}

    def of(engine: Engine) -> Browser:
        if engine not in started:
            started[engine] = launch(getattr(driver, engine), found_or_skip(engine))
        return started[engine]

    yield of
    for browser in started.values():
        browser.close()


@pytest.fixture(scope="module")
def engine_browser(browsers: Callable[[Engine], Browser], engine: Engine) -> Browser:
    return browsers(engine)


@pytest.fixture(scope="module")
def chromium(browsers: Callable[[Engine], Browser]) -> Browser:
    return browsers(Engine.CHROMIUM)


def found_or_skip(engine: Engine) -> FoundBrowser:
    """The engine's browser; without it the test skips and says why, but fails where it must be there."""
    try:
        return find_browser(engine, beside=True)
    except BrowserError as error:
        if any(os.environ.get(name) for name in MUST_HAVE_ALL):
            raise
        pytest.skip(f"not tested in {engine}: {error}")


@pytest.fixture
def both_engines() -> None:
    """For tests that start a run with both."""
    for engine in (Engine.CHROMIUM, Engine.FIREFOX):
        found_or_skip(engine)


@dataclass(frozen=True)
class RanSpecs:
    """A finished `lockstep run`: exit code, everything it printed, its run directory."""

    code: int
    output: str
    run: Path

    @property
    def folder(self) -> Path:
        """That of its only spec."""
        (folder,) = (path for path in self.run.iterdir() if path.is_dir())
        return folder

    def verdicts(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "verdicts.json").read_text())
        return told

    def lines(self) -> list[dict[str, Any]]:
        """What the run says became of each spec."""
        return [json.loads(line) for line in (self.run / "specs.jsonl").read_text().splitlines()]

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "journal.jsonl").read_text().splitlines()]


@pytest.fixture
def run_specs(tmp_path: Path) -> Callable[..., RanSpecs]:
    """Runs the given source as a spec file in a folder of its own, as a user would."""

    def run_it(source: str, *options: str, **env: str) -> RanSpecs:
        (tmp_path / "test_it.py").write_text(source)
        ran = subprocess.run(
            [sys.executable, "-m", "harness.cli", "run", "test_it.py", *options],
            cwd=tmp_path,
            env=user_environment(**{"LOCKSTEP_FIXTURES": str(PROJECT / "fixtures"), **env}),
            capture_output=True,
            text=True,
            timeout=_RUN_DEADLINE_S,
        )
        return RanSpecs(code=ran.returncode, output=ran.stdout + ran.stderr, run=tmp_path / "runs" / "latest")

    return run_it
