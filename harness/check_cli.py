"""The `check` command: judges saved runs again, from their journals alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.checkers.judge import Judgement, judge, read_earlier, write_verdicts
from harness.checkers.verdicts import Verdict
from harness.checkers.wording import judgement_lines
from harness.errors import JournalError, UsageError
from harness.journal.entries import FILE_NAME
from harness.journal.reader import read_journal
from harness.journal.view import JournalView
from harness.run_directory import LATEST
from reports import ReportError
from reports.run_files import read_head

_COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.UNKNOWN: "yellow"}


def check(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run's directory, a spec's, or a journal.")
    ] = LATEST,
    write: Annotated[
        bool, typer.Option("--write", help="Put the new verdicts into verdicts.json, for the report.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the specs that did not pass.")] = False,
) -> None:
    """Judge a saved run again by what its journals say.

    Exit code 0: all passed; 1: some failed; 2: none failed, but for some there is no verdict.
    """
    journals = find_journals(run)
    table = Table("spec", "verdict", "judged", "findings", box=None, pad_edge=False)
    words: list[str] = []
    worst: set[Verdict] = set()
    for path in journals:
        verdict, row, said = _checked(path, write=write)
        worst.add(verdict)
        words += said
        if verdict is not Verdict.PASSED or not quiet:
            table.add_row(*row)
    console = Console()
    if table.row_count:
        console.print(table)
    for line in words:
        console.print(Text(line), soft_wrap=True)
    raise typer.Exit(1 if Verdict.FAILED in worst else 2 if Verdict.UNKNOWN in worst else 0)


def find_journals(run: Path) -> list[Path]:
    """The journals of a run, of a spec, or the one given; raises UsageError when there is none."""
    if run.is_file():
        return [run]
    if not run.is_dir():
        raise UsageError(f"there is no run {run}")
    try:
        read_head(run.resolve())
    except ReportError as error:
        raise UsageError(str(error)) from error
    found = [run / FILE_NAME] if (run / FILE_NAME).is_file() else sorted(run.glob(f"*/{FILE_NAME}"))
    if not found:
        raise UsageError(f"no {FILE_NAME} in {run} or in a folder of it: nothing to judge")
    return found


def _checked(path: Path, *, write: bool) -> tuple[Verdict, tuple[Text, ...], list[str]]:
    """One spec judged: its verdict, its row of the table, and what is to be said below."""
    try:
        view = JournalView(read_journal(path))
    except JournalError as error:
        name = Text(path.parent.name, overflow="fold")
        return Verdict.UNKNOWN, (name, _word(Verdict.UNKNOWN), Text("-"), Text("-")), ["", str(error)]
    earlier = read_earlier(path.parent)
    judgement = judge(view, earlier.expected)
    if write:
        write_verdicts(
            path.parent,
            view,
            judgement,
            spec_outcome=earlier.spec_outcome,
            duration_s=earlier.duration_s,
        )
    return judgement.outcome, _row(view, judgement), _words(view, judgement)


def _row(view: JournalView, judgement: Judgement) -> tuple[Text, ...]:
    findings = len(judgement.unexpected)
    wanted = len(judgement.findings) - findings
    return (
        Text(view.header.spec, overflow="fold"),
        _word(judgement.outcome),
        Text(str(sum(result.judged for result in judgement.results))),
        Text(f"{findings}" + (f" (+{wanted} expected)" if wanted else "")),
    )


def _words(view: JournalView, judgement: Judgement) -> list[str]:
    if not judgement.unexpected:
        return []
    lines = ["", f"{judgement.outcome.upper()} {view.header.spec}"]
    if view.journal.cut_off:
        lines.append(f"the journal was cut off: {view.journal.cut_off}; judged as far as it goes")
    return [*lines, *judgement_lines(view, judgement)]


def _word(verdict: Verdict) -> Text:
    return Text(verdict.value, style=_COLOURS[verdict])
