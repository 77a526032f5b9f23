"""Puts a node together from its settings, and brings it up and down."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import socketio
from aiohttp import web
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, NoBackoff

from deploy.gateway.board import Board
from deploy.gateway.limits import SharedRateLimit
from deploy.gateway.metrics import Metrics
from deploy.gateway.outbox import CHANNEL, deliver
from deploy.gateway.people import read_people
from deploy.gateway.rest import MAX_BODY_BYTES, add_routes, middleware
from deploy.gateway.settings import NodeSettings
from deploy.gateway.sockets import Shared, Sockets
from deploy.gateway.store import Store
from deploy.gateway.subscription import Subscription
from deploy.gateway.telling import Emit, Telling
from mock_server.auth import Tokens
from mock_server.cors import origin_rule
from mock_server.errors import StartError, StubError
from mock_server.scenario.load import load_scenario
from mock_server.store.seed import tables_of

_LOG = logging.getLogger("lockstep.gateway")
_REDIS_START_S = 20.0
_RESUBSCRIBE_S = 0.2
_STORE_TIMEOUT_S = 2.0


class Node:
    """One gateway node. Raises StartError for settings that make no sense."""

    def __init__(self, settings: NodeSettings) -> None:
        self._settings = settings
        people = read_people(settings.people_file)
        # A call fails at once when Redis is away: whoever made it is told, and may try again.
        self._redis = Redis.from_url(
            settings.redis_url,
            decode_responses=True,
            socket_timeout=_STORE_TIMEOUT_S,
            socket_connect_timeout=_STORE_TIMEOUT_S,
            retry=Retry(NoBackoff(), 1),
        )
        name = f"gateway-{settings.node_name}-{uuid.uuid4().hex}"
        self._server = _server(settings, name)
        self._store = Store(self._redis, publishes=settings.redis_manager)
        self._sockets = Sockets(
            self._server,
            max_connections=settings.max_connections,
            idle_timeout_ms=settings.connection_timeout_ms,
        )
        self._subscription = Subscription(self._redis, name, self._sockets.drop_all)
        self._metrics = Metrics(lambda: len(self._sockets), self._hears)
        self._shared = Shared(
            board=Board(self._store, frozenset(people), self._tell),
            store=self._store,
            tokens=Tokens(people, secret=settings.jwt_secret, ttl_s=settings.token_ttl_s),
            limit=SharedRateLimit(self._redis, settings.rate_limit),
            metrics=self._metrics,
            hears=self._hears,
        )
        self._sockets.serve(self._shared)

    def app(self) -> web.Application:
        settings = self._settings
        allows = origin_rule(settings.cors_origin, settings.port, wildcard_host=False)
        app = web.Application(middlewares=[middleware(self._shared, allows)], client_max_size=MAX_BODY_BYTES)
        add_routes(app, self._shared, lambda: len(self._sockets), settings.node_name)
        self._server.attach(app)
        app.cleanup_ctx.append(self._running)
        app.on_response_prepare.append(self._sockets.remember)
        app.on_response_prepare.append(self._sign)
        app.on_shutdown.append(self._leave)
        return app

    async def _sign(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["X-Node"] = self._settings.node_name

    def _hears(self) -> bool:
        return self._subscription.hears or not self._settings.redis_manager

    async def _tell(self, told: list[Telling]) -> None:
        for each in told:
            if isinstance(each, Emit):
                self._metrics.told(each.event)
        if not self._settings.redis_manager:
            await deliver(self._server.manager, told)

    async def _running(self, app: web.Application) -> AsyncIterator[None]:
        await self._wait_for_redis()
        if self._settings.seed_scenario is not None:
            await self._seed()
        # python-socketio subscribes when the first client comes; a node is ready only when it has.
        self._server.manager_initialized = True
        self._server.manager.initialize()
        tasks = [asyncio.create_task(self._sockets.close_idle())]
        if self._settings.redis_manager:
            tasks.append(asyncio.create_task(self._subscription.watch()))
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._redis.aclose()

    async def _leave(self, app: web.Application) -> None:
        _LOG.info("shutting down, %d connections", len(self._sockets))
        await self._sockets.drop_all()
        await self._server.shutdown()

    async def _wait_for_redis(self) -> None:
        deadline_s = time.monotonic() + _REDIS_START_S
        while True:
            try:
                await self._store.ping()
                return
            except StubError:
                if time.monotonic() > deadline_s:
                    raise StartError(
                        f"Redis cannot be reached for {_REDIS_START_S:.0f} s (REDIS_URL)"
                    ) from None
                await asyncio.sleep(_RESUBSCRIBE_S)

    async def _seed(self) -> None:
        assert self._settings.seed_scenario is not None
        scenario = load_scenario(self._settings.seed_scenario)
        if await self._store.seed(tables_of(scenario, time.time)):
            _LOG.info("the store was empty: filled with the projects of %s", scenario.name)


def _server(settings: NodeSettings, name: str) -> Any:
    manager = None
    if settings.redis_manager:
        # The subscription is taken up again as soon as Redis is back, not after the manager's growing pauses.
        options = {
            "client_name": name,
            "socket_timeout": None,
            "retry": Retry(ConstantBackoff(_RESUBSCRIBE_S), -1),
        }
        manager = socketio.AsyncRedisManager(settings.redis_url, channel=CHANNEL, redis_options=options)
    return socketio.AsyncServer(
        async_mode="aiohttp",
        client_manager=manager,
        # One event of a client after the other: a change is not overtaken by the one behind it.
        async_handlers=False,
        cors_allowed_origins=_origins(settings),
        max_http_buffer_size=MAX_BODY_BYTES,
    )


def _origins(settings: NodeSettings) -> str | list[str] | None:
    configured = settings.cors_origin
    if configured is None or configured == "*":
        return configured
    return [each.strip().rstrip("/") for each in configured.split(",") if each.strip()]
