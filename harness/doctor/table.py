"""Shows the doctor's findings as a table, with the fixes below it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from harness.doctor.checks import Check, Status

MARKS = {
    Status.OK: Text("ok", style="green"),
    Status.NOTE: Text("note", style="yellow"),
    Status.WRONG: Text("wrong", style="bold red"),
}


def render(checks: Sequence[Check]) -> RenderableType:
    """A table with one line for each check; then what to do about each that is not ok; then the verdict."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("", "what", "found"):
        table.add_column(title, overflow="fold")
    for check in checks:
        table.add_row(MARKS[check.status], Text(check.name), Text(check.found))
    fixes = [Text(f"{check.name}: {check.fix}") for check in checks if check.fix]
    heading = [Text("\nWhat to do", style="bold")] if fixes else []
    wrong = sum(check.status is Status.WRONG for check in checks)
    verdict = Text(f"\n{wrong} wrong." if wrong else "\nReady to run.", style="bold")
    return Group(table, *heading, *fixes, verdict)
