"""Shows a suite while it runs: how far it is, and what is red as soon as it is red."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from reports.totals import ORDER, duration_text
from reports.verdict import Verdict, worst

_STYLES = {
    Verdict.FAILED: "bold red",
    Verdict.ERROR: "bold red",
    Verdict.UNKNOWN: "yellow",
    Verdict.ENVIRONMENT: "yellow",
    Verdict.PASSED: "green",
    Verdict.SKIPPED: "dim",
}
_MOST_RUNNING = 4
_REPORTS_PER_RUN = 10


class LiveProgress:
    """A line that follows the suite on a terminal; elsewhere plain lines, a tenth of the suite apart.

    Use as a context manager; call `started` and `finished` for each spec.
    """

    def __init__(self, total: int, *, console: Console | None = None) -> None:
        self._total = total
        self._console = console or Console(highlight=False)
        self._counts = dict.fromkeys(Verdict, 0)
        self._running: dict[str, None] = {}
        self._began = time.monotonic()
        self._said = 0
        self._live = Live(
            console=self._console, refresh_per_second=8, transient=True, get_renderable=self._state
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    @property
    def done(self) -> int:
        return sum(self._counts.values())

    def started(self, nodeid: str) -> None:
        self._running[nodeid] = None

    def finished(self, nodeid: str, verdict: Verdict | str, *, message: str | None = None) -> None:
        """A spec has its verdict; what is red is printed at once, with the first line of `message`."""
        verdict = Verdict(verdict)
        self._running.pop(nodeid, None)
        self._counts[verdict] += 1
        if verdict.is_red:
            line = Text(f"{verdict.upper():8}", style=_STYLES[verdict]).append(f" {nodeid}", style="default")
            self._console.print(line, soft_wrap=True)
            if message and message.strip():
                self._console.print(Text(f"         {message.strip().splitlines()[0]}"), soft_wrap=True)
        if not self._console.is_terminal:
            self._say_sometimes()

    def _say_sometimes(self) -> None:
        share = self.done * _REPORTS_PER_RUN // max(1, self._total)
        if share > self._said or self.done == self._total:
            self._said = share
            self._console.print(self._line(), soft_wrap=True)

    def _line(self) -> Text:
        line = Text(f"{self.done}/{self._total} specs")
        for verdict in ORDER:
            if self._counts[verdict]:
                line.append("  ").append(f"{self._counts[verdict]} {verdict}", style=_STYLES[verdict])
        return line.append(f"  {duration_text(time.monotonic() - self._began)}", style="dim")

    def _bar(self) -> ProgressBar:
        """Green until something is red."""
        reddest = worst(verdict for verdict in Verdict if self._counts[verdict])
        style = _STYLES[reddest] if self.done and reddest.is_red else "green"
        total = max(1, self._total)
        return ProgressBar(
            total=total, completed=self.done, width=24, complete_style=style, finished_style=style
        )

    def _state(self) -> Group:
        row = Table.grid(padding=(0, 1))
        row.add_row(self._bar(), self._line())
        running = [
            Text(f"  {nodeid}", style="dim", no_wrap=True, overflow="ellipsis") for nodeid in self._running
        ]
        more = len(running) - _MOST_RUNNING
        if more > 0:
            running[_MOST_RUNNING:] = [Text(f"  and {more} more", style="dim")]
        return Group(row, *running)
