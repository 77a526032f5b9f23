"""The parameters of each fault that a scenario can name."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, JsonValue, StringConstraints, Tag

from mock_server.scenario.parts import Millis, Part, Positive
from mock_server.scenario.rules import Names, shape
from mock_server.scenario.where import LIST, MAPPING, PLAIN


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


class OccurringFault(FaultSpec):
    """Some of what happens: by whom, and the how-many-eth."""

    by: Names | None = None
    """Only what this person sends, or one of these."""
    nth: Numbers | None = None
    """Only the n-th matching one, counted from 1 in each client, or those of a list."""
    probability: Chance | None = None
    """Each with this chance, drawn from the scenario's seed."""


class PacketFault(OccurringFault):
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


class OversizeFault(PacketFault):
    """Matching events are larger than a server takes."""

    size_bytes: Positive = 2_000_000
    """How much is added to the payload."""


class CallFault(OccurringFault):
    """Which REST calls: by whom, by method, path and occurrence."""

    method: str | None = None
    """Like `GET`."""
    path: str | None = None
    """A glob of the path, like `/api/tasks/*`."""


class HttpErrorFault(CallFault):
    """Matching REST calls are answered with an error, and never reach the server."""

    status: ErrorStatus = 500
    """Of the answer."""
    body: JsonValue = None
    """Of the answer: a text, or what becomes JSON; without it an error like the server's."""


class HttpDelayFault(CallFault):
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

    delay_ms: Annotated[LineDelay, Field(ge=1)]
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
