"""The official server, and a page of its official client under the tap, in each engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from harness.clients.transcript import Transcript
from harness.journal.entries import EntryKind
from harness.journal.redact import Redactor
from harness.tap import Coverage, Tap, TapRecord, Wire, WireFrame, judge_coverage

# Fixtures of the harness' tests: both engines, launched as the harness launches them.
from tests.harness.conftest import browsers, chromium, driver, engine, engine_browser, run_specs

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("official_server", "comparing", "plain_server")

from official_server import OfficialServer  # noqa: E402 # after the path is set

__all__ = ["browsers", "chromium", "driver", "engine", "engine_browser", "run_specs"]


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficialServer]:
    server = OfficialServer(tmp_path_factory.mktemp("official") / "log.jsonl")
    yield server
    server.stop()


class Watched:
    """A page under the tap, with what its tap recorded: as packets, and as entries of a journal."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context()
        redactor = Redactor()
        self._tap = Tap(redactor=redactor)
        self._tap.install(self._context)
        self._redactor = redactor
        self.page: Page = self._context.new_page()

    def records(self) -> list[TapRecord]:
        assert self._tap.drain(self.page)
        return list(self._tap.records)

    def wire(self) -> tuple[Wire, list[WireFrame]]:
        """All packets, decoded, and the connections they were on."""
        wire = Wire(self._redactor)
        return wire, wire.feed_all(self.records())

    def coverage(self, server_sids: list[str]) -> Coverage:
        return judge_coverage(self.records(), server_sids)

    def entries(self) -> list[tuple[EntryKind, dict[str, Any]]]:
        """What stands in the client's lane of a journal, secrets masked as there."""
        entries: list[tuple[EntryKind, dict[str, Any]]] = []

        def write(kind: EntryKind, _epoch_ms: float, **fields: Any) -> int:
            entries.append((kind, self._redactor.value(fields)))
            return len(entries)

        transcript = Transcript(write, redactor=self._redactor)
        for record in self.records():
            transcript.feed(record)
        return entries

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def visit(engine_browser: Browser) -> Iterator[Callable[[str], Watched]]:
    """Opens a page under the tap."""
    opened: list[Watched] = []

    def open_it(url: str) -> Watched:
        watched = Watched(engine_browser)
        opened.append(watched)
        watched.page.goto(url)
        return watched

    yield open_it
    for watched in opened:
        watched.close()


@pytest.fixture
def watch(visit: Callable[[str], Watched], official: OfficialServer) -> Callable[..., Watched]:
    """Opens the official client's page, with the named bundle of it."""

    def open_it(bundle: str = "socket.io.min.js") -> Watched:
        watched = visit(f"{official.url}/client.html?client={bundle}")
        watched.page.wait_for_function("globalThis.ready")
        return watched

    return open_it
