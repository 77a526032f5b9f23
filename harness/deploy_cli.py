"""The `deploy` commands: a real deployment in miniature on this machine, brought up and down."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from harness.deployment import DEFAULT_STATE_DIR, RENDERED_DIR, Deployment, render_for_containers

deploy_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A real deployment in miniature: nginx with TLS, two gateway nodes and Redis, on loopback.",
)
_StateDir = Annotated[Path, typer.Option("--state-dir", help="Where its files, logs and secrets are.")]
DEFAULT_PORT = 8443


@deploy_app.command()
def up(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: a free one.")] = DEFAULT_PORT,
    sticky: Annotated[bool, typer.Option(help="A client stays at the node it has.")] = True,
    redis_manager: Annotated[
        bool, typer.Option(help="The nodes share rooms; without, a mistake to be found.")
    ] = True,
    state_dir: _StateDir = DEFAULT_STATE_DIR,
) -> None:
    """Start it, or what is missing of it, and say where it is. It stays until `lockstep deploy down`."""
    running = Deployment.find(state_dir)
    if running is not None and all(running.processes().values()):
        _say(f"already up at {running.url}")
        return
    deployment = Deployment.start(
        state_dir, port=port, sticky=sticky, redis_manager=redis_manager, tied=False, progress=_say
    )
    _say(f"up at {deployment.url}, certificate authority {deployment.ca_path}")
    _say('passwords: eval "$(lockstep deploy env)"')


@deploy_app.command()
def status(state_dir: _StateDir = DEFAULT_STATE_DIR) -> None:
    """Tell what runs; exit code 1 when something does not."""
    deployment = Deployment.find(state_dir)
    if deployment is None:
        typer.echo(f"no deployment in {state_dir}")
        raise typer.Exit(1)
    dead = False
    for name, running in deployment.processes().items():
        dead = dead or running is None
        state = "dead" if running is None else f"up, pid {running.pid}"
        typer.echo(f"{name}: {state}, port {deployment.port_of(name)}, log {deployment.log(name)}")
    typer.echo(f"{deployment.url}, sticky sessions {'on' if deployment.sticky else 'off'}")
    if dead:
        raise typer.Exit(1)


@deploy_app.command()
def down(state_dir: _StateDir = DEFAULT_STATE_DIR) -> None:
    """End it and remove its data; does nothing when there is none."""
    deployment = Deployment.find(state_dir, progress=_say)
    if deployment is None:
        _say(f"no deployment in {state_dir}")
        return
    deployment.stop()
    _say("down")


@deploy_app.command()
def env(state_dir: _StateDir = DEFAULT_STATE_DIR) -> None:
    """Print, for a shell's eval, the variables that a target file needs: URL and passwords, in clear."""
    for name, value in Deployment.load(state_dir).environment.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@deploy_app.command()
def render(
    out: Annotated[Path, typer.Option(help="The folder that deploy/compose.yaml mounts.")] = RENDERED_DIR,
) -> None:
    """Write what deploy/compose.yaml needs: nginx's configuration, certificates, secrets.env."""
    for path in render_for_containers(out):
        _say(str(path))


def _say(line: str) -> None:
    typer.echo(f"deploy: {line}")
