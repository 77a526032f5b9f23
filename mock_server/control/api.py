"""Answers the requests of the control API."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from mock_server.connections import Audience
from mock_server.control import bodies
from mock_server.control.asked import RefusedError, known_person, parsed
from mock_server.control.faults import Faults
from mock_server.control.host import Host
from mock_server.control.waiting import wait_for
from mock_server.entities import Json
from mock_server.errors import CallError, DocumentError, UnknownScenarioError
from mock_server.journal import Kind
from mock_server.scenario.model import Scenario
from mock_server.world import World

PREFIX = "/__stub__/"
TOKEN_HEADER = "X-Stub-Token"

_WHOLE = re.compile(r"[0-9]{1,15}")
_LOOPBACK = ("127.", "::1", "::ffff:127.")


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
            ("GET", "silent"): self._silent,
            ("GET", "journal"): self._journal,
            ("POST", "emit"): self._emit,
            ("POST", "expire"): self._expire,
            ("POST", "token"): self._token,
            ("POST", "member"): self._member,
            ("POST", "wait"): self._wait,
            **Faults(host).verbs,
        }

    @property
    def _world(self) -> World:
        return self._host.world

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request below `/__stub__/`."""
        try:
            return web.json_response(await self._verb(request)(request))
        except RefusedError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except (DocumentError, UnknownScenarioError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except CallError as error:
            status = 404 if error.status == 404 else 400
            return web.json_response({"error": error.message}, status=status)

    def _verb(self, request: web.BaseRequest) -> Callable[[web.BaseRequest], Awaitable[Json]]:
        peer = request.remote or ""
        if self._host.loopback_only and not peer.startswith(_LOOPBACK):
            raise RefusedError(401, "the control API answers this machine only")
        given = request.headers.get(TOKEN_HEADER, "")
        if not secrets.compare_digest(given.encode(), self._host.control_token.encode()):
            raise RefusedError(401, f"header {TOKEN_HEADER} is missing or wrong")
        name = request.path.removeprefix(PREFIX).strip("/")
        verb = self._verbs.get((request.method, name))
        if verb is None:
            known = ", ".join(f"{method} {each}" for method, each in self._verbs)
            raise RefusedError(404, f"unknown: {request.method} {name}. Known: {known}")
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
        body = await parsed(bodies.Reset, request)
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

    async def _silent(self, request: web.BaseRequest) -> Json:
        return {"eio_sids": self._world.sockets.silent_eio_sids}

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
            raise RefusedError(400, "since: a whole number is needed")
        journal = self._world.journal
        return {"entries": journal.since(int(since)), "next": journal.next_seq, "now": time.time()}

    async def _wait(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Wait, request)
        return await wait_for(self._world, body.condition, body.timeout_ms)

    # -- events and connections ------------------------------------------------------------------------------

    async def _emit(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Emit, request)
        if sum(each is not None for each in (body.room, body.sid, body.user)) > 1:
            raise RefusedError(400, "give at most one of room, sid, user")
        audience = Audience(
            rooms=_set_of(body.room),
            sids=_set_of(body.sid),
            users=_set_of(body.user),
            everyone=body.room is body.sid is body.user is None,
        )
        args = [body.data] if "data" in body.model_fields_set else []
        seq, sids = self._world.send(body.event, args, audience, volatile=body.volatile)
        return {"seq": seq, "to": sids}

    # -- people ----------------------------------------------------------------------------------------------

    async def _expire(self, request: web.BaseRequest) -> Json:
        user = known_person(self._world, (await parsed(bodies.User, request)).user)
        self._world.tokens.expire(user)
        self._note("expire", user=user)
        return {}

    async def _token(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Token, request)
        return {"token": self._world.tokens.issue(known_person(self._world, body.user), ttl_s=body.ttl_s)}

    async def _member(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Member, request)
        return self._world.model.set_member(
            body.project, known_person(self._world, body.user), member=body.member
        )

    def _note(self, name: str, **fields: Any) -> None:
        self._world.journal.append(Kind.FAULT, name=name, **fields)


def _set_of(name: str | None) -> frozenset[str]:
    return frozenset() if name is None else frozenset([name])
