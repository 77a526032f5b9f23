"""Faults that the control API arms: spoilt REST answers and acks, refused connections, outages."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mock_server.errors import HTTP_STATUS, CallError, ErrorCode
from mock_server.glob import matches as glob_matches
from mock_server.scenario.model import Millis, Positive
from mock_server.wire import LineFault

Status = Annotated[int, Field(ge=400, le=599)]
Path = Annotated[str, Field(description="A path, or a glob such as `/api/tasks/*`")]

_CODE_OF_STATUS = {status: code for code, status in HTTP_STATUS.items() if code != ErrorCode.TOKEN_EXPIRED}


class RefuseMode(StrEnum):
    """How a handshake is refused: answered with 503, or its TCP connection reset."""

    HTTP503 = "http503"
    ABORT = "abort"


class _FaultSpec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str | None = None
    delay_ms: Millis = 0
    hold: bool = False
    after: bool = False
    """Apply and broadcast the change first; only the answer is spoilt."""
    times: Positive | None = 1
    """How many calls it spoils; None: all until it is cleared."""


class RestFaultSpec(_FaultSpec):
    """Spoils matching REST calls. With no `status`, `code`, `abort`, `delay_ms` or `hold` it answers 500.

    What is read (GET) is worked out first, so a held snapshot is as old as the moment it was asked for.
    """

    method: str | None = None
    path: Path | None = None
    status: Status | None = None
    code: str | None = None
    message: str | None = None
    abort: bool = False

    def matches(self, method: str, path: str, user: str | None) -> bool:
        return (
            (self.method is None or self.method.upper() == method)
            and (self.path is None or glob_matches(self.path, path))
            and (self.user is None or self.user == user)
        )

    def error(self) -> CallError | None:
        """Return the refusal to answer with, None when the answer is only late."""
        said = self.status is not None or self.code is not None or self.message is not None
        if not said and (self.abort or self.hold or self.delay_ms):
            return None
        status = self.status
        if status is None and self.code is None:
            status = 500
        code = self.code or _CODE_OF_STATUS.get(status or 500, ErrorCode.INTERNAL)
        return CallError(code, self.message or f"refused by a fault ({code})", status=status)


class AckError(BaseModel):
    """What a refusing acknowledgement says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    message: str = ""


class AckFaultSpec(_FaultSpec):
    """Spoils the acks of matching socket events: refused, late, held, or never given (`swallow`)."""

    event: str | None = None
    error: AckError | None = None
    swallow: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.error or self.swallow or self.hold or self.delay_ms):
            raise ValueError("give at least one of error, swallow, hold, delay_ms")
        return self

    def matches(self, event: str, user: str) -> bool:
        return (self.event is None or glob_matches(self.event, event)) and self.user in (None, user)


Spec = TypeVar("Spec", bound=_FaultSpec)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken(Generic[Spec]):
    """One call that a fault spoils; `release` lets it go, also before it has come to where it waits."""

    id: str
    spec: Spec
    release: asyncio.Future[bool] | None
    """None when it is not held; False: the world ended meanwhile."""

    async def pause(self) -> bool:
        """Sit the delay out and, when it is held, wait for the release; False: the world ended meanwhile."""
        if self.spec.delay_ms:
            await asyncio.sleep(self.spec.delay_ms / 1000)
        return True if self.release is None else await self.release


@dataclass(slots=True, kw_only=True, eq=False)
class Armed(Generic[Spec]):
    """A fault in force, and the calls it holds."""

    id: str
    spec: Spec
    left: int | None
    held: list[asyncio.Future[bool]] = field(default_factory=list)

    def take(self) -> Taken[Spec]:
        """Spoil one call, and hold it from now on if that is what the fault does."""
        release: asyncio.Future[bool] | None = None
        if self.spec.hold:
            release = asyncio.get_running_loop().create_future()
            self.held.append(release)
        return Taken(id=self.id, spec=self.spec, release=release)

    def let_go(self, *, alive: bool = True) -> int:
        """Release what is held; returns how many calls that were."""
        held, self.held = self.held, []
        waiting = [release for release in held if not release.done()]
        for release in waiting:
            release.set_result(alive)
        return len(waiting)


class UpgradeMode(StrEnum):
    """How a websocket is refused: answered with 403, or never answered."""

    REFUSE = "refuse"
    HANG = "hang"


@dataclass(slots=True)
class Misroute:
    """An event that goes astray: matching broadcasts also reach `user`, in whatever rooms they are."""

    event: str
    user: str
    left: int | None


