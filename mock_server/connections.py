"""Who is connected, who is in which room, and who hears a broadcast."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from mock_server.auth import Actor
from mock_server.entities import Json
from mock_server.scenario.model import Echo


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One live socket of one user. `number` counts all connections of the world in order of arrival."""

    sid: str
    eio_sid: str
    actor: Actor
    number: int
    connected_at: float
    """Epoch time in seconds."""
    last_event_s: float
    """Monotonic time of the last event in either direction."""
    pid: str | None = None
    namespace: str = "/"
    auth: Json | None = None
    """What it said when it connected, when the model keeps that."""
    rooms: set[str] = field(default_factory=set)
    told: dict[str, str] = field(init=False)
    """What the journal says of it as a receiver; one object for all its entries."""

    def __post_init__(self) -> None:
        self.told = {"sid": self.sid, "user": self.user}

    @property
    def user(self) -> str:
        return self.actor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is to hear an event: those in `rooms`, `users`, `sids` (or everyone), but for the excepted."""

    rooms: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    sids: frozenset[str] = frozenset()
    everyone: bool = False
    except_sid: str | None = None
    except_user: str | None = None
    namespace: str | None = None
    """Only there; None: everywhere."""

    def hears(self, sid: str, user: str, rooms: Iterable[str]) -> bool:
        if sid == self.except_sid or user == self.except_user:
            return False
        return not self.rooms.isdisjoint(rooms) or self.everyone or sid in self.sids or user in self.users

    @property
    def label(self) -> str | None:
        """What the journal calls it: the first room, else the users or sids."""
        return next(iter(sorted(self.rooms | self.users | self.sids)), None)


def without_echo(audience: Audience, echo: Echo, sender_sid: str | None, sender_user: str | None) -> Audience:
    """Leave out whom the echo switch names: nobody, the sending socket, or all of the sender's sockets."""
    if echo is Echo.OTHERS:
        return replace(audience, except_sid=sender_sid)
    return replace(audience, except_user=sender_user) if echo is Echo.NONE else audience


class Connections:
    """The live connections of one world, in order of arrival."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._numbers: dict[str, int] = {}
        self._count = 0
        self._users_seen: set[str] = set()

    def __len__(self) -> int:
        return len(self._by_sid)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_sid.values()))

    def add(
        self,
        *,
        sid: str,
        eio_sid: str,
        actor: Actor,
        connected_at: float,
        now_s: float,
        pid: str | None,
        namespace: str,
        auth: Json | None,
    ) -> Connection:
        connection = Connection(
            sid=sid,
            eio_sid=eio_sid,
            actor=actor,
            number=self._count,
            connected_at=connected_at,
            last_event_s=now_s,
            pid=pid,
            namespace=namespace,
            auth=auth,
        )
        self._count += 1
        self._numbers[sid] = connection.number
        self._by_sid[sid] = connection
        self._users_seen.add(actor.id)
        return connection

    def remove(self, sid: str) -> Connection | None:
        return self._by_sid.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        return self._by_sid.get(sid)

    def was_seen(self, user: str) -> bool:
        """Tell whether `user` has ever been connected in this world."""
        return user in self._users_seen

    def number_of(self, sid: str | None) -> int:
        """Return the arrival number of a live or past sid; -1 for None and for one that never was."""
        return -1 if sid is None else self._numbers.get(sid, -1)

    def of(self, *, user: str | None = None, sid: str | None = None) -> list[Connection]:
        """Return the live connections of a user, of one sid, or all of them."""
        return [
            each for each in self if (user is None or each.user == user) and (sid is None or each.sid == sid)
        ]

    def in_room(self, room: str) -> list[Connection]:
        return [each for each in self if room in each.rooms]

    def rooms(self) -> dict[str, list[Connection]]:
        names = sorted({room for each in self for room in each.rooms})
        return {name: self.in_room(name) for name in names}

    def hearing(self, audience: Audience) -> list[Connection]:
        """Return who hears `audience`, each once, in order of arrival."""
        hears = audience.hears
        heard = [each for each in self._by_sid.values() if hears(each.sid, each.actor.id, each.rooms)]
        if audience.namespace is None:
            return heard
        return [each for each in heard if each.namespace == audience.namespace]
