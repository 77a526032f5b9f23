"""`--browser-for NAME=ENGINE`: the clients whose browser has another engine than the run's own."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from harness.clients.browsers import Engine, find_browser, launch
from harness.errors import UnknownName, UsageError
from harness.stage import Stage

_ENGINES = tuple(engine.value for engine in Engine)
_OPENED = "lockstep_clients"


def parse_browser_for(given: Sequence[str]) -> dict[str, str]:
    """Client name -> engine. Raises UsageError for what is no NAME=ENGINE, or two engines for a name."""
    engines: dict[str, str] = {}
    for word in given:
        name, _, engine = word.partition("=")
        if not name or not engine:
            raise UsageError(f"--browser-for {word!r} is not NAME=ENGINE, as in bob=firefox.")
        if engine not in _ENGINES:
            raise UnknownName("engine", engine, _ENGINES)
        if engines.setdefault(name, engine) != engine:
            raise UsageError(f"--browser-for gives {name} two engines, {engines[name]} and {engine}.")
    return engines


class BrowsersBeside:
    """The browsers beside the run's own: one for each engine, started when a client first needs it."""

    def __init__(self, playwright: Playwright, *, headed: bool, slow_mo_ms: float) -> None:
        self._playwright = playwright
        self._headed = headed
        self._slow_mo_ms = slow_mo_ms
        self._started: dict[Engine, Browser] = {}

    def get(self, engine: Engine) -> Browser:
        """Raises BrowserError when this machine has none of that engine."""
        if engine not in self._started:
            found = find_browser(engine, headed=self._headed, beside=True)
            browser_type = getattr(self._playwright, engine)
            self._started[engine] = launch(browser_type, found, headed=self._headed, slow_mo=self._slow_mo_ms)
        return self._started[engine]

    def close(self) -> None:
        for browser in self._started.values():
            browser.close()


class UnusedNames:
    """Warns at the end of the run of names that no client had: nobody was in the engine asked for."""

    def __init__(self, browser_for: Mapping[str, str]) -> None:
        self._browser_for = browser_for
        self._opened: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        stage = getattr(item, "funcargs", {}).get("stage") if report.when == "call" else None
        if isinstance(stage, Stage):
            report.user_properties += [(_OPENED, client.name) for client in stage.everybody]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # Runs on the controller, where only the report itself has come across from a worker.
        self._opened |= {str(value) for key, value in report.user_properties if key == _OPENED}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self.warnings():
            terminalreporter.write_line(line, yellow=True)

    def warnings(self) -> list[str]:
        """One line for each name that was not used."""
        unused = sorted(self._browser_for.keys() - self._opened) if self._opened else []
        return [
            f"warning: --browser-for {name}={self._browser_for[name]} was of no use: "
            f"no spec opened a client {name!r}.{self._hint(name)}"
            for name in unused
        ]

    def _hint(self, name: str) -> str:
        nearest = get_close_matches(name, self._opened, n=1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        return f"{hint} Opened: {', '.join(sorted(self._opened))}."
