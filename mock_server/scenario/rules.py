"""The rules of a scenario: what fires them, and what the server answers, emits and how it does so."""

from typing import Annotated, Any

from pydantic import (
    Discriminator,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    StringConstraints,
    Tag,
    model_serializer,
)

from mock_server.scenario.parts import Millis, Part, Positive
from mock_server.scenario.where import LIST, MAPPING, PLAIN

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SPREADS = ("uniform", "normal", "exponential")
TURNS = ("first", "then", "afterwards")
COMING_AND_GOING = ("connect", "disconnect")
"""What a rule can be on beside what clients send."""


class Spread(Part):
    """A delay that differs from time to time, drawn from the scenario's seed; exactly one key is set."""

    uniform: tuple[Millis, Millis] | None = None
    """`[from, to]`: anything in between, all alike."""
    normal: tuple[Millis, Millis] | None = None
    """`[mean, deviation]`: mostly near the mean; never below 0."""
    exponential: Millis | None = None
    """The mean: mostly short, now and then long."""


def shape(value: Any) -> str:
    """Name the branch of a value that may be written short; by its shape, so that errors name one branch."""
    if isinstance(value, dict | Part):
        return MAPPING
    return LIST if isinstance(value, list | tuple) else PLAIN


Delay = Annotated[
    Annotated[Millis, Tag(PLAIN)] | Annotated[Millis, Tag(LIST)] | Annotated[Spread, Tag(MAPPING)],
    Discriminator(shape),
]
Names = Annotated[
    Annotated[str, Tag(PLAIN)]
    | Annotated[Annotated[tuple[str, ...], Field(min_length=1)], Tag(LIST)]
    | Annotated[str, Tag(MAPPING)],
    Discriminator(shape),
]


class RuleError(Part):
    """The refusal a rule answers with."""

    code: Annotated[str, StringConstraints(min_length=1)]
    """Like `CONFLICT`; any word will do."""
    message: str = ""
    """For people."""
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    """HTTP status of a refused REST call; without it the code's own, 500 for a code of one's own."""
    details: JsonValue = None
    """More, for programs."""


class Emit(Part):
    """One event the server sends when its rule fires."""

    event: str
    """A server event, like `task:updated`; without the DevMentor model any name."""
    data: JsonValue = Field(default_factory=dict)
    """Its payload, a template. Without the DevMentor model a list is the arguments, `${args}` all of them."""
    to: str
    """`project:<id>`, `sprint:<id>`, a person's key, `sender` or `others` (their rooms without them).

    Without the DevMentor model: `sender`, `others` (all but the sender), `everybody`, `room:<name>`,
    `others:<name>` (that room without the sender) or a person's key; a template.
    """
    delay_ms: Delay = 0
    """How long after the rule fired: milliseconds, or a spread."""

    @model_serializer(mode="wrap")
    def _keep_null_data(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Null is a payload a spec may want sent; exclude_none must not turn it into the default.
        return {**handler(self), "data": self.data}


class Dribble(Part):
    """A body that comes in pieces."""

    chunks: Annotated[int, Field(ge=1, le=10_000)]
    """How many pieces, all nearly of one length."""
    every_ms: Annotated[int, Field(ge=0, le=600_000)]
    """Milliseconds between two pieces."""


class Body(Part):
    """How the body of a REST answer goes over the wire; its head names the whole length all the same."""

    dribble: Dribble | None = None
    """In pieces."""
    cut_after: Annotated[float, Field(ge=0, lt=1)] | None = None
    """The share of the body after which the connection ends: 0.5 is half of it, 0 nothing but the head."""


class Answer(Part):
    """What the server does when a rule fires; without `reply`, `error` and `handler` the built-in answers."""

    reply: JsonValue = None
    """The answer's data, a template; put into the envelope unless it has `success` (REST) or `ok` (event).

    Without the DevMentor model there is no envelope, and an acknowledgement is written like an emit's data.
    """
    error: RuleError | None = None
    """Refuse instead."""
    swallow: bool = False
    """Carry the event out, but never acknowledge it."""
    emit: tuple[Emit, ...] = ()
    """Events to send beside the answer."""
    delay_ms: Delay = 0
    """How late the answer is: milliseconds, or a spread. The change itself is not delayed."""
    body: Body | None = None
    """Dribble the body of a REST answer, or cut it off."""
    handler: str | None = None
    """`file.py:function`, the file beside the scenario: a Python function decides."""
    join: Names | None = None
    """A room, or several, that the sender's socket enters before anything is sent; a template."""
    leave: Names | None = None
    """A room, or several, that it leaves, before it enters others; a template."""

    @staticmethod
    def rooms(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
        """Return the rooms of `join` or `leave`."""
        return () if names is None else (names,) if isinstance(names, str) else names

    @property
    def replaces(self) -> bool:
        """Whether this answers in place of the built-in handler (a Python handler may, so it counts)."""
        return self.error is not None or self.reply is not None or self.handler is not None


class Rule(Answer):
    """What the server does, beside or instead of its built-in answer, on a call or at a moment.

    Exactly one of `on` and `at_ms` is set.
    """

    on: str | None = None
    """A client event like `task:update`, or `METHOD /path`; `*` in the path is one or more characters.

    Without the DevMentor model any event, `connect` and `disconnect` too.
    """
    at_ms: Millis | None = None
    """Milliseconds after the world starts."""
    namespace: str | None = None
    """Only on this namespace; of a rule on a call or a moment: where it emits. Not in DevMentor."""
    who: Names | None = None
    """Only when this person, or one of these, sends it."""
    from_person: str | None = Field(default=None, alias="from")
    """The same as `who`, for one person."""
    when: dict[str, JsonValue] = Field(default_factory=dict)
    """Only when these fields of the payload or body, named by dotted paths, have these values.

    Of a REST call also `query.x` and `params.x`.
    """
    times: Positive | None = None
    """Fire at most so many times."""
    first: Answer | None = None
    """What to do the first time the rule fires."""
    then: (
        Annotated[
            Annotated[Answer, Tag(PLAIN)]
            | Annotated[Answer, Tag(MAPPING)]
            | Annotated[tuple[Answer, ...], Tag(LIST)],
            Discriminator(shape),
        ]
        | None
    ) = None
    """What to do the next time, or a list: what to do the times after that, one by one."""
    afterwards: Answer | None = None
    """What to do from then on; without it the last one stays. `{}` is the built-in answer."""

    @property
    def method(self) -> str | None:
        """The HTTP method in capitals of a rule on a REST call, None for every other rule."""
        return self.on.split()[0].upper() if self.on and " " in self.on else None

    @property
    def path_glob(self) -> str | None:
        """The path of a rule on a REST call, where `*` stands for one or more characters, else None."""
        return self.on.split()[1] if self.on and " " in self.on else None

    @property
    def people(self) -> tuple[str, ...]:
        """Keys of the people it is for; empty: for everybody."""
        asked = self.who if self.who is not None else self.from_person
        if asked is None:
            return ()
        return (asked,) if isinstance(asked, str) else asked

    def answers(self) -> tuple[Answer, ...]:
        """Return everything it may do, in the order of its turns; the last one stays."""
        if self.first is None:
            return (self,)
        then = () if self.then is None else self.then if isinstance(self.then, tuple) else (self.then,)
        return (self.first, *then, *(() if self.afterwards is None else (self.afterwards,)))

    def turn(self, number: int) -> Answer:
        """Return what to do the time `number`, counted from 0."""
        answers = self.answers()
        return answers[min(number, len(answers) - 1)]
