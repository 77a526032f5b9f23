"""The words a scenario chooses from."""

from enum import StrEnum
from typing import Any


class TaskStatus(StrEnum):
    """A task's column."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Priority(StrEnum):
    """A task's priority, P0 the most urgent."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class SprintStatus(StrEnum):
    """Where a sprint stands."""

    PLANNED = "planned"
    STARTED = "started"
    COMPLETED = "completed"


class Role(StrEnum):
    """What a person may do."""

    ADMIN = "admin"
    MEMBER = "member"


class TokenState(StrEnum):
    """What a person's browser holds when the spec starts."""

    VALID = "valid"
    EXPIRED = "expired"
    NONE = "none"


class ModelName(StrEnum):
    """What the server is beside its rules: DevMentor's, nothing but the rules, or collections beside them."""

    DEVMENTOR = "devmentor"
    NONE = "none"
    COLLECTION = "collection"


class Echo(StrEnum):
    """Who hears a change: the whole room, the room without the sender, or nobody."""

    ROOM = "room"
    OTHERS = "others"
    NONE = "none"


class Transport(StrEnum):
    """How a Socket.IO connection is carried."""

    WEBSOCKET = "websocket"
    POLLING = "polling"


class Unscripted(StrEnum):
    """What happens on an event or call that neither the contract nor a rule knows."""

    ERROR = "error"
    WARN = "warn"
    IGNORE = "ignore"


class Parser(StrEnum):
    """How Socket.IO packets are written; both sides must use the same."""

    JSON = "json"
    MSGPACK = "msgpack"


STATUS_ALIASES = {
    "pending": TaskStatus.TODO,
    "review": TaskStatus.IN_PROGRESS,
    "completed": TaskStatus.DONE,
}
"""Words accepted on input for a task's status, and what they are stored as."""


def canonical_status(value: Any) -> Any:
    """Map an accepted status word to the stored one; anything else comes back as it is."""
    return STATUS_ALIASES.get(value, value) if isinstance(value, str) else value
