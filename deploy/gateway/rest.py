"""The way of a REST call: CORS, who calls, the body, the rate limit, the route, the envelope."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler as WebHandler

from deploy.gateway.routes import ROUTES, Call, Route
from deploy.gateway.sockets import Shared
from mock_server.auth import Actor
from mock_server.cors import cors_headers, preflight_headers
from mock_server.envelope import failure, success
from mock_server.errors import CallError, ErrorCode
from mock_server.store.tables import timestamp

MAX_BODY_BYTES = 1_000_000
_BEARER = "bearer "
_LOG = logging.getLogger("lockstep.gateway")


def add_routes(app: web.Application, shared: Shared, connections: Callable[[], int], node: str) -> None:
    """Serve the contract's calls, /health, /health/live and /metrics."""

    async def health(request: web.Request) -> web.Response:
        hears = shared.hears()
        body: dict[str, Any] = {"status": "healthy" if hears else "unhealthy", "connections": connections()}
        body |= {"node": node, "redis": "up" if hears else "down"}
        return web.json_response(body, status=200 if hears else 503)

    async def live(request: web.Request) -> web.Response:
        return web.json_response({"status": "alive", "node": node})

    async def metrics(request: web.Request) -> web.Response:
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=shared.metrics.text(), headers={"Content-Type": kind})

    app.router.add_get("/health", health)
    app.router.add_get("/health/live", live)
    app.router.add_get("/metrics", metrics)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _served(route, shared))


def middleware(shared: Shared, allows_origin: Callable[[str], bool]) -> Any:
    """Return what stands around all calls but those of Socket.IO: CORS, and refusals in the envelope."""

    @web.middleware
    async def around(request: web.Request, handler: WebHandler) -> web.StreamResponse:
        if request.path.startswith("/socket.io/"):
            return await handler(request)
        headers = cors_headers(request.headers.get("Origin"), allows_origin)
        if request.method == "OPTIONS":
            asked = request.headers.get("Access-Control-Request-Headers")
            return web.Response(status=204, headers={**headers, **preflight_headers(asked)})
        response = await _answered(request, handler, shared)
        response.headers.update(headers)
        response.headers["X-Request-Id"] = uuid.uuid4().hex
        return response

    return around


async def _answered(request: web.Request, handler: WebHandler, shared: Shared) -> web.StreamResponse:
    try:
        return await handler(request)
    except CallError as error:
        return _refused(shared, error)
    except web.HTTPRequestEntityTooLarge:
        return _refused(shared, CallError(ErrorCode.TOO_LARGE, f"the body is over {MAX_BODY_BYTES} bytes"))
    except web.HTTPMethodNotAllowed as refused:
        message = f"{request.method} is not possible here"
        response = _refused(shared, CallError(ErrorCode.INVALID_INPUT, message, status=405))
        response.headers["Allow"] = ", ".join(sorted(refused.allowed_methods))
        return response
    except web.HTTPNotFound:
        return _refused(shared, CallError(ErrorCode.NOT_FOUND, f"no such call: {request.path}"))
    except web.HTTPException:
        raise
    except Exception:
        _LOG.exception("%s %s failed", request.method, request.path)
        return _refused(shared, CallError(ErrorCode.INTERNAL, "internal error"))


def _served(route: Route, shared: Shared) -> WebHandler:
    async def handler(request: web.Request) -> web.StreamResponse:
        token = _token(request)
        actor = _actor(shared, token) if route.needs_token else None
        call = Call(
            shared=shared,
            params=request.match_info,
            query=request.query,
            body=await _body(request),
            token=token,
            actor=actor,
        )
        caller = actor.id if actor is not None else request.headers.get("X-Real-IP", request.remote)
        await shared.limit.check(f"call:{caller}")
        answer = await route.handler(call)
        now = timestamp(time.time())
        body = success(answer.data, timestamp=now, request_id=uuid.uuid4().hex, **answer.metadata)
        return web.json_response(body, status=route.status, headers={"Cache-Control": "no-store"})

    return handler


def _token(request: web.Request) -> str | None:
    header = request.headers.get("Authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else None


def _actor(shared: Shared, token: str | None) -> Actor:
    if not token:
        raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
    return shared.tokens.verify(token)


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError) as error:
        raise CallError(ErrorCode.INVALID_INPUT, f"the body is not JSON: {error}") from None


def _refused(shared: Shared, error: CallError) -> web.Response:
    shared.metrics.failed(error.code)
    response = web.json_response(failure(error), status=error.status, headers={"Cache-Control": "no-store"})
    if isinstance(error.details, dict) and "retryAfter" in error.details:
        response.headers["Retry-After"] = str(error.details["retryAfter"])
    return response
