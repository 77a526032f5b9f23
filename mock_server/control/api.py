"""Answers the requests of the control API."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from mock_server.connections import Audience, Connection
from mock_server.control import bodies
from mock_server.control.host import Host
from mock_server.control.waiting import wait_for
from mock_server.entities import Json
from mock_server.errors import CallError, DocumentError, UnknownScenarioError
from mock_server.faults import AckFaultSpec, RestFaultSpec
from mock_server.journal import Kind
from mock_server.scenario.model import Scenario
from mock_server.world import World

PREFIX = "/__stub__/"
TOKEN_HEADER = "X-Stub-Token"

_WHOLE = re.compile(r"[0-9]{1,15}")
_LOOPBACK = ("127.", "::1", "::ffff:127.")


class _RefusedError(Exception):
    """Raised to answer `{"error": ...}` with a status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


M = TypeVar("M", bound=BaseModel)


class Control:
    """Answers the control API of one server."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._verbs: Mapping[tuple[str, str], Callable[[web.BaseRequest], Awaitable[Json]]] = {
            ("GET", "state"): self._state,
            ("POST", "reset"): self._reset,
            ("POST", "restart"): self._restart,
            ("GET", "store"): self._store,
            ("GET", "connections"): self._connections,
            ("GET", "rooms"): self._rooms,
            ("GET", "journal"): self._journal,
            ("POST", "emit"): self._emit,
            ("POST", "cut"): self._cut,
            ("POST", "kick"): self._kick,
            ("POST", "refuse"): self._refuse,
            ("POST", "outage"): self._outage,
            ("POST", "rest-fault"): self._rest_fault,
            ("POST", "ack-fault"): self._ack_fault,
            ("POST", "release"): self._release,
            ("DELETE", "faults"): self._clear,
            ("POST", "expire"): self._expire,
            ("POST", "token"): self._token,
            ("POST", "member"): self._member,
            ("POST", "wait"): self._wait,
        }

    @property
    def _world(self) -> World:
        return self._host.world

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request below `/__stub__/`."""
        try:
            return web.json_response(await self._verb(request)(request))
        except _RefusedError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except (DocumentError, UnknownScenarioError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except CallError as error:
            status = 404 if error.status == 404 else 400
            return web.json_response({"error": error.message}, status=status)

    def _verb(self, request: web.BaseRequest) -> Callable[[web.BaseRequest], Awaitable[Json]]:
        peer = request.remote or ""
        if self._host.loopback_only and not peer.startswith(_LOOPBACK):
            raise _RefusedError(401, "the control API answers this machine only")
        given = request.headers.get(TOKEN_HEADER, "")
        if not secrets.compare_digest(given.encode(), self._host.control_token.encode()):
            raise _RefusedError(401, f"header {TOKEN_HEADER} is missing or wrong")
        name = request.path.removeprefix(PREFIX).strip("/")
        verb = self._verbs.get((request.method, name))
        if verb is None:
            known = ", ".join(f"{method} {each}" for method, each in self._verbs)
            raise _RefusedError(404, f"unknown: {request.method} {name}. Known: {known}")
        return verb

    # -- the world -------------------------------------------------------------------------------------------

    async def _state(self, request: web.BaseRequest) -> Json:
        world = self._world
        return {
            "scenario": world.scenario.name,
            "seed": world.scenario.seed,
            "world": world.number,
            "echo": world.settings.echo.value,
            "gateway_url": self._host.gateway_url,
            "ui_url": self._host.ui_url,
            "people": {
                user: {
                    **world.tokens.person(user),
                    "password": person.password,
                    "token": world.tokens.initial(user),
                }
                for user, person in world.scenario.people.items()
            },
        }

    async def _reset(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Reset, request)
        if body.document is not None:
            scenario = Scenario.from_document(body.document, seed=body.seed, origin=body.origin)
        else:
            scenario = self._host.load(body.scenario or "", body.seed)
        await self._host.reset(scenario)
        return await self._state(request)

    async def _restart(self, request: web.BaseRequest) -> Json:
        self._note("restart")
        await self._world.restart()
        return {}

    async def _store(self, request: web.BaseRequest) -> Json:
        return self._world.model.snapshot()

    async def _connections(self, request: web.BaseRequest) -> Json:
        world = self._world
        return {
            "connections": [
                {
                    "sid": each.sid,
                    "eio_sid": each.eio_sid,
                    "user": each.user,
                    "transport": world.sockets.transport_of(each.eio_sid),
                    "rooms": sorted(each.rooms),
                    "connected_at": each.connected_at,
                }
                for each in world.connections
            ]
        }

    async def _rooms(self, request: web.BaseRequest) -> Json:
        rooms = self._world.connections.rooms()
        return {
            "rooms": {
                name: [{"sid": each.sid, "user": each.user} for each in members]
                for name, members in rooms.items()
            }
        }

    async def _journal(self, request: web.BaseRequest) -> Json:
        since = request.query.get("since", "0")
        if not _WHOLE.fullmatch(since):
            raise _RefusedError(400, "since: a whole number is needed")
        journal = self._world.journal
        return {"entries": journal.since(int(since)), "next": journal.next_seq, "now": time.time()}

    async def _wait(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Wait, request)
        return await wait_for(self._world, body.condition, body.timeout_ms)

    # -- events and connections ------------------------------------------------------------------------------

    async def _emit(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Emit, request)
        if sum(each is not None for each in (body.room, body.sid, body.user)) > 1:
            raise _RefusedError(400, "give at most one of room, sid, user")
        audience = Audience(
            rooms=_set_of(body.room),
            sids=_set_of(body.sid),
            users=_set_of(body.user),
            everyone=body.room is body.sid is body.user is None,
        )
        args = [body.data] if "data" in body.model_fields_set else []
        seq, sids = self._world.send(body.event, args, audience, volatile=body.volatile)
        return {"seq": seq, "to": sids}

    async def _cut(self, request: web.BaseRequest) -> Json:
        who = await _parsed(bodies.Who, request)
        chosen = self._chosen(who)
        self._note("cut", sids=[each.sid for each in chosen])
        # Everything: also what has no Socket.IO connection yet.
        for eio_sid in self._world.sockets.eio_sids if who.all else [c.eio_sid for c in chosen]:
            self._world.sockets.abort(eio_sid)
        return {"cut": [each.sid for each in chosen]}

    async def _kick(self, request: web.BaseRequest) -> Json:
        chosen = self._chosen(await _parsed(bodies.Who, request))
        self._note("kick", sids=[each.sid for each in chosen])
        for each in chosen:
            self._world.sockets.disconnect(each.sid)
        return {"kicked": [each.sid for each in chosen]}

    def _chosen(self, who: bodies.Who) -> list[Connection]:
        return self._world.connections.of(user=who.user, sid=who.sid)

    # -- faults ----------------------------------------------------------------------------------------------

    async def _refuse(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Refuse, request)
        network = self._world.faults.network
        if "connections" in body.model_fields_set:
            network.refuse_left = None if body.connections == "all" else int(body.connections)
            network.refuse_mode = body.mode
        if "upgrade" in body.model_fields_set:
            network.refuse_upgrade = body.upgrade
        self._note("refuse", **body.model_dump(mode="json", exclude_unset=True))
        return {}

    async def _outage(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Outage, request)
        world = self._world
        world.faults.network.outage, world.faults.network.outage_rest = body.on, body.rest
        self._note("outage", on=body.on, rest=body.rest)
        if body.on:
            for eio_sid in world.sockets.eio_sids:
                world.sockets.abort(eio_sid)
            if body.rest:
                world.reset_rest()
        return {}

    async def _rest_fault(self, request: web.BaseRequest) -> Json:
        return {"id": self._world.faults.arm_rest(await _parsed(RestFaultSpec, request))}

    async def _ack_fault(self, request: web.BaseRequest) -> Json:
        return {"id": self._world.faults.arm_ack(await _parsed(AckFaultSpec, request))}

    async def _release(self, request: web.BaseRequest) -> Json:
        fault_id = (await _parsed(bodies.Release, request)).id
        if fault_id is not None and not self._world.faults.knows(fault_id):
            raise _RefusedError(404, f"no such fault: {fault_id}")
        released = self._world.faults.release(fault_id)
        self._note("release", id=fault_id, released=released)
        return {"released": released}

    async def _clear(self, request: web.BaseRequest) -> Json:
        self._world.faults.clear()
        self._note("clear")
        return {}

    # -- people ----------------------------------------------------------------------------------------------

    async def _expire(self, request: web.BaseRequest) -> Json:
        user = self._known((await _parsed(bodies.User, request)).user)
        self._world.tokens.expire(user)
        self._note("expire", user=user)
        return {}

    async def _token(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Token, request)
        return {"token": self._world.tokens.issue(self._known(body.user), ttl_s=body.ttl_s)}

    async def _member(self, request: web.BaseRequest) -> Json:
        body = await _parsed(bodies.Member, request)
        return self._world.model.set_member(body.project, self._known(body.user), member=body.member)

    def _known(self, user: str) -> str:
        if user not in self._world.scenario.people:
            known = ", ".join(self._world.scenario.people)
            raise _RefusedError(404, f"no such person: {user}. Known: {known}")
        return user

    def _note(self, name: str, **fields: Any) -> None:
        self._world.journal.append(Kind.FAULT, name=name, **fields)


def _set_of(name: str | None) -> frozenset[str]:
    return frozenset() if name is None else frozenset([name])


async def _parsed(model: type[M], request: web.BaseRequest) -> M:
    raw = await request.read()
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _RefusedError(400, f"{where}: {first['msg']}" if where else first["msg"]) from None
