"""The `report` command: writes the reports of saved runs again, of several runs or shards as one."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from harness.errors import UsageError
from harness.run_directory import LATEST
from reports import ReportError, write_reports
from reports.places import shown_path

#: No name that a run could have, and one that the next merge may replace.
_MERGED = Path("runs", "merged")


def report(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN", help=f"Runs' directories; {LATEST} without any.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help=f"Where to put the report: beside the one run's files, of several {_MERGED}."
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the report in this system's browser.")] = False,
) -> None:
    """Write the report of a saved run again, or that of several runs or shards together.

    Exit code 0, whatever became of the specs; 2: there is no report.
    """
    chosen = runs or [LATEST]
    place = out or (chosen[0] if len(chosen) == 1 else _MERGED)
    try:
        written = write_reports(chosen, place)
    except (ReportError, OSError) as error:
        raise UsageError(str(error)) from error
    for problem in written.problems:
        typer.echo(f"the report has a gap: {problem}", err=True)
    typer.echo(written.headline)
    typer.echo(f"report: {shown_path(written.html)}")
    if show and not webbrowser.open(written.html.resolve().as_uri()):
        raise UsageError(f"this system has no browser to open {shown_path(written.html)} with")
