"""Shows on pytest's terminal how far the specs are, in place of pytest's letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, TextIO

import pytest

if TYPE_CHECKING:
    from reports import LiveProgress

_NO_CURSOR = {"dumb", "unknown"}


#: What pytest lists at the end unless `-r` says otherwise: failures and errors.
_PYTESTS_OWN_LIST = "fE"


class Progress:
    """On while specs run at pytest's ordinary verbosity; with `-v`, `-q`, `-s` or a debugger it leaves
    the terminal to pytest. A plugin: it takes away pytest's letters while it is on.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._wanted = _is_wanted(config)
        # A descriptor of its own: what is drawn while a test runs must not end in that test's output.
        self._stream = _own_stdout() if self._wanted else sys.stdout
        self._live: LiveProgress | None = None
        self._running: dict[str, None] = {}
        self._ended: list[tuple[str, str, str | None]] = []

    @property
    def is_on(self) -> bool:
        return self._live is not None

    def start(self, total: int) -> None:
        """Take over the terminal; tests that have ended before count too."""
        if not self._wanted or self.is_on:
            return
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            return
        reporter.ensure_newline()
        reporter.flush()
        reporter.showfspath = False
        # What is red has been said at once, and is listed at the end: pytest's list would be the third.
        if self._config.option.reportchars == _PYTESTS_OWN_LIST:
            self._config.option.reportchars = ""
            reporter.reportchars = ""
        self._live = _live(total, self._stream)
        self._live.__enter__()
        for nodeid, verdict, message in self._ended:
            self._live.finished(nodeid, verdict, message=message)
        for nodeid in self._running:
            self._live.started(nodeid)

    def started(self, nodeid: str) -> None:
        self._running[nodeid] = None
        if self._live is not None:
            self._live.started(nodeid)

    def finished(self, nodeid: str, verdict: str, message: str | None) -> None:
        self._running.pop(nodeid, None)
        if self._live is not None:
            self._live.finished(nodeid, verdict, message=message)
        elif self._wanted:
            self._ended.append((nodeid, verdict, message))

    def stop(self) -> None:
        """Give the terminal back to pytest, for good."""
        self._wanted = False
        if self._live is not None:
            self._live.__exit__(None, None, None)
            self._live = None

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self,
    ) -> Generator[None, tuple[str, object, object], tuple[str, object, object]]:
        category, letter, word = yield
        return (category, "", "") if self.is_on else (category, letter, word)

    def pytest_enter_pdb(self) -> None:
        self.stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self) -> None:
        self.stop()

    def pytest_unconfigure(self) -> None:
        self.stop()
        if self._stream is not sys.stdout:
            self._stream.close()


def _is_wanted(config: pytest.Config) -> bool:
    option = config.option
    return (
        option.verbose == 0
        and option.capture != "no"
        and not option.usepdb
        and not option.trace
        and not config.getini("log_cli")
        and config.getoption("--log-cli-level") is None
    )


def _own_stdout() -> TextIO:
    try:
        return os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=sys.stdout.encoding, errors="replace")
    except OSError:
        return sys.stdout  # one without a descriptor, as when pytest is called from Python


def _live(total: int, stream: TextIO) -> LiveProgress:
    # Imported here: a session of unit tests need not wait for it.
    from rich.console import Console

    from reports import LiveProgress

    is_screen = stream.isatty() and os.environ.get("TERM") not in _NO_CURSOR
    # Forced, since FORCE_COLOR would otherwise have cursor movements written into a CI's log.
    console = Console(file=stream, highlight=False, force_terminal=is_screen)
    return LiveProgress(total, console=console)