@dataclass(slots=True)
class Network:
    """What the stub does to connections before any protocol is spoken."""

    refuse_left: int | None = 0
    """New handshakes still to be refused; None: all."""
    refuse_mode: RefuseMode = RefuseMode.HTTP503
    refuse_upgrade: UpgradeMode | None = None
    hanging: set[asyncio.Transport] = field(default_factory=set)
    """TCP connections of websockets that are never answered."""
    misses: dict[str, int | None] = field(default_factory=dict)
    """How many requests of an Engine.IO session still meet a server that does not know it; None: all."""
    misroutes: list[Misroute] = field(default_factory=list)
    slow_ms: dict[str | None, int] = field(default_factory=dict)
    """How late all is on the connections that a person will make; None: everybody."""
    starved: set[str | None] = field(default_factory=set)
    """Whose connections to come get no heartbeat; None: everybody's."""
    outage: bool = False
    outage_rest: bool = True

    def takes_handshake(self) -> bool:
        """Count one new handshake; tells whether it is let in."""
        if self.refuse_left is None:
            return False
        if self.refuse_left == 0:
            return True
        self.refuse_left -= 1
        return False

    def misses_session(self, eio_sid: str) -> bool:
        """Count one request of a session; tells whether it meets a server that does not know it."""
        left = self.misses.get(eio_sid, 0)
        if left is not None and left > 0:
            self.misses[eio_sid] = left - 1
        return left is None or left > 0

    def astray(self, event: str) -> list[str]:
        """Return who hears an event that is not for them, and count it."""
        found = []
        for each in self.misroutes:
            if glob_matches(each.event, event) and each.left != 0:
                each.left = None if each.left is None else each.left - 1
                found.append(each.user)
        return found

    def mend(self, user: str | None, faults: Collection[LineFault]) -> None:
        """Leave the connections that this person (None: anybody) will make alone."""
        if LineFault.SLOW in faults:
            self.slow_ms = {who: each for who, each in self.slow_ms.items() if user not in (None, who)}
        if LineFault.STARVE in faults:
            self.starved = {who for who in self.starved if user not in (None, who)}

    def drop_hanging(self) -> None:
        """Reset the websockets that were never answered."""
        for each in list(self.hanging):
            each.abort()


class FaultBoard:
    """All faults of one world."""

    def __init__(self) -> None:
        self.network = Network()
        self._rest: list[Armed[RestFaultSpec]] = []
        self._acks: list[Armed[AckFaultSpec]] = []
        self._spent: list[Armed[RestFaultSpec] | Armed[AckFaultSpec]] = []
        self._count = 0

    def arm_rest(self, spec: RestFaultSpec) -> str:
        armed = Armed(id=self._new_id(), spec=spec, left=spec.times)
        self._rest.append(armed)
        return armed.id

    def arm_ack(self, spec: AckFaultSpec) -> str:
        armed = Armed(id=self._new_id(), spec=spec, left=spec.times)
        self._acks.append(armed)
        return armed.id

    def take_rest(self, method: str, path: str, user: str | None) -> Taken[RestFaultSpec] | None:
        """Return the oldest fault that spoils this call, and count it as used once more."""
        for armed in self._rest:
            if armed.spec.matches(method, path, user):
                self._use(armed, self._rest)
                return armed.take()
        return None

    def take_ack(self, event: str, user: str) -> Taken[AckFaultSpec] | None:
        """Return the oldest fault that spoils this event's ack, and count it as used once more."""
        for armed in self._acks:
            if armed.spec.matches(event, user):
                self._use(armed, self._acks)
                return armed.take()
        return None

    def release(self, fault_id: str | None = None, *, alive: bool = True) -> int:
        """Let go what one fault holds, or all of them; returns how many calls that were."""
        return sum(
            armed.let_go(alive=alive) for armed in self._all() if fault_id is None or armed.id == fault_id
        )

    def disarm(self, fault_id: str) -> int:
        """Spoil no more calls by this fault and let go what it holds; returns how many calls that were."""
        released = self.release(fault_id)
        self._rest = [each for each in self._rest if each.id != fault_id]
        self._acks = [each for each in self._acks if each.id != fault_id]
        return released

    def knows(self, fault_id: str) -> bool:
        return any(armed.id == fault_id for armed in self._all())

    def clear(self, *, alive: bool = True) -> None:
        """Drop every fault and let go what they held; `alive` False: their world is over."""
        self.release(alive=alive)
        self._rest.clear()
        self._acks.clear()
        self._spent.clear()
        self.network.drop_hanging()
        self.network = Network()

    def _use(self, armed: Armed[Spec], of: list[Armed[Spec]]) -> None:
        if armed.left is None:
            return
        armed.left -= 1
        if armed.left == 0:
            of.remove(armed)
            self._spent.append(armed)  # type: ignore[arg-type]

    def _all(self) -> Iterable[Armed[RestFaultSpec] | Armed[AckFaultSpec]]:
        return [*self._rest, *self._acks, *self._spent]

    def _new_id(self) -> str:
        self._count += 1
        return f"f{self._count}"
