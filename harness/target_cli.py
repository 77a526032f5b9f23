"""The `target` commands: what can be tested, and whether a target is what its file says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.doctor import Check, Status
from harness.doctor.table import MARKS
from harness.settings import fixtures_dir
from harness.target import list_targets, load_target
from harness.target_check import check_target, filled_in
from harness.target_run import permit

target_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="What can be tested, and whether it is what its file says.",
)
_ENVIRONMENT = 3


@target_app.command("list")
def show_list() -> None:
    """The targets of fixtures/targets, a line each."""
    folder = fixtures_dir() / "targets"
    for name in list_targets(folder):
        target = load_target(name, folder)
        typer.echo(f"{name:<12} {target.kind:<11} {target.description}")


@target_app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A target, or the path of its file.")],
    yes_really: Annotated[
        bool, typer.Option("--yes-really", help="Also when its address looks like production.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was found as a target file.")
    ] = None,
) -> None:
    """Probe a target: is it there, does it let people in, how does its server behave, does the lens fit.

    Exit code 0: it is what its file says; 2: it is not; 3: it is not there, or lets nobody in.
    """
    target = load_target(name, fixtures_dir() / "targets")
    permit(target, really=yes_really)
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="lockstep-check-") as scratch:
        facts = check_target(target, Path(scratch) / "frontend.log", said=lambda each: _say(console, each))
    wrong = any(each.status is Status.WRONG for each in facts.checks)
    written = filled_in(target, facts.found)
    if out is not None:
        out.write_text(written, encoding="utf-8")
        console.print(f"\nwritten: {out}", soft_wrap=True)
    elif facts.found:
        console.print("\nAs a target file:\n", style="bold")
        typer.echo(written)
    if facts.environment:
        raise typer.Exit(_ENVIRONMENT)
    raise typer.Exit(2 if wrong else 0)


def _say(console: Console, check: Check) -> None:
    line = Text.assemble(
        MARKS[check.status], f"{' ' * (7 - len(MARKS[check.status].plain))}{check.name:<11}", check.found
    )
    console.print(line, soft_wrap=True)
    if check.fix:
        console.print(Text(f"{'':<18}{check.fix}"), soft_wrap=True)
