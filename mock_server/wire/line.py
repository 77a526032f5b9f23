"""What a fault does to the packets of one session: nothing passes, all of it late, or no heartbeat."""

import asyncio
from collections.abc import Callable, Collection
from enum import StrEnum

from mock_server.wire.packets import Outgoing

Deliver = Callable[[Outgoing], None]


class LineFault(StrEnum):
    """What can be wrong with a line."""

    FREEZE = "freeze"
    STARVE = "starve"
    SLOW = "slow"


class Line:
    """A spoilt line below a session. While there is one, what is sent goes through it."""

    __slots__ = ("_deliver", "_due_s", "_held", "_is_late", "_paused", "_thawed", "delay_s", "starved")

    def __init__(self, deliver: Deliver) -> None:
        self.delay_s = 0.0
        """Added to all that is sent; the order stays."""
        self.starved = False
        """No ping is sent, and no pong awaited."""
        self._deliver = deliver
        self._held: list[Outgoing] = []
        self._paused: list[asyncio.Transport] = []
        self._thawed: asyncio.Future[None] | None = None
        self._due_s = 0.0
        self._is_late = 0

    @property
    def frozen(self) -> bool:
        """Nothing passes either way, and no TCP connection is closed: half-open."""
        return self._thawed is not None

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left of any fault."""
        return not (self.frozen or self.starved or self.delay_s or self._is_late)

    def freeze(self, connections: list[asyncio.Transport]) -> None:
        """Stop, and stop reading from these TCP connections, so that not even their end is noticed."""
        if self._thawed is None:
            self._thawed = asyncio.get_running_loop().create_future()
            self._paused = connections
            for each in connections:
                each.pause_reading()

    def mend(self, faults: Collection[LineFault], *, is_over: bool) -> None:
        """End some of what is wrong with it. When the session `is_over`, so are its connections, silently."""
        if LineFault.STARVE in faults:
            self.starved = False
        if LineFault.SLOW in faults:
            self.delay_s = 0.0
        if LineFault.FREEZE in faults:
            self._thaw(is_over=is_over)

    async def thawed(self) -> None:
        """Return once nothing is frozen."""
        while self._thawed is not None:
            await asyncio.shield(self._thawed)

    def send(self, packet: Outgoing) -> None:
        if self.delay_s == 0 and not self._is_late:
            self._arrive(packet)
            return
        loop = asyncio.get_running_loop()
        # Never before one that was sent earlier, also when the delay has become shorter.
        self._due_s = max(self._due_s, loop.time() + self.delay_s)
        self._is_late += 1
        loop.call_at(self._due_s, self._late, packet)

    def _late(self, packet: Outgoing) -> None:
        self._is_late -= 1
        self._arrive(packet)

    def _arrive(self, packet: Outgoing) -> None:
        if self.frozen:
            self._held.append(packet)
        else:
            self._deliver(packet)

    def _thaw(self, *, is_over: bool) -> None:
        if self._thawed is None:
            return
        paused, self._paused = self._paused, []
        for each in paused:
            each.abort() if is_over else each.resume_reading()
        self._thawed.set_result(None)
        self._thawed = None
        held, self._held = self._held, []
        for packet in held:
            self._deliver(packet)
