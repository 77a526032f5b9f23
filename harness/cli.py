"""The `lockstep` command: reads options and hands over; no logic of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from harness.clients.browsers import Engine
from harness.errors import LockstepError, UsageError
from harness.pytest_process import run_pytest

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain text: an error stays one line that can be read, searched and quoted.
    rich_markup_mode=None,
    help="Lockstep: browser end-to-end tests for realtime (Socket.IO) web apps.",
)
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_PASS_ON)
def run(
    args: Annotated[
        list[str] | None, typer.Argument(metavar="PATHS", help="Specs to run; any pytest option too.")
    ] = None,
    keyword: Annotated[
        str | None, typer.Option("-k", metavar="EXPR", help="Only specs whose name matches.")
    ] = None,
    mark: Annotated[str | None, typer.Option("-m", metavar="MARK", help="Only specs with this mark.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Specs run side by side.")] = 1,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browsers' windows.")] = False,
    target: Annotated[str | None, typer.Option(metavar="NAME", help="What is under test.")] = None,
    browser: Annotated[list[Engine] | None, typer.Option(help="Engine to use; may be repeated.")] = None,
    browser_for: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ENGINE", help="Engine of this client's browser; may be repeated."),
    ] = None,
) -> None:
    """Run the specs (those in specs/ unless PATHS are given) and say where the results are.

    Exit code 0: all passed; 1: some failed; 2: no verdict (wrong usage, nothing to run with, interrupted).
    """
    options = [("-k", keyword), ("-m", mark), ("--target", target)]
    options += [("--browser", engine.value) for engine in browser or []]
    options += [("--browser-for", given) for given in browser_for or []]
    words = [word for name, value in options if value for word in (name, value)]
    words += ["--headed"] if headed else []
    words += ["--numprocesses", str(workers)] if workers > 1 else []
    raise typer.Exit(run_pytest([*words, *spec_paths(args or [])]))


def spec_paths(args: list[str]) -> list[str]:
    """The arguments for pytest, with specs/ in front when no specs are among them.

    The folder that an option such as `--runs-dir runs` names is none: there are no tests in it.
    """
    if any(_holds_specs(Path(arg.partition("::")[0])) for arg in args if not arg.startswith("-")):
        return args
    if not Path("specs").is_dir():
        raise UsageError("there is no specs/ here. Name the specs to run, or run in the project's folder.")
    return ["specs", *args]


def _holds_specs(path: Path) -> bool:
    if path.is_dir():
        return next(path.rglob("test_*.py"), None) is not None
    return path.suffix == ".py" and path.exists()


@app.command(context_settings=_PASS_ON, add_help_option=False)
def serve(args: Annotated[list[str] | None, typer.Argument(metavar="OPTIONS")] = None) -> None:
    """Serve the stub and the reference frontend: [--scenario NAME] [--port N] [--ui-port N]; see --help."""
    command = [sys.executable, "-m", "mock_server", *(args or [])]
    os.execv(command[0], command)


@app.command(context_settings=_PASS_ON, add_help_option=False)
def scenario(args: Annotated[list[str] | None, typer.Argument(metavar="COMMAND")] = None) -> None:
    """Look at the worlds that specs start in: list, check FILES, show NAME; see --help."""
    # Imported here, as below: `lockstep run` is not to wait for what it does not use.
    from harness.scenario_cli import scenario_app

    scenario_app(args or ["--help"], prog_name="lockstep scenario")


@app.command(context_settings=_PASS_ON, add_help_option=False)
def target(args: Annotated[list[str] | None, typer.Argument(metavar="COMMAND")] = None) -> None:
    """Look at what can be tested: list, check NAME; see --help."""
    from harness.target_cli import target_app

    target_app(args or ["--help"], prog_name="lockstep target")


@app.command(context_settings=_PASS_ON, add_help_option=False)
def clean(args: Annotated[list[str] | None, typer.Argument(metavar="TARGET")] = None) -> None:
    """Remove what specs have left on a deployment; see --help."""
    from harness.clean_cli import clean as command

    _call(command, args)


@app.command(context_settings=_PASS_ON, add_help_option=False)
def init(args: Annotated[list[str] | None, typer.Argument(metavar="URL")] = None) -> None:
    """Look at a running app and write a target, a lens and first specs for it; see --help."""
    from harness.init_cli import init as command

    _call(command, args)


@app.command(context_settings=_PASS_ON, add_help_option=False)
def deploy(args: Annotated[list[str] | None, typer.Argument(metavar="COMMAND")] = None) -> None:
    """Run a real deployment in miniature on this machine: up, status, down, env; see --help."""
    from harness.deploy_cli import deploy_app

    deploy_app(args or ["--help"], prog_name="lockstep deploy")


@app.command(context_settings=_PASS_ON, add_help_option=False)
def check(args: Annotated[list[str] | None, typer.Argument(metavar="RUN")] = None) -> None:
    """Judge a saved run again by what its journals say; see --help."""
    from harness.check_cli import check as command

    _call(command, args)


@app.command(context_settings=_PASS_ON, add_help_option=False)
def report(args: Annotated[list[str] | None, typer.Argument(metavar="RUN")] = None) -> None:
    """Write the report of a saved run again, or of several as one; --open shows it; see --help."""
    from harness.report_cli import report as command

    _call(command, args)


def _call(command: Callable[..., None], args: list[str] | None) -> None:
    """Run a command that has its own options, read only now."""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command()(command)
    alone(args or [], prog_name=f"lockstep {command.__name__}")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Show what a run would use on this machine, and how to mend what is wrong (then exit code 2)."""
    from rich.console import Console

    from harness.doctor import Status, examine, render

    checks = examine()
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        Console().print(render(checks))
    if any(check.status is Status.WRONG for check in checks):
        raise typer.Exit(2)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"lockstep {installed_version('lockstep-e2e')}")


def main() -> None:
    """Entry point: an error of ours is one message on stderr and exit code 2, never a traceback."""
    try:
        app()
    except LockstepError as error:
        sys.stderr.write(f"lockstep: {error}\n")
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
