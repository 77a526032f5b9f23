"""The faults that the stub carries out: on the TCP line, at the handshake, in its answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from harness.clients.client import Client
from harness.faults.ack import AckDelay, AckError, SwallowAck
from harness.faults.cut import Cut
from harness.faults.fault import Fault
from harness.faults.kick import Kick
from harness.faults.misroute import Misroute
from harness.faults.outage import Outage
from harness.faults.refuse import Refuse
from harness.faults.refuse_upgrade import RefuseUpgrade
from harness.faults.rest import RestAbort, RestError, RestHold
from harness.faults.restart import Restart
from harness.faults.rotate_token import RotateToken
from harness.faults.slow import Slow
from harness.faults.starve_ping import StarvePing
from harness.faults.stub_freeze import StubFreeze
from harness.faults.unknown_sid import UnknownSid
from harness.stub import StubControl


class StubFaults:
    """Makes them; a part of `Faults`, which keeps and lifts them. All raise UsageError for what makes no sense."""

    _stub: StubControl | None
    _groups: count[int]

    # -- connections -----------------------------------------------------------------------------------------

    def cut(self, *clients: Client, code: int | None = None, may_miss: bool = False) -> Fault:
        """End connections, now: without a word (1006), or websockets by `code` (1001, 1012)."""
        return self._for_each(Cut(code=code), clients, may_miss)

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
        return self._for_each(Misroute(event=event, times=times), [client], may_miss)

    def rotate_token(self, client: Client) -> Fault:
        """Every token that `client` holds expires, now."""
        return self._for_each(RotateToken(), [client], False)

    # -- answers ---------------------------------------------------------------------------------------------

    def swallow_ack(self, event: str | None = None, **match: Any) -> Fault:
        """Matching events (`by` a client, `after` the change or instead, `times`) are never acknowledged."""
        return self._answers(SwallowAck, event=event, **match)

    def ack_error(self, event: str | None = None, **match: Any) -> Fault:
        """Matching events are refused with `code` and `message`."""
        return self._answers(AckError, event=event, **match)

    def ack_delay(self, delay_ms: int, event: str | None = None, **match: Any) -> Fault:
        """Matching events are acknowledged later."""
        return self._answers(AckDelay, delay_ms=delay_ms, event=event, **match)

    def rest_error(self, status: int = 500, **match: Any) -> Fault:
        """Matching calls (`method`, `path`, `by`, `after`, `times`) are answered with `status`."""
        return self._answers(RestError, status=status, **match)

    def rest_abort(self, **match: Any) -> Fault:
        """The connection of matching calls is reset."""
        return self._answers(RestAbort, **match)

    def rest_hold(self, **match: Any) -> Fault:
        """The answers to matching calls are held until it is lifted."""
        return self._answers(RestHold, **match)
