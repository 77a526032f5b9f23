"""The way of a REST request: outage, CORS, faults, rules, handler, envelope, journal."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from mock_server.auth import ANONYMOUS, Actor
from mock_server.cors import cors_headers, preflight_headers
from mock_server.envelope import failure, success
from mock_server.errors import CallError, ErrorCode
from mock_server.faults import RestFaultSpec, Taken
from mock_server.journal import Kind
from mock_server.rest.calls import Answer, RestCall
from mock_server.rest.route import Route
from mock_server.rest.served import find, routes_of
from mock_server.rest.slow_body import send_slowly
from mock_server.scenario.model import Body
from mock_server.script import Plan
from mock_server.store.tables import timestamp
from mock_server.world import World

_BEARER = "bearer "
_READS = frozenset({"GET", "HEAD"})


class _GoneError(Exception):
    """Raised to end a request without an answer: its TCP connection is reset."""


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One request on its way through."""

    request: web.BaseRequest
    world: World
    request_id: str
    route: Route | None
    params: dict[str, str]
    known_methods: tuple[str, ...]
    started_s: float = field(default_factory=time.monotonic)
    body: Any = None
    token: str | None = None
    actor: Actor | None = None
    refusal: CallError | None = None
    body_way: Body | None = None
    """How a rule wants the answer's body to be sent."""
    user: str | None = None
    """Whose genuine token came along, even if it has expired: faults and the journal name people by it."""

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def path(self) -> str:
        return self.request.path


async def answer_rest(
    request: web.BaseRequest, world: World, allows_origin: Callable[[str], bool]
) -> web.StreamResponse:
    """Answer one request outside `/socket.io/` and the control API."""
    network = world.faults.network
    if network.outage and network.outage_rest:
        return reset_connection(request)
    origin = request.headers.get("Origin")
    headers = cors_headers(origin, allows_origin)
    if request.method == "OPTIONS":
        return _preflight(request, headers)
    world.requests += 1
    route, params, known = find(routes_of(world), request.method, request.path)
    visit = _Visit(
        request=request,
        world=world,
        request_id=f"r{world.requests}",
        route=route,
        params=params,
        known_methods=known,
    )
    transport = request.transport
    if transport is not None:
        world.rest_transports.add(transport)
    try:
        return await _sent(visit, headers)
    except _GoneError:
        _journal(visit, 0)
        return reset_connection(request)
    finally:
        if transport is not None:
            world.rest_transports.discard(transport)


async def _sent(visit: _Visit, headers: dict[str, str]) -> web.StreamResponse:
    """Return the answer; when a rule has a way with its body, it is already on the wire."""
    response = await _serve(visit)
    response.headers.update(headers)
    response.headers["X-Request-Id"] = visit.request_id
    if visit.body_way is None or not response.body or visit.method == "HEAD":
        _journal(visit, response.status)
        return response
    slow, sent_bytes = await send_slowly(visit.request, response, visit.body_way)
    _journal(visit, response.status, sent_bytes=sent_bytes)
    return slow


