"""Connection state recovery: what a socket missed while it was away, by default for at most two minutes.

As Socket.IO's own: the CONNECT packet carries a private `pid`, each event ends with an offset, and a client
that comes back with `{pid, offset}` gets its rooms again and every event after that offset. A client that
never got an event has no offset to name and starts anew; so does one that was disconnected on purpose.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from mock_server.connections import Audience, Connection
from mock_server.entities import Json
from mock_server.wire.session import CloseReason

_LASTING_REASONS = frozenset(
    (
        CloseReason.TRANSPORT_CLOSE,
        CloseReason.TRANSPORT_ERROR,
        CloseReason.FORCED,
        CloseReason.PING_TIMEOUT,
        CloseReason.SHUTTING_DOWN,
        CloseReason.FORCED_BY_SERVER,
    )
)


@dataclass(slots=True, kw_only=True)
class _Session:
    sid: str
    user: str
    namespace: str = "/"
    rooms: set[str] = field(default_factory=set)
    sent: deque[tuple[str, float, list[Any]]] = field(default_factory=deque)
    """(offset, monotonic time, packet data) of what was sent to it, or would have been."""
    left_at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a returning socket gets back."""

    sid: str
    """The socket's id, which it keeps."""
    rooms: frozenset[str]
    missed: tuple[list[Any], ...]


class Recovery:
    """Keeps the sessions of sockets that may come back within `max_away_s`; `now_s` is a monotonic clock."""

    def __init__(self, now_s: Callable[[], float], *, max_away_s: float) -> None:
        self._now_s = now_s
        self._max_away_s = max_away_s
        self._sessions: dict[str, _Session] = {}
        self._count = 0

    def resume(self, auth: Any, user: str, namespace: str) -> tuple[str, Recovered | None]:
        """Return the pid for a new socket, and what it gets back when `auth` names `user`'s session there."""
        self._forget_the_lost()
        asked: Json = auth if isinstance(auth, dict) else {}
        pid, offset = asked.get("pid"), asked.get("offset")
        session = self._sessions.get(pid) if isinstance(pid, str) else None
        whose = session is not None and (session.user, session.namespace) == (user, namespace)
        if isinstance(pid, str) and session and whose and session.left_at_s is not None:
            offsets = [entry[0] for entry in session.sent]
            if offset in offsets:
                missed = [entry[2] for entry in session.sent][offsets.index(offset) + 1 :]
                return pid, Recovered(sid=session.sid, rooms=frozenset(session.rooms), missed=tuple(missed))
        return secrets.token_urlsafe(15), None

    def connected(self, connection: Connection) -> None:
        """Begin or go on with the session of a socket that has just connected."""
        assert connection.pid is not None
        session = self._sessions.setdefault(
            connection.pid,
            _Session(sid=connection.sid, user=connection.user, namespace=connection.namespace),
        )
        session.sid, session.left_at_s, session.rooms = connection.sid, None, connection.rooms

    def disconnected(self, connection: Connection, reason: str) -> None:
        """Keep the session of a socket that was cut off; forget that of one that left or was sent away."""
        session = self._sessions.get(connection.pid or "")
        if session is None or session.sid != connection.sid:
            return
        if reason in _LASTING_REASONS:
            session.left_at_s = self._now_s()
        else:
            del self._sessions[connection.pid or ""]

    def record(self, data: list[Any], audience: Audience, recipients: Iterable[Connection]) -> list[Any]:
        """Remember an event for those it goes to and those away; returns it with its offset at the end."""
        self._count += 1
        offset = f"{self._count:x}-{secrets.token_urlsafe(6)}"
        stamped = [*data, offset]
        pids = {each.pid for each in recipients}
        for pid, session in self._sessions.items():
            away = session.left_at_s is not None and audience.namespace in (None, session.namespace)
            if pid in pids or (away and audience.hears(session.sid, session.user, session.rooms)):
                session.sent.append((offset, self._now_s(), stamped))
                self._forget_the_old(session)
        return stamped

    def evict(self, user: str, rooms: Iterable[str]) -> None:
        """Take `user` out of `rooms` also where they are away."""
        for session in self._sessions.values():
            if session.user == user:
                session.rooms.difference_update(rooms)

    def clear(self) -> None:
        self._sessions.clear()

    def _forget_the_lost(self) -> None:
        now_s = self._now_s()
        for pid, session in list(self._sessions.items()):
            if session.left_at_s is not None and now_s - session.left_at_s > self._max_away_s:
                del self._sessions[pid]

    def _forget_the_old(self, session: _Session) -> None:
        while session.sent and self._now_s() - session.sent[0][1] > self._max_away_s:
            session.sent.popleft()
