"""Runs the stub as a process of its own: `python -m mock_server`."""

import argparse
import asyncio
import gc
import json
import os
import secrets
import signal
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

from jwt import InsecureKeyLengthWarning

from mock_server import log
from mock_server.control.api import PREFIX, TOKEN_HEADER
from mock_server.errors import DocumentError, StartError, StubError, UnknownScenarioError
from mock_server.scenario.load import default_root, find_scenario, list_scenarios, load_scenario
from mock_server.scenario.model import Scenario
from mock_server.server import StubServer
from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    DEFAULT_SCENARIO,
    DEFAULT_UI_PORT,
    ServerSettings,
    read_environment,
)
from mock_server.ui import DEFAULT_DIR
from mock_server.watching import Watch

_CANNOT_START = 2
_STDIN = 0
_READ_BYTES = 4_096
_GC_THRESHOLDS = (50_000, 20, 20)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; returns the exit code (2: could not start, said why in one line)."""
    options = _parser().parse_args(arguments)
    log.configure()
    # A short JWT_SECRET is the choice of whoever sets it: these tokens guard made-up data.
    warnings.simplefilter("ignore", InsecureKeyLengthWarning)
    try:
        settings = _settings(options)
        scenario = _scenario(options.scenario, settings.scenarios_root, seed=options.seed)
        _collect_seldom()
        asyncio.run(_run(options, settings, scenario))
    except (StartError, UnknownScenarioError, DocumentError) as error:
        sys.stderr.write(f"lockstep serve: {_one_line(error)}\n")
        return _CANNOT_START
    return 0


def _collect_seldom() -> None:
    """Look for cycles less often: a long journal makes each look long, and few things here make cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mock_server", description="The Lockstep stub server.")
    parser.add_argument("--scenario", help=f"name or path (default: {DEFAULT_SCENARIO}, if there is one)")
    parser.add_argument("--seed", type=int, help="in place of the one the scenario names")
    parser.add_argument("--watch", action="store_true", help="take over the rules when the file changes")
    parser.add_argument("--fixtures", type=Path, help="directory that holds scenarios/")
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, help=f"of the gateway; 0: any (default: PORT or {DEFAULT_PORT})")
    parser.add_argument("--ui-port", type=int, default=DEFAULT_UI_PORT, help="of the frontend; 0: any")
    parser.add_argument("--control-token", help="for the control API (default: a random one)")
    parser.add_argument("--json", action="store_true", help="say that it is ready in one line of JSON")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument("--ui-dir", type=Path, default=DEFAULT_DIR, help=argparse.SUPPRESS)
    return parser


def _settings(options: argparse.Namespace) -> ServerSettings:
    env_port, gateway, rate_limit = read_environment()
    port = options.port if options.port is not None else env_port
    return ServerSettings(
        host=options.host,
        port=DEFAULT_PORT if port is None else port,
        ui_port=options.ui_port,
        control_token=options.control_token or secrets.token_urlsafe(24),
        scenarios_root=_scenarios_root(options.fixtures),
        ui_dir=options.ui_dir,
        gateway_overrides=gateway,
        rate_limit_overrides=rate_limit,
    )


def _scenarios_root(fixtures: Path | None) -> Path:
    if fixtures is None:
        return default_root()
    below = fixtures / "scenarios"
    return below if below.is_dir() else fixtures


def _scenario(name: str | None, root: Path, *, seed: int | None) -> Scenario:
    """The world asked for; fixtures without the default one start empty, to be reset over the control API."""
    if name is None and DEFAULT_SCENARIO not in list_scenarios(root):
        return Scenario(name="empty")
    return load_scenario(find_scenario(name or DEFAULT_SCENARIO, root), seed=seed)


async def _run(options: argparse.Namespace, settings: ServerSettings, scenario: Scenario) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
    server = StubServer(settings)
    try:
        await server.start(scenario)
        if options.exit_with_parent:
            _watch_stdin(loop, stop)
        watch = Watch(lambda: server.world, seed=options.seed) if options.watch else None
        if watch is not None:
            await watch.look()  # before anybody can know that it runs, and change the file
        _say_left_out(scenario)
        _say_ready(server, scenario, as_json=options.json)
        await _until(stop, watch)
    finally:
        await server.stop()


async def _until(stop: asyncio.Event, watch: Watch | None) -> None:
    """Wait for `stop`, watching meanwhile when asked to."""
    watching = None if watch is None else asyncio.create_task(watch.run())
    try:
        await stop.wait()
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` when standard input ends: whoever started this process is gone, however it ended."""

    def read_to_the_end() -> None:
        try:
            while os.read(_STDIN, _READ_BYTES):
                pass
        except OSError:
            pass
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=read_to_the_end, name="parent-watch", daemon=True).start()


def _say_left_out(scenario: Scenario) -> None:
    """Name the scenario's faults: they are for the length of a spec, and here is none."""
    if scenario.faults:
        names = ", ".join(each.chosen[0] for each in scenario.faults)
        sys.stderr.write(
            f"lockstep serve: left out are the scenario's faults, which specs carry out: {names}\n"
        )


def _say_ready(server: StubServer, scenario: Scenario, *, as_json: bool) -> None:
    if as_json:
        said = json.dumps(
            {
                "gateway_url": server.gateway_url,
                "ui_url": server.ui_url,
                "control_token": server.control_token,
                "pid": os.getpid(),
                "scenario": scenario.name,
            }
        )
    else:
        # The reference frontend is DevMentor's: it has nothing to show of another app.
        first = f"frontend  {server.ui_url}" if scenario.keeps_to_contract else f"model     {scenario.model}"
        said = (
            f"{first}\ngateway   {server.gateway_url}\nscenario  {scenario.name}\n"
            f"control   {server.gateway_url}{PREFIX} with {TOKEN_HEADER}: {server.control_token}"
        )
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def _one_line(error: StubError) -> str:
    return " | ".join(str(error).splitlines())


if __name__ == "__main__":
    sys.exit(main())
