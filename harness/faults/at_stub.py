"""The faults that the stub carries out: on the TCP line, at the handshake, in its answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, Unpack

from harness.clients.client import Client
from harness.errors import NotOnTarget
from harness.faults.ack import AckDelay, AckError, AckFault, SwallowAck
from harness.faults.answer import AnswerFault
from harness.faults.cut import Cut
from harness.faults.fault import Arming, Fault
from harness.faults.kick import Kick
from harness.faults.matcher import IN, OUT, call_match
from harness.faults.misroute import Misroute
from harness.faults.outage import Outage
from harness.faults.page_cut import PageCut
from harness.faults.page_edge import PageArming
from harness.faults.refuse import Refuse
from harness.faults.refuse_upgrade import RefuseUpgrade
from harness.faults.rest import RestAbort, RestError, RestFault, RestHeld, RestHold
from harness.faults.restart import Restart
from harness.faults.rotate_token import RotateToken
from harness.faults.slow import Slow
from harness.faults.starve_ping import StarvePing
from harness.faults.stub_edge import StubArming, StubKind
from harness.faults.stub_freeze import StubFreeze
from harness.faults.unknown_sid import UnknownSid
from harness.faults.unreachable import Unreachable
from harness.faults.words import AckMatch, AnswerMatch, Clients, RestMatch, check_words
from harness.stub import StubControl

FaultT = TypeVar("FaultT", bound=Fault)


class StubFaults(ABC):
    """Makes them; a part of `Faults`, which keeps and lifts them.

    All raise UsageError for what makes no sense, NotOnTarget where the target has no stub.
    """

    _stub: StubControl | None

    @abstractmethod
    def _add(self, fault: FaultT) -> FaultT: ...

    @abstractmethod
    def _named(self, fault: str, clients: Clients | None) -> list[Client]: ...

    @abstractmethod
    def _until(
        self, condition: Callable[[], bool], timeout_ms: int | None, failure: Callable[[], str]
    ) -> None: ...

    @abstractmethod
    def _group(self, fault: str) -> str: ...

    @abstractmethod
    def _events_of(
        self, fault: str, event: str | Sequence[str] | None, direction: str, wrong_way: str | None = None
    ) -> dict[str, Any]: ...

    # -- connections -----------------------------------------------------------------------------------------

    def cut(self, *clients: Client, code: int | None = None, may_miss: bool = False) -> Fault:
        """End connections, without a word or websockets by `code` (1001, 1012); no new one until lifted.

        Done by the stub, or where the server is none, in the page.
        """
        kind, group, stub = Cut(code=code), self._group(Cut.name), self._stub
        named = self._named(kind.name, clients or None)
        # First nobody gets in again, then all are put out.
        gone = [PageArming(each, Unreachable(), group=group, match={}, may_miss=may_miss) for each in named]
        cut: list[Arming] = [
            StubArming(stub, kind, [each], group=group, person=each.person, may_miss=may_miss)
            if stub
            else PageArming(each, PageCut(code=code), group=group, part="-line", match={}, may_miss=may_miss)
            for each in named
        ]
        return self._add(Fault(kind, [*gone, *cut]))

    def kick(self, *clients: Client, may_miss: bool = False) -> Fault:
        """The server sends clients away, now."""
        return self._for_each(Kick(), clients, may_miss)

    def restart(self, *, may_miss: bool = False) -> Fault:
        """The gateway is started again, now: sessions and rooms are lost."""
        return self._for_all(Restart(), may_miss)

    def outage(self, *, rest: bool = True, may_miss: bool = False) -> Fault:
        """The server is gone until it is lifted; `rest`: for REST calls too."""
        return self._for_all(Outage(rest=rest), may_miss)

    def refuse(self, connections: int | None = None, *, abort: bool = False, may_miss: bool = False) -> Fault:
        """Turn the next `connections` handshakes away (None: all until it is lifted)."""
        return self._for_all(Refuse(connections=connections, abort=abort), may_miss)

    def refuse_upgrade(self, *, hang: bool = False, may_miss: bool = False) -> Fault:
        """Let no websocket come about: answered with 403, or with `hang` never."""
        return self._for_all(RefuseUpgrade(hang=hang), may_miss)

    def unknown_sid(self, *clients: Client, times: int | None = 1, may_miss: bool = False) -> Fault:
        """Long-polling requests meet a server that does not know the session."""
        return self._for_each(UnknownSid(times=times), clients, may_miss)

    def starve_ping(self, *clients: Client, may_miss: bool = False) -> Fault:
        """The server sends no heartbeat on the connections there are."""
        return self._for_each(StarvePing(), clients, may_miss)

    def slow(self, delay_ms: int, *clients: Client, may_miss: bool = False) -> Fault:
        """All that the server sends on the connections there are comes later."""
        return self._for_each(Slow(delay_ms=delay_ms), clients, may_miss)

    def _stub_freeze(self, clients: Sequence[Client], may_miss: bool) -> Fault:
        return self._for_each(StubFreeze(), clients, may_miss)

    # -- rooms and tokens ------------------------------------------------------------------------------------

    def misroute(
        self, client: Client, *, event: str = "*", times: int | None = 1, may_miss: bool = False
    ) -> Fault:
        """Matching events also reach `client`, in the room or not."""
        kind = Misroute(event=event, times=times)
        self._events_of(
            kind.name, event, IN, wrong_way="a client sends it, and what the server sends goes astray"
        )
        return self._for_each(kind, [client], may_miss)

    def rotate_token(self, client: Client) -> Fault:
        """Every token that `client` holds expires, now."""
        return self._for_each(RotateToken(), [client], False)

    # -- answers ---------------------------------------------------------------------------------------------

    def swallow_ack(self, **match: Unpack[AckMatch]) -> Fault:
        """Matching events are never acknowledged."""
        return self._acks(SwallowAck, match)

    def ack_error(
        self, code: str = "INTERNAL", message: str = "refused by a fault", **match: Unpack[AckMatch]
    ) -> Fault:
        """Matching events are refused."""
        return self._acks(AckError, match, code=code, message=message)

    def ack_delay(self, delay_ms: int, **match: Unpack[AckMatch]) -> Fault:
        """Matching events are acknowledged later."""
        return self._acks(AckDelay, match, delay_ms=delay_ms)

    def rest_error(self, status: int = 500, **match: Unpack[RestMatch]) -> Fault:
        """Matching calls are answered with `status`."""
        return self._calls_answered(RestError, match, status=status)

    def rest_abort(self, **match: Unpack[RestMatch]) -> Fault:
        """The connection of matching calls is reset."""
        return self._calls_answered(RestAbort, match)

    def rest_hold(self, **match: Unpack[RestMatch]) -> RestHeld:
        """The answers to matching calls are held until released; what is read was read when asked for."""
        kind = self._of_calls(RestHold, match)
        return self._add(RestHeld(kind, self._answers(kind, match), until=self._until))

    # -- all of them -----------------------------------------------------------------------------------------

    def _for_each(self, kind: StubKind, clients: Sequence[Client], may_miss: bool) -> Fault:
        return self._add(Fault(kind, self._at_each(kind, clients or None, may_miss)))

    def _for_all(self, kind: StubKind, may_miss: bool) -> Fault:
        return self._add(Fault(kind, self._at_all(kind, may_miss)))

    def _at_each(self, kind: StubKind, clients: Clients | None, may_miss: bool) -> list[StubArming]:
        """At each person of `clients`, or of all clients when none is named."""
        stub, group = self._must_have_stub(kind.name), self._group(kind.name)
        named = self._named(kind.name, clients)
        people: dict[str, list[Client]] = {}
        for client in named:
            people.setdefault(client.person, []).append(client)
        return [
            StubArming(stub, kind, each, group=group, person=person, may_miss=may_miss)
            for person, each in people.items()
        ]

    def _at_all(self, kind: StubKind, may_miss: bool) -> list[StubArming]:
        """At the whole stub, also before there is a client."""
        stub, group = self._must_have_stub(kind.name), self._group(kind.name)
        everybody = self._everybody()
        return [StubArming(stub, kind, everybody, group=group, person=None, may_miss=may_miss)]

    def _acks(self, kind: type[AckFault], match: AckMatch, **own: Any) -> Fault:
        check_words(kind, match, AckMatch)
        made = kind(**own, **_plain(match))
        self._events_of(
            made.name,
            made.event,
            OUT,
            wrong_way="the server sends it, and what a client sends is acknowledged",
        )
        return self._add(Fault(made, self._answers(made, match)))

    def _calls_answered(self, kind: type[RestFault], match: RestMatch, **own: Any) -> Fault:
        made = self._of_calls(kind, match, **own)
        return self._add(Fault(made, self._answers(made, match)))

    def _of_calls(self, kind: type[RestFault], match: RestMatch, **own: Any) -> RestFault:
        check_words(kind, match, RestMatch)
        which = call_match(kind.name, match.get("method"), match.get("path"))
        return kind(**own, **_plain(match), **which)

    def _answers(self, kind: AnswerFault, match: AnswerMatch) -> list[StubArming]:
        by, may_miss = match.get("by"), match.get("may_miss", False)
        return self._at_all(kind, may_miss) if by is None else self._at_each(kind, by, may_miss)

    @abstractmethod
    def _everybody(self) -> list[Client]: ...

    def _must_have_stub(self, fault: str) -> StubControl:
        if self._stub is None:
            raise NotOnTarget(f"not on this target: {fault} is carried out by a stub, and it has none")
        return self._stub


def _plain(match: AnswerMatch) -> dict[str, Any]:
    """The match without what is not the kind's, or is checked first."""
    return {key: value for key, value in match.items() if key not in ("by", "may_miss", "method", "path")}
