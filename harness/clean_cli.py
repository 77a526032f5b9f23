"""The `clean` command: removes what specs have left on a deployment."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.backend.cleaning import clean as clean_target
from harness.settings import fixtures_dir
from harness.target import load_target
from harness.target_run import permit


def clean(
    name: Annotated[str, typer.Argument(metavar="TARGET", help="A target, or the path of its file.")],
    run: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only what this run left: the eight digits of its marker."),
    ] = None,
    yes_really: Annotated[
        bool, typer.Option("--yes-really", help="Also when its address looks like production.")
    ] = False,
) -> None:
    """Remove everything that carries the marker of a run, also of one that crashed: `[lockstep 1a2b3c4d]`.

    Exit code 0: nothing is left; 3: the target is not there, or refuses.
    """
    target = load_target(name, fixtures_dir() / "targets")
    permit(target, really=yes_really)
    removed = clean_target(
        target, run=run, told=lambda left: typer.echo(f"removed {left.path.rpartition('/')[2]}: {left.text}")
    )
    typer.echo(f"{removed} removed" if removed else "nothing was left")
