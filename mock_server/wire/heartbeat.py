"""The heartbeat of one Engine.IO session: a ping at its interval, and a pong that must come in time."""

import asyncio
from typing import Protocol


class Beating(Protocol):
    """The session whose heartbeat it is."""

    def send_ping(self) -> bool:
        """Send one; False: none went out, and no pong is to be awaited."""

    def pong_overdue(self) -> None: ...


class Heartbeat:
    """Runs from `schedule` until `stop`."""

    __slots__ = ("_extended", "_interval_s", "_ping_due", "_pong_due", "_session", "_timeout_s")

    def __init__(self, session: Beating, *, interval_s: float, timeout_s: float) -> None:
        self._session = session
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._ping_due: asyncio.TimerHandle | None = None
        self._pong_due: asyncio.TimerHandle | None = None
        self._extended = False

    def schedule(self) -> None:
        """The next ping, an interval from now."""
        if self._ping_due is not None:
            self._ping_due.cancel()
        self._ping_due = asyncio.get_running_loop().call_later(self._interval_s, self._ping)

    def came(self) -> None:
        """The pong is there."""
        self.forgive()
        self.schedule()

    def alive(self) -> None:
        """Something else has come: it gives the pong once as much time again."""
        if self._pong_due is not None and not self._extended:
            self._extended = True
            self._await_pong()

    def forgive(self) -> None:
        """Await no pong any more."""
        if self._pong_due is not None:
            self._pong_due.cancel()
            self._pong_due = None

    def stop(self) -> None:
        if self._ping_due is not None:
            self._ping_due.cancel()
        self.forgive()

    def _ping(self) -> None:
        if not self._session.send_ping():
            self.schedule()
            return
        self._extended = False
        self._await_pong()

    def _await_pong(self) -> None:
        self.forgive()
        self._pong_due = asyncio.get_running_loop().call_later(self._timeout_s, self._session.pong_overdue)
