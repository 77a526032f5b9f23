"""The faults of a scenario: what is broken from the start of a spec to its end, and for whom."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Discriminator, Field, JsonValue, StringConstraints, Tag

from mock_server.scenario.parts import Millis, Part, Positive
from mock_server.scenario.rules import Names, shape
from mock_server.scenario.where import LIST, MAPPING, PLAIN

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


def _word_or_number(value: Any) -> str:
    return LIST if isinstance(value, str) else PLAIN


Numbers = Annotated[
    Annotated[Positive, Tag(PLAIN)]
    | Annotated[Annotated[tuple[Positive, ...], Field(min_length=1)], Tag(LIST)]
    | Annotated[Positive, Tag(MAPPING)],
    Discriminator(shape),
]
Times = Annotated[
    Annotated[Positive, Tag(PLAIN)] | Annotated[Literal["all"], Tag(LIST)], Discriminator(_word_or_number)
]
Chance = Annotated[float, Field(gt=0, le=1)]
ErrorStatus = Annotated[int, Field(ge=400, le=599)]
LineDelay = Annotated[int, Field(ge=0, le=60_000)]
Word = Annotated[str, StringConstraints(min_length=1)]


class FaultSpec(Part):
    """Whatever the fault."""

    KEYS_ARE: ClassVar[str] = "parameter"

    may_miss: bool = False
    """It may touch nothing; without this the verdict is then unknown."""


class _Occurring(FaultSpec):
    by: Names | None = None
    """Only what this person sends, or one of these."""
    nth: Numbers | None = None
    """Only the n-th matching one, counted from 1 in each client, or those of a list."""
    probability: Chance | None = None
    """Each with this chance, drawn from the scenario's seed."""


class PacketFault(_Occurring):
    """Which events, by receiver or sender, name, entity and occurrence; without any: all that come in."""

    to: Names | None = None
    """Only what this person receives, or one of these."""
    direction: Literal["in", "out"] | None = None
    """`in`: what clients receive, or `out`: what they send; without it as `to` and `by` say, else `in`."""
    event: Names | None = None
    """A glob of event names, like `task:*`, or several; acknowledgements are never matched."""
    entity: str | None = None
    """The id or taskId in the payload, or in its task."""


class DelayFault(PacketFault):
    """Matching events arrive later, in their order."""

    delay_ms: Millis
    """How much later, in real milliseconds."""
    spread_ms: Millis = 0
    """And up to so much more, drawn from the scenario's seed."""


class DuplicateFault(PacketFault):
    """Matching events arrive more than once."""

    times: Annotated[int, Field(ge=2)] = 2
    """How often."""


class ReorderFault(PacketFault):
    """Matching events arrive in another order than they were sent."""

    window: Annotated[int, Field(ge=2)] = 3
    """How many are mixed at a time."""


class AlterFault(PacketFault):
    """Matching events say something else."""

    set: dict[str, JsonValue] = Field(default_factory=dict)
    """Values for dotted paths in the payload."""
    unset: tuple[str, ...] = ()
    """Dotted paths that are taken out of it."""
    replace: JsonValue = None
    """Another payload in its place."""


class _CallFault(_Occurring):
    method: str | None = None
    """Like `GET`."""
    path: str | None = None
    """A glob of the path, like `/api/tasks/*`."""


class HttpErrorFault(_CallFault):
    """Matching REST calls are answered with an error, and never reach the server."""

    status: ErrorStatus = 500
    """Of the answer."""
    body: JsonValue = None
    """Of the answer: a text, or what becomes JSON; without it an error like the server's."""


class HttpDelayFault(_CallFault):
    """Matching REST calls take longer."""

    delay_ms: Millis
    """How much longer, in real milliseconds."""
    at: Literal["request", "answer"] = "answer"
    """What is late: the answer, or the call itself."""


class ConnectionFault(FaultSpec):
    """The connections of some people, or of all."""

    who: Names | None = None
    """A person, or a list; without it everybody."""


class BlockWebsocketFault(ConnectionFault):
    """New websockets do not come about; long-polling works."""

    hang: bool = False
    """They stay in the air instead of failing at once."""


class SlowFault(ConnectionFault):
    """All that the server sends comes later, in its order."""

    delay_ms: LineDelay
    """How much later, in milliseconds."""


class RefuseFault(FaultSpec):
    """New connections are turned away before they have a session."""

    connections: Times = "all"
    """How many, or `all`."""
    abort: bool = False
    """They are reset instead of answered with 503."""


class RefuseUpgradeFault(FaultSpec):
    """No websocket comes about; long-polling works."""

    hang: bool = False
    """It is never answered, instead of with 403."""


class MisrouteFault(FaultSpec):
    """Events reach somebody whose room they are not for."""

    to: Names
    """Who hears them too: a person, or a list."""
    event: Word = "*"
    """A glob of event names."""
    times: Times = 1
    """How many go astray, or `all`."""


class _AnswerFault(FaultSpec):
    by: Names | None = None
    """Only what this person sends, or one of these."""
    after: bool = False
    """The change is made and told first; only the answer is spoilt."""
    times: Times = 1
    """How many are spoilt, or `all`."""


class AckFault(_AnswerFault):
    """Which acknowledgements: of which event, by whom, how many."""

    event: Word | None = None
    """A glob of event names."""


class AckErrorFault(AckFault):
    """Matching events are refused."""

    code: Word = "INTERNAL"
    """Of the refusal."""
    message: str = "refused by a fault"
    """Of the refusal."""


class AckDelayFault(AckFault):
    """Matching events are acknowledged later."""

    delay_ms: LineDelay
    """How much later, in milliseconds."""


class RestFault(_AnswerFault):
    """Which REST calls: by method and path, by whom, how many."""

    method: str | None = None
    """Like `PATCH`."""
    path: str | None = None
    """A glob of the path, like `/api/tasks/*`."""


class RestErrorFault(RestFault):
    """The server answers matching REST calls with an error."""

    status: ErrorStatus = 500
    """Of the answer."""


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
