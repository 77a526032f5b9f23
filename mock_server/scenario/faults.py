"""The faults of a scenario: what is broken from the start of a spec to its end, and for whom."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import ConfigDict

from mock_server.scenario.fault_parameters import (
    AckDelayFault,
    AckErrorFault,
    AckFault,
    AlterFault,
    BlockWebsocketFault,
    ConnectionFault,
    DelayFault,
    DuplicateFault,
    FaultSpec,
    HttpDelayFault,
    HttpErrorFault,
    MisrouteFault,
    OversizeFault,
    PacketFault,
    RefuseFault,
    RefuseUpgradeFault,
    ReorderFault,
    RestErrorFault,
    RestFault,
    SlowFault,
)
from mock_server.scenario.parts import Part

ACTS = {
    "cut": "stage.faults.cut(bob)",
    "freeze": "stage.faults.freeze(bob)",
    "http_hold": "stage.faults.http_hold(by=bob)",
    "kick": "stage.faults.kick(bob)",
    "offline": "stage.faults.offline(bob)",
    "outage": "stage.faults.outage()",
    "rest_hold": "stage.faults.rest_hold(by=bob)",
    "restart": "stage.faults.restart()",
    "rotate_token": "stage.faults.rotate_token(bob)",
    "unknown_sid": "stage.faults.unknown_sid(bob)",
}
"""Faults that make sense at a moment only, and how a spec commits them."""


class ScenarioFault(Part):
    """One fault and its parameters; nothing behind its name is all defaults.

    The words are those of `stage.faults`.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})
    KEYS_ARE: ClassVar[str] = "fault"
    NOT_HERE: ClassVar[Mapping[str, str]] = {
        name: f"'{name}' is done at a moment, not from the start; a spec does it: {how}"
        for name, how in ACTS.items()
    }

    hold: PacketFault | None = None
    """Keep matching events until the spec ends."""
    drop: PacketFault | None = None
    """Matching events never arrive."""
    delay: DelayFault | None = None
    """Matching events arrive later, in their order."""
    duplicate: DuplicateFault | None = None
    """Matching events arrive more than once."""
    reorder: ReorderFault | None = None
    """Matching events arrive in another order."""
    alter: AlterFault | None = None
    """Matching events say something else."""
    oversize: OversizeFault | None = None
    """Matching events are larger than a server takes."""
    block_websocket: BlockWebsocketFault | None = None
    """New websockets fail or hang in the page."""
    unreachable: ConnectionFault | None = None
    """No connection to the realtime server comes about; REST calls work."""
    http_error: HttpErrorFault | None = None
    """REST calls are answered with an error, and never reach the server."""
    http_delay: HttpDelayFault | None = None
    """REST calls take longer."""
    refuse: RefuseFault | None = None
    """The server turns new connections away."""
    refuse_upgrade: RefuseUpgradeFault | None = None
    """The server lets no websocket come about."""
    slow: SlowFault | None = None
    """All that the server sends comes later."""
    starve_ping: ConnectionFault | None = None
    """The server sends no heartbeat."""
    misroute: MisrouteFault | None = None
    """Events also reach somebody whose room they are not for."""
    swallow_ack: AckFault | None = None
    """Events are never acknowledged."""
    ack_error: AckErrorFault | None = None
    """Events are refused."""
    ack_delay: AckDelayFault | None = None
    """Events are acknowledged later."""
    rest_error: RestErrorFault | None = None
    """The server answers REST calls with an error."""
    rest_abort: RestFault | None = None
    """The connection of REST calls is reset."""

    @property
    def chosen(self) -> tuple[str, FaultSpec]:
        """The fault's name and parameters; there is exactly one."""
        return next((name, spec) for name, spec in self if spec is not None)
