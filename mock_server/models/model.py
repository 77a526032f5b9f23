"""What the world and the gateway ask of a model."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from mock_server.answering import Due
from mock_server.connections import Audience, Connection
from mock_server.entities import Json
from mock_server.errors import CallError
from mock_server.script import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event received. `ack_id` is None when the client wants no answer."""

    connection: Connection
    name: str
    args: list[Any]
    payload: Any
    """The one argument, or the list of several."""
    ack_id: int | None
    received_s: float = field(default_factory=time.monotonic)


class Model(Protocol):
    """The part of a world that differs from one app's server to another's."""

    @property
    def namespaces(self) -> Collection[str]:
        """Those that a socket can connect to."""

    def kept_of(self, auth: Json) -> Json | None:
        """Return what a connection keeps of the auth it came with, for rules to read."""

    def named(self, connection: Connection) -> Json:
        """Return what the journal says of a connection beside what it says of any."""

    def answer(self, event: Received, plan: Plan) -> list[Any] | None:
        """Do what the event and the rules' plan for it ask for; None: it is not acknowledged.

        Returns the arguments of the acknowledgement. Raises CallError to refuse; then nothing changed.
        """

    def refusal(self, error: CallError) -> list[Any]:
        """Return the arguments of an acknowledgement that refuses."""

    def audience(self, due: Due, user: str | None, sender: Connection | None) -> Audience:
        """Return whom a rule's `to` means. The sender of a REST call is every socket of its user."""

    def snapshot(self) -> Json:
        """Return what the store holds."""

    def set_member(self, project_id: str, user: str, *, member: bool) -> Json:
        """Take somebody into a project or out of it; raises CallError."""
