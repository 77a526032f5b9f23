"""Puts the stub together: two ports that stay, and a world behind them that can be replaced."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web

from mock_server.control.api import PREFIX, Control
from mock_server.cors import cors_headers, origin_rule, preflight_headers
from mock_server.errors import StartError
from mock_server.faults import RefuseMode, UpgradeMode
from mock_server.gateway import Gateway
from mock_server.journal import Kind
from mock_server.log import log
from mock_server.models.choice import model_of
from mock_server.rest.dispatch import answer_rest, reset_connection
from mock_server.scenario.load import find_scenario, load_scenario
from mock_server.scenario.model import Scenario
from mock_server.settings import ServerSettings
from mock_server.ui import check_build, static_answer
from mock_server.wire.engine import Refusal, refused
from mock_server.world import World

SOCKET_PATH = "/socket.io/"

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_BACKLOG = 128
_SHUTDOWN_S = 0.5
_MAX_BODY_BYTES = 64 * 1024 * 1024
"""Of the control API; REST bodies have the limit that the scenario sets."""


class StubServer:
    """One stub: `start`, any number of `reset`, `stop`. Implements `mock_server.control.host.Host`."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._runners: list[web.ServerRunner] = []
        self._worlds_made = 0
        self._world: World | None = None
        self._allows_origin: Callable[[str], bool] = lambda origin: False
        self._control = Control(self)
        self.gateway_url = ""
        self.ui_url = ""

    @property
    def world(self) -> World:
        assert self._world is not None, "the server has not been started"
        return self._world

    @property
    def control_token(self) -> str:
        return self._settings.control_token

    @property
    def loopback_only(self) -> bool:
        return self._settings.is_default_host

    def load(self, name: str, seed: int | None) -> Scenario:
        path = find_scenario(name, self._settings.scenarios_root)
        return _read(path, path.stat().st_mtime_ns, seed)

    async def start(self, scenario: Scenario) -> None:
        """Bind both ports and start the first world.

        Raises StartError, or DocumentError for a handler that cannot be loaded; then nothing is left bound.
        """
        settings = self._settings
        check_build(settings.ui_dir)
        sockets: list[socket.socket] = []
        try:
            gateway = _listen(settings, settings.port, "--port", sockets)
            ui = _listen(settings, settings.ui_port, "--ui-port", sockets)
            self.gateway_url = f"http://{settings.url_host}:{gateway[0].getsockname()[1]}"
            self.ui_url = f"http://{settings.url_host}:{ui[0].getsockname()[1]}"
            self._begin(scenario)
        except BaseException:
            for each in sockets:
                each.close()
            raise
        await self._serve(self._answer, gateway)
        await self._serve(self._answer_ui, ui)
        log.info("ready", gateway=self.gateway_url, ui=self.ui_url, scenario=scenario.name)

    async def reset(self, scenario: Scenario) -> None:
        """Replace the world; every connection of the old one is closed, the ports stay."""
        old = self.world
        self._begin(scenario)
        await old.end()
        log.info("reset", scenario=scenario.name, world=self.world.number)

    async def stop(self) -> None:
        """Close every connection and both ports."""
        if self._world is not None:
            await self._world.end()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    def _begin(self, scenario: Scenario) -> None:
        settings = self._settings.gateway(scenario.gateway)
        ui_port = int(self.ui_url.rsplit(":", 1)[1])
        wildcard = self._settings.is_wildcard
        self._allows_origin = origin_rule(settings.cors_origin, ui_port, wildcard_host=wildcard)
        self._worlds_made += 1
        self._world = World(
            scenario,
            number=self._worlds_made,
            settings=settings,
            allows_origin=self._allows_origin,
            edge=Gateway,
            model=model_of(scenario),
        )
        self._world.start()

    async def _serve(self, handler: _Handler, sockets: list[socket.socket]) -> None:
        server = web.Server(
            handler,
            request_factory=partial(_request, asyncio.get_running_loop()),
            # A client that leaves ends what waits for it: how else would a parked poll know?
            handler_cancellation=True,
            access_log=None,
        )
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        self._runners.append(runner)
        for each in sockets:
            await web.SockSite(runner, each, backlog=_BACKLOG).start()

    # -- requests --------------------------------------------------------------------------------------------

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            return await self._control.answer(request)
        if request.path.startswith(SOCKET_PATH):
            return await self._answer_socket(request)
        # A call takes its course also when nobody waits for the answer any more.
        return await asyncio.shield(answer_rest(request, self.world, self._allows_origin))

    async def _answer_socket(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = cors_headers(request.headers.get("Origin"), self._allows_origin)
        if request.method == "OPTIONS" and not self.world.faults.network.outage:
            asked = request.headers.get("Access-Control-Request-Headers")
            return web.Response(status=204, headers={**headers, **preflight_headers(asked)})
        response = await self._refused_at_the_door(request, self.world)
        if response is None:
            response = await self.world.sockets.handle(request)
        if not response.prepared:
            response.headers.update(headers)
        return response

    async def _refused_at_the_door(self, request: web.BaseRequest, world: World) -> web.StreamResponse | None:
        """Return the refusal that a fault asks for, None to let the request in."""
        network = world.faults.network
        if network.outage:
            world.journal.append(Kind.REFUSED, code="OUTAGE", stage="http")
            return reset_connection(request)
        if network.refuse_upgrade and "websocket" in request.headers.get("Upgrade", "").lower():
            return await self._refused_upgrade(request, world)
        eio_sid = request.query.get("sid", "")
        if network.misses and network.misses_session(eio_sid):
            why = {"code": "UNKNOWN_SID", "status": 400, "eio_sid": eio_sid, "fault": True}
            world.journal.append(Kind.REFUSED, stage="http", **why)
            return refused(Refusal.UNKNOWN_SID)
        if "sid" not in request.query and not network.takes_handshake():
            if network.refuse_mode is RefuseMode.ABORT:
                world.journal.append(Kind.REFUSED, code="ABORTED", stage="http")
                return reset_connection(request)
            world.journal.append(Kind.REFUSED, code="UNAVAILABLE", stage="http", status=503)
            return web.Response(status=503)
        return None

    async def _refused_upgrade(self, request: web.BaseRequest, world: World) -> web.StreamResponse:
        network, tcp = world.faults.network, request.transport
        if network.refuse_upgrade is UpgradeMode.REFUSE or tcp is None:
            world.journal.append(Kind.REFUSED, code="UPGRADE", stage="http", status=403)
            return web.Response(status=403)
        world.journal.append(Kind.REFUSED, code="UPGRADE", stage="http", status=0)
        network.hanging.add(tcp)
        try:
            # Until the client gives up or the fault ends: both end the connection, and that ends this.
            await asyncio.get_running_loop().create_future()
            raise AssertionError("nobody answers it")
        finally:
            network.hanging.discard(tcp)

    async def _answer_ui(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405)
        if request.path == "/env.json":
            url = self.gateway_url
            if self._settings.is_wildcard and request.url.host:
                url = f"http://{request.url.host}:{self.gateway_url.rsplit(':', 1)[1]}"
            body = self.world.scenario.frontend.variables(url)
            return web.json_response(body, headers={"Cache-Control": "no-store"})
        return static_answer(self._settings.ui_dir, request.path)


def _request(
    loop: asyncio.AbstractEventLoop, message: Any, payload: Any, protocol: Any, writer: Any, task: Any
) -> web.BaseRequest:
    """As aiohttp makes them, but for the size of a body."""
    parts = (message, payload, protocol, writer, task, loop)
    return web.BaseRequest(*parts, client_max_size=_MAX_BODY_BYTES)


@lru_cache(maxsize=64)
def _read(path: Path, changed_ns: int, seed: int | None) -> Scenario:
    """Return a scenario, read again only when its file was changed at another time: reading takes longest."""
    return load_scenario(path, seed=seed)


def _listen(
    settings: ServerSettings, port: int, flag: str, opened: list[socket.socket]
) -> list[socket.socket]:
    """Bind a port on the host; with 127.0.0.1 also on ::1 if it can be: browsers may mean it by localhost."""
    host = settings.host or "0.0.0.0"
    try:
        first = _bind(host, port)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartError(f"cannot listen on {host}:{port}: {reason.lower()}; choose another {flag}") from None
    opened.append(first)
    found = [first]
    if settings.is_default_host:
        try:
            found.append(_bind("::1", first.getsockname()[1]))
            opened.append(found[-1])
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                log.warning("another program has the port on ::1: use 127.0.0.1, not localhost", flag=flag)
    return found


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
