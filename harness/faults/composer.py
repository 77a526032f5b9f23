"""`stage.faults`: makes faults for the clients of one stage, and lifts what is left when the spec ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar, Unpack

from harness.clients.client import Client
from harness.clients.wait import until
from harness.errors import UnknownName
from harness.faults.alter import Alter
from harness.faults.at_stub import StubFaults
from harness.faults.block_websocket import BlockWebsocket
from harness.faults.delay import Delay
from harness.faults.drop import Drop
from harness.faults.duplicate import Duplicate
from harness.faults.fault import Arming, Edge, Fault, Kind
from harness.faults.freeze import Freeze
from harness.faults.from_scenario import FromScenario
from harness.faults.hold import Hold, HoldKind
from harness.faults.http_delay import HttpDelay
from harness.faults.http_error import HttpError
from harness.faults.http_hold import HttpHold, HttpHoldKind
from harness.faults.matcher import (
    IN,
    OUT,
    call_match,
    direction_of,
    event_match,
    occurrences,
    without_nothing,
)
from harness.faults.offline import Offline
from harness.faults.oversize import Oversize
from harness.faults.page_edge import PageArming
from harness.faults.reorder import Reorder
from harness.faults.unreachable import Unreachable
from harness.faults.whom import named
from harness.faults.words import CallMatch, Clients, Match, PacketMatch, check_words
from harness.scenario import ScenarioFault
from harness.stub import StubControl

FaultT = TypeVar("FaultT", bound=Fault)


class Faults(StubFaults):
    """The faults of one spec: each method puts one in force and returns it.

    All raise UsageError or UnknownName, when they are called, for what makes no sense.
    """

    def __init__(
        self,
        *,
        clients: Callable[[], Sequence[Client]],
        events: Mapping[str, Collection[str]],
        seed: int,
        timeout_ms: int,
        stub: StubControl | None = None,
        own_id: Callable[[str], str] = lambda alias: alias,
        own_path: Callable[[str], str] = lambda path: path,
    ) -> None:
        """`events`: the names that the target knows, by direction (`in`, `out`); none: any will do.

        `own_id` and `own_path` give what the server calls what the scenario calls otherwise.
        """
        self._own_id = own_id
        self._own_path = own_path
        self._stub = stub
        self._all_clients = clients
        self._events = events
        self._seed = seed
        self._timeout_ms = timeout_ms
        self._made: list[Fault] = []
        self._numbers = count(1)

    # -- packets ---------------------------------------------------------------------------------------------

    def hold(self, **match: Unpack[PacketMatch]) -> Hold:
        """Keep matching events until they are released, in any order, or dropped."""
        return self._add(Hold(HoldKind(), self._packets(HoldKind(), match), until=self._until))

    def drop(self, **match: Unpack[PacketMatch]) -> Fault:
        """Matching events never arrive."""
        return self._packet_fault(Drop(), match)

    def delay(self, delay_ms: float, *, spread_ms: float = 0, **match: Unpack[PacketMatch]) -> Fault:
        """Matching events arrive `delay_ms` and up to `spread_ms` later, in their order."""
        return self._packet_fault(Delay(delay_ms=delay_ms, spread_ms=spread_ms), match)

    def duplicate(self, times: int = 2, **match: Unpack[PacketMatch]) -> Fault:
        """Matching events arrive `times` times."""
        return self._packet_fault(Duplicate(times=times), match)

    def reorder(self, window: int = 3, **match: Unpack[PacketMatch]) -> Fault:
        """Each `window` matching events arrive in another order than they were sent."""
        return self._packet_fault(Reorder(window=window), match)

    def alter(
        self,
        *,
        set: Mapping[str, Any] | None = None,
        unset: Sequence[str] = (),
        replace: Any = None,
        **match: Unpack[PacketMatch],
    ) -> Fault:
        """Matching events say something else: `set={"title": …}`, `unset=["version"]`, `replace=…`."""
        check_words(Alter, match, PacketMatch)  # a misspelt set= is told as such
        kind = Alter(set={} if set is None else set, unset=unset, replace=replace)
        return self._packet_fault(kind, match)

    def oversize(self, size_bytes: int = 2_000_000, **match: Unpack[PacketMatch]) -> Fault:
        """Matching events are that much larger; servers close the connection on more than 1,000,000 bytes."""
        return self._packet_fault(Oversize(size_bytes=size_bytes), match)

    # -- connections -----------------------------------------------------------------------------------------

    def freeze(self, *clients: Client, edge: str = Edge.PAGE, may_miss: bool = False) -> Fault:
        """A half-open connection: open, and nothing passes either way, neither events nor heartbeats.

        At the stub's `edge` only the connections there are, and the server's own heartbeat finds out too.
        """
        if edge not in list(Edge):
            raise UnknownName("edge of a fault", edge, Edge)
        return (
            self._stub_freeze(clients, may_miss)
            if edge == Edge.STUB
            else self._whole(Freeze(), clients, may_miss)
        )

    def offline(self, *clients: Client, may_miss: bool = False) -> Fault:
        """The browser's network is gone, and the browser knows."""
        return self._whole(Offline(), clients, may_miss)

    def block_websocket(self, *clients: Client, hang: bool = False, may_miss: bool = False) -> Fault:
        """New websockets fail, or `hang` in the air; long-polling works."""
        return self._whole(BlockWebsocket(hang=hang), clients, may_miss)

    def unreachable(self, *clients: Client, may_miss: bool = False) -> Fault:
        """No new connection to the realtime server comes about; those that are open stay, REST calls work."""
        return self._whole(Unreachable(), clients, may_miss)

    # -- calls -----------------------------------------------------------------------------------------------

    def http_error(self, status: int = 500, *, body: Any = None, **match: Unpack[CallMatch]) -> Fault:
        """Matching REST calls get `status` and `body`, and never reach the server."""
        kind = HttpError(status=status, body=body)
        return self._add(Fault(kind, self._calls(kind, match)))

    def http_delay(self, delay_ms: float, *, at: str = "answer", **match: Unpack[CallMatch]) -> Fault:
        """The answer to matching REST calls comes later; with `at="request"` the call itself goes later."""
        kind = HttpDelay(delay_ms=delay_ms, at=at)
        return self._add(Fault(kind, self._calls(kind, match)))

    def http_hold(self, *, at: str = "answer", **match: Unpack[CallMatch]) -> HttpHold:
        """Keep the answers to matching REST calls, or with `at="request"` the calls, until released."""
        kind = HttpHoldKind(at=at)
        return self._add(HttpHold(kind, self._calls(kind, match), until=self._until))

    # -- of the scenario -------------------------------------------------------------------------------------

    def from_scenario(self, faults: Iterable[ScenarioFault]) -> FromScenario:
        """What a scenario's `faults` say: for the stage, which tells it of each client it opens."""
        stub = self._must_have_stub
        return FromScenario(faults, stub=stub, add=self._keep, group=self._group, seed=self._seed)

    # -- all of them -----------------------------------------------------------------------------------------

    def lift_all(self) -> None:
        """Lift every fault that is still in force, the last one first."""
        for fault in reversed(self._made):
            fault.lift()

    def _add(self, fault: FaultT) -> FaultT:
        fault.require_no_rival(self._made)
        return self._keep(fault.begin())

    def _keep(self, fault: FaultT) -> FaultT:
        self._made.append(fault)
        return fault

    def _packet_fault(self, kind: Kind, match: PacketMatch) -> Fault:
        return self._add(Fault(kind, self._packets(kind, match)))

    def _packets(self, kind: Kind, match: PacketMatch) -> list[Arming]:
        check_words(type(kind), match, PacketMatch)
        to, by = match.get("to"), match.get("by")
        direction = direction_of(kind.name, match.get("direction"), to=to is not None, by=by is not None)
        entity = match.get("entity")
        wanted = {"direction": direction, "entity": entity and self._own_id(entity)}
        wanted |= self._events_of(kind.name, match.get("event"), direction)
        return self._arm(kind, self._named(kind.name, to if to is not None else by), wanted, match)

    def _events_of(
        self, fault: str, event: str | Sequence[str] | None, direction: str, wrong_way: str | None = None
    ) -> dict[str, Any]:
        seen = {True: IN, False: OUT}
        names: dict[str, set[str]] = {way: set(known) for way, known in self._events.items()}
        for client in self._clients():
            for heard in client.recorder.traffic.events if client.recorder else []:
                if names.get(seen[not heard.sent]):
                    names[seen[not heard.sent]].add(heard.event)
        known, elsewhere = names.get(direction, set()), names.get(OUT if direction == IN else IN, set())
        return event_match(fault, event, known=known, elsewhere=elsewhere, wrong_way=wrong_way)

    def _calls(self, kind: Kind, match: CallMatch) -> list[Arming]:
        check_words(type(kind), match, CallMatch)
        path = match.get("path")
        wanted = call_match(kind.name, match.get("method"), path and self._own_path(path))
        return self._arm(kind, self._named(kind.name, match.get("by")), wanted, match)

    def _whole(self, kind: Kind, clients: Sequence[Client], may_miss: bool) -> Fault:
        named = self._named(kind.name, clients or None)
        return self._add(Fault(kind, self._arm(kind, named, {}, {"may_miss": may_miss})))

    def _arm(
        self, kind: Kind, clients: Sequence[Client], wanted: Mapping[str, Any], match: Match
    ) -> list[Arming]:
        group = self._group(kind.name)
        made: list[Arming] = []
        for client in clients:
            which = occurrences(
                kind.name,
                match.get("nth"),
                match.get("probability"),
                seed=self._seed,
                name=f"{group}@{client.name}",
            )
            may_miss = match.get("may_miss", False)
            told = without_nothing({**wanted, **which})
            made.append(PageArming(client, kind, group=group, match=told, may_miss=may_miss))
        return made

    def _group(self, fault: str) -> str:
        return f"{fault}-{next(self._numbers)}"

    def _clients(self) -> list[Client]:
        """Those whose page is open."""
        return [client for client in self._all_clients() if not client.page.is_closed()]

    def _everybody(self) -> list[Client]:
        return self._clients()

    def _named(self, fault: str, clients: Clients | None) -> list[Client]:
        return named(fault, clients, self._all_clients())

    def _until(
        self, condition: Callable[[], bool], timeout_ms: int | None, failure: Callable[[], str]
    ) -> None:
        __tracebackhide__ = True
        page = self._named("wait", None)[0].page
        until(condition, page=page, timeout_ms=timeout_ms or self._timeout_ms, failure=failure)
