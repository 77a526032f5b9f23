"""The faults of a scenario file: in force from the first client to the end of the spec."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol

from harness.clients.client import Client
from harness.faults.ack import AckDelay, AckError, SwallowAck
from harness.faults.alter import Alter
from harness.faults.block_websocket import BlockWebsocket
from harness.faults.delay import Delay
from harness.faults.drop import Drop
from harness.faults.duplicate import Duplicate
from harness.faults.fault import Fault, Kind
from harness.faults.hold import HoldKind
from harness.faults.http_delay import HttpDelay
from harness.faults.http_error import HttpError
from harness.faults.matcher import call_match, direction_of, event_match, occurrences, without_nothing
from harness.faults.misroute import Misroute
from harness.faults.oversize import Oversize
from harness.faults.page_edge import PageArming
from harness.faults.refuse import Refuse
from harness.faults.refuse_upgrade import RefuseUpgrade
from harness.faults.reorder import Reorder
from harness.faults.rest import RestAbort, RestError
from harness.faults.slow import Slow
from harness.faults.starve_ping import StarvePing
from harness.faults.stub_edge import StubArming, StubKind
from harness.faults.unreachable import Unreachable
from harness.scenario import CallFault, FaultSpec, OccurringFault, PacketFault, ScenarioFault
from harness.stub import StubControl

KINDS: Mapping[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        AckDelay, AckError, Alter, BlockWebsocket, Delay, Drop, Duplicate, HoldKind, HttpDelay, HttpError,
        Misroute, Oversize, Refuse, RefuseUpgrade, Reorder, RestAbort, RestError, Slow, StarvePing,
        SwallowAck, Unreachable,
    )
}  # fmt: skip
_WHOM = ("who", "to", "by")
_ALL = "all"


class Standing(Protocol):
    """One fault of the scenario, for as long as the spec lasts."""

    def begin(self) -> None:
        """Before there is a client."""

    def opened(self, client: Client) -> None:
        """`client` has its page and has not visited the app."""


class FromScenario:
    """Arms what a scenario's `faults` say; the words were checked when the file was read.

    `add` takes each fault to be lifted at the end, `group` names one, and `seed` is the scenario's.
    """

    def __init__(
        self,
        faults: Iterable[ScenarioFault],
        *,
        stub: Callable[[str], StubControl],
        add: Callable[[Fault], Fault],
        group: Callable[[str], str],
        seed: int,
    ) -> None:
        self._begun = False
        self._standing: list[Standing] = []
        for each in faults:
            name, spec = each.chosen
            kind = kind_of(name, spec)
            fault = add(Fault(kind, [], coming=_people(spec) or (None,)))
            if isinstance(kind, StubKind):
                self._standing.append(_AtStub(kind, spec, fault, stub=stub, group=group(name)))
            else:
                self._standing.append(_AtPage(kind, spec, fault, group=group(name), seed=seed))

    def begin(self) -> None:
        """Put in force what needs no client; harmless when repeated."""
        if not self._begun:
            self._begun = True
            for each in self._standing:
                each.begin()

    def opened(self, client: Client) -> None:
        """Put in force what is for this client, before it visits the app."""
        for each in self._standing:
            each.opened(client)


def kind_of(name: str, spec: FaultSpec) -> Kind:
    """The fault that an item of the file stands for; what it does to connections lasts for those to come."""
    kind = KINDS[name]
    own = {each.name for each in fields(kind)}
    given: dict[str, Any] = {key: value for key, value in spec if key in own and value is not None}
    given = {key: None if value == _ALL else value for key, value in given.items()}
    return kind(**given, **({"coming": True} if "coming" in own else {}))


class _AtPage:
    """At each client of the people it names, or at all clients."""

    def __init__(self, kind: Kind, spec: FaultSpec, fault: Fault, *, group: str, seed: int) -> None:
        self._kind = kind
        self._spec = spec
        self._fault = fault
        self._group = group
        self._seed = seed
        self._people = _people(spec)
        self._match = _match(kind.name, spec)

    def begin(self) -> None:
        """There is no page yet."""

    def opened(self, client: Client) -> None:
        if self._people and client.person not in self._people:
            return
        which = {}
        if isinstance(self._spec, OccurringFault):
            nth, name = self._spec.nth, f"{self._group}@{client.name}"
            which = occurrences(self._kind.name, nth, self._spec.probability, seed=self._seed, name=name)
        match = without_nothing({**self._match, **which})
        self._fault.extend(
            PageArming(client, self._kind, group=self._group, match=match, may_miss=self._spec.may_miss)
        )


class _AtStub:
    """At the stub: for all from the beginning, or for each person it names from their first client on."""

    def __init__(
        self, kind: StubKind, spec: FaultSpec, fault: Fault, *, stub: Callable[[str], StubControl], group: str
    ) -> None:
        self._kind = kind
        self._spec = spec
        self._fault = fault
        self._stub = stub
        self._group = group
        self._people = _people(spec)
        self._armed: dict[str | None, StubArming] = {}

    def begin(self) -> None:
        if not self._people:
            self._arm(None, [])

    def opened(self, client: Client) -> None:
        person = client.person if self._people else None
        if self._people and person not in self._people:
            return
        if person in self._armed and not self._fault.lifted:
            self._armed[person].include(client)
        elif person not in self._armed:
            self._arm(person, [client])

    def _arm(self, person: str | None, clients: Sequence[Client]) -> None:
        stub, may_miss = self._stub(self._kind.name), self._spec.may_miss
        arming = StubArming(stub, self._kind, clients, group=self._group, person=person, may_miss=may_miss)
        self._armed[person] = arming
        self._fault.extend(arming)


def _people(spec: FaultSpec) -> tuple[str, ...]:
    """Whom it names; empty: everybody."""
    named = [value for key, value in spec if key in _WHOM and value is not None]
    return tuple(who for each in named for who in ([each] if isinstance(each, str) else each))


def _match(name: str, spec: FaultSpec) -> dict[str, Any]:
    if isinstance(spec, PacketFault):
        to, by = spec.to is not None, spec.by is not None
        events = event_match(name, spec.event, known=(), elsewhere=())
        return {
            "direction": direction_of(name, spec.direction, to=to, by=by),
            "entity": spec.entity,
            **events,
        }
    return call_match(name, spec.method, spec.path) if isinstance(spec, CallFault) else {}
