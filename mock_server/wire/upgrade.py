"""The way up from long-polling to a websocket, as the official server goes it (engine.io 6.6)."""

import asyncio
from typing import Protocol

from mock_server.wire.packets import NOOP, PROBE_ANSWER, Incoming, PacketType
from mock_server.wire.transport import Transport

_FORCED_POLL_S = 0.1
"""How often a parked poll is answered during an upgrade, so that the client can leave it."""


class Upgrading(Protocol):
    """The session that may move."""

    transport: Transport

    def move_to(self, transport: Transport) -> None: ...

    def stay(self) -> None:
        """The attempt is over, whatever came of it."""


class Probe:
    """An upgrade under way: the client says `2probe`, hears `3probe`, and says `5` when it has moved."""

    __slots__ = ("_deadline", "_nudge", "_session", "transport")

    def __init__(self, session: Upgrading, transport: Transport, *, timeout_s: float) -> None:
        self.transport = transport
        self._session = session
        self._deadline = asyncio.get_running_loop().call_later(timeout_s, self.give_up)
        self._nudge: asyncio.TimerHandle | None = None

    def receive(self, packet: Incoming) -> None:
        if packet.type is PacketType.PING and packet.data == "probe":
            self.transport.send([PROBE_ANSWER])
            self._nudge_later()
        elif packet.type is PacketType.UPGRADE:
            self._end()
            self._session.move_to(self.transport)
        else:
            self.give_up()

    def give_up(self) -> None:
        """Close the transport it tried; the session stays where it is."""
        self._end()
        self.transport.close()

    def _end(self) -> None:
        self._deadline.cancel()
        if self._nudge is not None:
            self._nudge.cancel()
        self._session.stay()

    def _nudge_later(self) -> None:
        if self._nudge is not None:
            self._nudge.cancel()
        self._nudge = asyncio.get_running_loop().call_later(_FORCED_POLL_S, self._force_poll)

    def _force_poll(self) -> None:
        current = self._session.transport
        if current.name == "polling" and current.writable:
            current.send([NOOP])
        self._nudge_later()
