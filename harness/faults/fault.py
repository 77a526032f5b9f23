"""What all faults have in common: where they are in force, what they touched, and how they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self, get_type_hints

from harness.errors import UsageError
from harness.faults.parameters import of_type


class Edge(StrEnum):
    """Where a fault is carried out: in the client's page, which works on any target, or by the stub."""

    PAGE = "page"
    STUB = "stub"


class Concern(StrEnum):
    """What a fault takes: Socket.IO packets, new connections, REST calls, or the client's whole network."""

    PACKET = "packet"
    CONNECTION = "connection"
    CALL = "call"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One thing that a fault did: to the `nth` matching event, about `entity`, or to `method path`."""

    client: str
    did: str
    event: str | None = None
    entity: str | None = None
    nth: int | None = None
    method: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A packet or call that a fault keeps: its event, or `GET /path`; `t` in epoch ms of the page's clock."""

    client: str
    index: int
    what: str
    t: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a fault says of itself at one client; `passed` counts, by name, what it let go by."""

    touched: int = 0
    passed: Mapping[str, int]
    held: tuple[Held, ...] = ()


class Arming(Protocol):
    """One fault at one client, whatever carries it out."""

    @property
    def client(self) -> str: ...

    @property
    def whom(self) -> str | None:
        """Whose state it changes, by a name that is the same for all of this kind; None: everybody's."""

    def arm(self) -> None: ...

    def status(self) -> Status: ...

    def touches(self) -> Sequence[Touch]: ...

    @property
    def gone(self) -> bool:
        """Whether nothing can come there any more."""

    def lost(self) -> str | None:
        """How things that it held were lost, in words; None when none was."""

    def release(self, indices: Sequence[int]) -> None: ...

    def discard(self, indices: Sequence[int]) -> None: ...

    def lift(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The parameters of one kind of fault; raises UsageError for those that make no sense."""

    name: ClassVar[str]
    concern: ClassVar[Concern]
    edge: ClassVar[Edge] = Edge.PAGE
    #: Whether everybody has one such state only: of two that are in force, the first to end would end both.
    single: ClassVar[bool] = False

    def is_one_with(self, other: Kind) -> bool:
        """Whether both are one and the same state where they are carried out."""
        return self.single and type(other) is type(self)

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for each in fields(self):
            of_type(self.name, each.name, getattr(self, each.name), hints[each.name])
        self.check()

    def check(self) -> None:
        """Raises UsageError for parameters of the right types that make no sense."""

    def params(self) -> dict[str, Any]:
        """As the page and the journal get them, without those that were not given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class Fault:
    """A fault in force from `begin` until `lift`; as a context manager it is lifted behind the block."""

    def __init__(self, kind: Kind, armings: Sequence[Arming], *, coming: Iterable[str | None] = ()) -> None:
        """`coming` is whom it will be for, as a scenario says before there is a client; None: everybody."""
        self.kind = kind
        self._armings = tuple(armings)
        self._coming = frozenset(coming)
        self._lifted = False

    def begin(self) -> Self:
        """Put it in force: at all of its clients, or when one of them refuses at none."""
        armed: list[Arming] = []
        try:
            for arming in self._armings:
                arming.arm()
                armed.append(arming)
        except Exception:
            self._armings = tuple(armed)
            self.lift()
            raise
        return self

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def lifted(self) -> bool:
        """Whether it is no longer in force."""
        return self._lifted

    @property
    def touched(self) -> tuple[Touch, ...]:
        """All that it has done so far, client by client."""
        return tuple(touch for arming in self._armings for touch in arming.touches())

    def require_no_rival(self, others: Iterable[Fault]) -> None:
        """Raises UsageError when one of `others` that is in force would end together with this one."""
        for other in others:
            if not other.lifted and self.kind.is_one_with(other.kind) and self._meets(other):
                way = "the scenario has it to the end of the spec" if other._coming else "lift that one first"
                raise UsageError(
                    f"{self.name}: one is in force at {other.where} already, and the first to end would end "
                    f"both: {way}"
                )

    def _meets(self, other: Fault) -> bool:
        mine, theirs = self._whom, other._whom
        return None in mine | theirs or not mine.isdisjoint(theirs)

    @property
    def _whom(self) -> frozenset[str | None]:
        return self._coming | {arming.whom for arming in self._armings}

    @property
    def where(self) -> str:
        """The clients it is for, in words."""
        at = dict.fromkeys(arming.client for arming in self._armings)
        return ", ".join(at) or ", ".join(sorted(who or "everybody" for who in self._coming))

    def extend(self, arming: Arming) -> None:
        """Put it in force at one client more; when it is lifted already, at none."""
        if not self._lifted:
            self._armings = (*self._armings, arming)
            arming.arm()

    def lift(self) -> None:
        """End it: what it still holds goes on, in order. Harmless when repeated."""
        if self._lifted:
            return
        self._lifted = True
        for arming in self._armings:
            arming.lift()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lift()

    def __repr__(self) -> str:
        return f"<{self.name} at {self.where}{' (lifted)' if self._lifted else ''}>"