def reset_connection(request: web.BaseRequest) -> web.Response:
    """Reset the request's TCP connection; the answer returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def _preflight(request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
    if "Access-Control-Allow-Origin" not in headers:
        return web.Response(status=403, headers=headers, text="origin not allowed")
    asked = request.headers.get("Access-Control-Request-Headers")
    return web.Response(status=204, headers={**headers, **preflight_headers(asked)})


async def _serve(visit: _Visit) -> web.Response:
    try:
        await _read(visit)
    except CallError as error:
        visit.refusal = error
    fault = visit.world.faults.take_rest(visit.method, visit.path, visit.user)
    if fault is None:
        return await _ordinary(visit)
    visit.world.journal.append(
        Kind.FAULT,
        name="rest-fault",
        id=fault.id,
        method=visit.method,
        path=visit.path,
        user=visit.user,
        held=fault.spec.hold,
    )
    if fault.spec.after or (visit.method in _READS and fault.spec.error() is None):
        response = await _ordinary(visit)
        return await _spoilt(visit, fault) or response
    return await _spoilt(visit, fault) or await _ordinary(visit)


async def _spoilt(visit: _Visit, fault: Taken[RestFaultSpec]) -> web.Response | None:
    """Carry a fault out; returns what it answers instead, None when it only made the call late."""
    if not await fault.pause() or fault.spec.abort:
        raise _GoneError
    error = fault.spec.error()
    return None if error is None else _refused(visit, error)


async def _ordinary(visit: _Visit) -> web.Response:
    plan = visit.world.script.on_call(
        visit.method, visit.path, visit.user, visit.body, visit.request.query, visit.params
    )
    visit.world.rule_notes.missed(plan)
    visit.body_way = plan.body
    response = _decided(visit, plan)
    visit.world.fire(plan, visit.user, None)
    if plan.delay_ms:
        await asyncio.sleep(plan.delay_ms / 1000)
    return response


def _decided(visit: _Visit, plan: Plan) -> web.Response:
    try:
        if plan.answer is not None:
            return _scripted(visit, plan)
        if visit.refusal is not None:
            raise visit.refusal
        if visit.path.startswith("/api/"):
            visit.world.rest_limit.check(visit.user or visit.request.remote or "")
        if visit.route is None:
            return _unknown(visit, plan)
        call = RestCall(
            world=visit.world,
            actor=visit.actor or ANONYMOUS,
            params=visit.params,
            query=visit.request.query,
            body=visit.body,
            token=visit.token,
        )
        return _response(visit, visit.route.handler(call))
    except CallError as error:
        return _refused(visit, error)
    except Exception as error:
        visit.world.failed(error)
        return _refused(visit, CallError(ErrorCode.INTERNAL, "internal error"))


def _scripted(visit: _Visit, plan: Plan) -> web.Response:
    """Answer as a rule says: enveloped, unless the rule wrote that too or the contract has no such call."""
    assert plan.answer is not None
    asked = plan.answer.error
    if asked is not None:
        raise CallError(asked.code, asked.message, status=asked.status, details=asked.details)
    reply = plan.answer.reply
    whole = isinstance(reply, dict) and isinstance(reply.get("success"), bool)
    if whole or visit.route is None:
        return web.json_response(reply)
    return _response(visit, Answer(data=reply, status=visit.route.status))


def _unknown(visit: _Visit, plan: Plan) -> web.Response:
    if plan.fired:
        return _response(visit, Answer())
    if visit.known_methods:
        allowed = ", ".join(visit.known_methods)
        error = CallError(ErrorCode.INVALID_INPUT, f"{visit.method} is not possible here", status=405)
        response = _refused(visit, error)
        response.headers["Allow"] = allowed
        return response
    visit.world.rule_notes.unscripted(plan, visit.world.scenario.unscripted, visit.user)
    raise CallError(ErrorCode.NOT_FOUND, f"no rule and no built-in answer for {visit.method} {visit.path}")


async def _read(visit: _Visit) -> None:
    """Find out who calls and what they say; raises UNAUTHORIZED, TOKEN_EXPIRED, TOO_LARGE, INVALID_INPUT."""
    header = visit.request.headers.get("Authorization", "")
    visit.token = header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else None
    visit.user = visit.world.tokens.owner(visit.token)
    refusal: CallError | None = None
    try:
        visit.actor = _authenticated(visit)
    except CallError as error:
        refusal = error
    raw = await _body(visit)
    if raw:
        try:
            visit.body = json.loads(raw)
        except (ValueError, RecursionError) as error:
            refusal = refusal or CallError(ErrorCode.INVALID_INPUT, f"the body is not JSON: {error}")
    if refusal is not None:
        raise refusal


def _authenticated(visit: _Visit) -> Actor | None:
    """Return who calls; None where nobody needs to be known."""
    needed = visit.route is not None and visit.route.needs_token
    if visit.token is None:
        if needed and visit.world.requires_auth:
            raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
        return None
    try:
        return visit.world.tokens.verify(visit.token)
    except CallError:
        if needed and visit.world.requires_auth:
            raise
        return None


async def _body(visit: _Visit) -> bytes:
    """Return the request's body; raises TOO_LARGE, then the rest of it is thrown away."""
    limit = visit.world.settings.max_payload_bytes
    body = bytearray()
    async for chunk in visit.request.content.iter_chunked(65_536):
        if len(body) <= limit:
            body += chunk
    if len(body) > limit:
        raise CallError(ErrorCode.TOO_LARGE, f"the body is over {limit} bytes")
    return bytes(body)


def _response(visit: _Visit, answer: Answer) -> web.Response:
    if answer.raw is not None:
        return web.Response(body=answer.raw, headers={"Content-Type": answer.content_type})
    if visit.world.scenario.keeps_to_contract:
        now = timestamp(time.time())
        body = success(answer.data, timestamp=now, request_id=visit.request_id, **answer.metadata)
    else:
        body = answer.data
    return web.json_response(body, status=answer.status, headers={"Cache-Control": "no-store"})


def _refused(visit: _Visit, error: CallError) -> web.Response:
    visit.world.metrics.failed(error.code)
    enveloped = visit.world.scenario.keeps_to_contract
    body = failure(error) if enveloped else {"error": error.body()}
    response = web.json_response(body, status=error.status, headers={"Cache-Control": "no-store"})
    if isinstance(error.details, dict) and "retryAfter" in error.details:
        response.headers["Retry-After"] = str(error.details["retryAfter"])
    return response


def _journal(visit: _Visit, status: int, **how: Any) -> None:
    more = {} if visit.body is None else {"body": visit.body}
    visit.world.journal.append(
        Kind.REST,
        method=visit.method,
        path=visit.path,
        status=status,
        user=visit.user,
        duration_ms=round((time.monotonic() - visit.started_s) * 1000, 1),
        **more,
        **how,
    )
