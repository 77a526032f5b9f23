"""The verbs of the control API that make trouble: for connections, for answers, for whoever is connected."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from mock_server.connections import Connection
from mock_server.control import bodies
from mock_server.control.asked import RefusedError, known_person, parsed
from mock_server.control.host import Host
from mock_server.entities import Json
from mock_server.faults import AckFaultSpec, Misroute, RestFaultSpec, UpgradeMode
from mock_server.journal import Kind
from mock_server.wire import LineFault
from mock_server.world import World


class Faults:
    """Arms faults in one server's world, and ends them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.verbs: Mapping[tuple[str, str], Callable[[web.BaseRequest], Awaitable[Json]]] = {
            ("POST", "cut"): self._cut,
            ("POST", "kick"): self._kick,
            ("POST", "freeze"): self._freeze,
            ("POST", "starve"): self._starve,
            ("POST", "slow"): self._slow,
            ("POST", "mend"): self._mend,
            ("POST", "unknown-sid"): self._unknown_sid,
            ("POST", "misroute"): self._misroute,
            ("POST", "refuse"): self._refuse,
            ("POST", "outage"): self._outage,
            ("POST", "rest-fault"): self._rest_fault,
            ("POST", "ack-fault"): self._ack_fault,
            ("POST", "release"): self._release,
            ("POST", "disarm"): self._disarm,
            ("DELETE", "faults"): self._clear,
        }

    @property
    def _world(self) -> World:
        return self._host.world

    async def _cut(self, request: web.BaseRequest) -> Json:
        who = await parsed(bodies.Cut, request)
        chosen = self._chosen(who)
        more = {} if who.code is None else {"code": who.code}
        self._note("cut", sids=[each.sid for each in chosen], **more)
        sockets = self._world.sockets
        for eio_sid in self._sessions(who):
            if who.code is None:
                sockets.abort(eio_sid)
            else:
                sockets.end_with(eio_sid, who.code)
        return {"cut": [each.sid for each in chosen]}

    async def _kick(self, request: web.BaseRequest) -> Json:
        chosen = self._chosen(await parsed(bodies.Who, request))
        self._note("kick", sids=[each.sid for each in chosen])
        for each in chosen:
            self._world.sockets.disconnect(each.sid)
        return {"kicked": [each.sid for each in chosen]}

    def _chosen(self, who: bodies.Who) -> list[Connection]:
        return self._world.connections.of(user=who.user, sid=who.sid)

    def _sessions(self, who: bodies.Who) -> list[str]:
        """Return the sessions of whom the control API names; everybody's: also those without a socket yet."""
        if who.all:
            return self._world.sockets.eio_sids
        return list(dict.fromkeys(each.eio_sid for each in self._chosen(who)))

    async def _freeze(self, request: web.BaseRequest) -> Json:
        who = await parsed(bodies.Who, request)
        return self._spoilt(LineFault.FREEZE, who, self._world.sockets.freeze)

    async def _starve(self, request: web.BaseRequest) -> Json:
        who = await parsed(bodies.Lasting, request)
        if who.coming:
            self._world.faults.network.starved.add(who.user)
        return self._spoilt(LineFault.STARVE, who, self._world.sockets.starve)

    async def _slow(self, request: web.BaseRequest) -> Json:
        who = await parsed(bodies.Slow, request)
        if who.coming:
            self._world.faults.network.slow_ms[who.user] = who.delay_ms
        slow = partial(self._world.sockets.slow, delay_ms=who.delay_ms)
        return self._spoilt(LineFault.SLOW, who, slow, delay_ms=who.delay_ms)

    def _spoilt(self, fault: LineFault, who: bodies.Who, how: Callable[[str], None], **fields: Any) -> Json:
        eio_sids = self._sessions(who)
        self._note(fault, user=who.user, sids=[each.sid for each in self._chosen(who)], **fields)
        for eio_sid in eio_sids:
            how(eio_sid)
        return {"eio_sids": eio_sids}

    async def _mend(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Mend, request)
        more = {} if body.user is None else {"user": body.user}
        for fault in body.faults:
            self._note(fault, on=False, **more)
        eio_sids = body.eio_sids
        if eio_sids is None:
            self._world.faults.network.mend(body.user, body.faults)
            if body.user is not None:
                eio_sids = tuple(each.eio_sid for each in self._world.connections.of(user=body.user))
        self._world.sockets.mend(eio_sids, body.faults)
        return {}

    async def _unknown_sid(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.UnknownSid, request)
        eio_sids = self._sessions(body)
        self._note("unknown-sid", user=body.user, times=body.times, sids=[c.sid for c in self._chosen(body)])
        left = None if body.times == "all" else int(body.times)
        self._world.faults.network.misses.update(dict.fromkeys(eio_sids, left))
        return {"eio_sids": eio_sids}

    async def _misroute(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Misroute, request)
        user = known_person(self._world, body.user)
        self._note("misroute", event=body.event, user=user, times=body.times)
        left = None if body.times == "all" else int(body.times)
        misroutes = self._world.faults.network.misroutes
        misroutes[:] = [each for each in misroutes if (each.event, each.user) != (body.event, user)]
        if left != 0:
            misroutes.append(Misroute(body.event, user, left))
        return {}

    async def _refuse(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Refuse, request)
        network = self._world.faults.network
        if "connections" in body.model_fields_set:
            network.refuse_left = None if body.connections == "all" else int(body.connections)
            network.refuse_mode = body.mode
        if "upgrade" in body.model_fields_set:
            upgrade = body.upgrade
            network.refuse_upgrade = (
                (UpgradeMode.REFUSE if upgrade else None) if isinstance(upgrade, bool) else upgrade
            )
            if network.refuse_upgrade is not UpgradeMode.HANG:
                network.drop_hanging()
        self._note("refuse", **body.model_dump(mode="json", exclude_unset=True))
        return {}

    async def _outage(self, request: web.BaseRequest) -> Json:
        body = await parsed(bodies.Outage, request)
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
        return {"id": self._world.faults.arm_rest(await parsed(RestFaultSpec, request))}

    async def _ack_fault(self, request: web.BaseRequest) -> Json:
        return {"id": self._world.faults.arm_ack(await parsed(AckFaultSpec, request))}

    async def _release(self, request: web.BaseRequest) -> Json:
        fault_id = (await parsed(bodies.Release, request)).id
        if fault_id is not None and not self._world.faults.knows(fault_id):
            raise RefusedError(404, f"no such fault: {fault_id}")
        released = self._world.faults.release(fault_id)
        self._note("release", id=fault_id, released=released)
        return {"released": released}

    async def _disarm(self, request: web.BaseRequest) -> Json:
        fault_id = (await parsed(bodies.Disarm, request)).id
        board = self._world.faults
        if not board.knows(fault_id):
            raise RefusedError(404, f"no such fault: {fault_id}")
        released = board.disarm(fault_id)
        self._note("release", id=fault_id, released=released)
        return {"released": released}

    async def _clear(self, request: web.BaseRequest) -> Json:
        self._world.faults.clear()
        self._world.sockets.mend()
        self._note("clear")
        return {}

    def _note(self, name: str, **fields: Any) -> None:
        self._world.journal.append(Kind.FAULT, name=name, **fields)
