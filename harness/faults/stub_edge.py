"""The stub edge: a fault that the stub carries out, asked for by its control API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.clients.client import Client
from harness.clients.recorder import Recorder
from harness.errors import StubError, UsageError
from harness.faults.fault import Concern, Edge, Held, Kind, Status, Touch
from harness.stub import StubControl

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StubKind(Kind):
    """A kind of fault that says itself what to ask of the stub, and how the stub's journal shows it.

    `person` is whom it is for; None: everybody.
    """

    edge: ClassVar[Edge] = Edge.STUB
    concern: ClassVar[Concern] = Concern.CONNECTION

    def start(self, stub: StubControl, person: str | None) -> Any:
        """Put it in force; what it returns is handed to `stop` and `touched`."""
        raise NotImplementedError

    def stop(self, stub: StubControl, person: str | None, started: Any) -> None:
        """End it."""

    def touched(self, entries: Sequence[Json], started: Any) -> Iterator[dict[str, Any]]:
        """The fields of a `Touch` for each thing that it did, by the stub's journal from its start on."""
        raise NotImplementedError

    def held(self, entries: Sequence[Json], started: Any) -> Iterator[tuple[str, float]]:
        """What it keeps now, and since when in epoch ms, by the same journal."""
        yield from ()


class StubArming:
    """One fault at one person's connections, or at the whole stub; told on the lanes of all it may hit."""

    def __init__(
        self,
        stub: StubControl,
        kind: StubKind,
        clients: Sequence[Client],
        *,
        group: str,
        person: str | None,
        may_miss: bool,
    ) -> None:
        self._stub = stub
        self._kind = kind
        self._person = person
        self._clients = list(clients)
        self._name = clients[0].name if person is not None and clients else "everybody"
        self._group = group
        self._told = {"fault": group, "edge": Edge.STUB.value} | ({"may_miss": True} if may_miss else {})
        self._since = 0
        self._started: Any = None
        self._final: list[Touch] | None = None

    @property
    def _recorders(self) -> list[Recorder]:
        return [client.recorder for client in self._clients if client.recorder]

    @property
    def client(self) -> str:
        return self._name

    @property
    def whom(self) -> str | None:
        return self._person

    def arm(self) -> None:
        self._since = self._stub.mark()
        begun = {recorder.name: recorder.writer.now() for recorder in self._recorders}
        self._started = self._kind.start(self._stub, self._person)
        # Only now, when the stub has not refused it; but as begun before the stub did anything.
        for client in self._clients:
            self._tell_start(client, at=begun.get(client.name))

    def include(self, client: Client) -> None:
        """Tell it on the lane of one client more, which may be hit from now on."""
        self._clients.append(client)
        self._tell_start(client)

    def _tell_start(self, client: Client, at: float | None = None) -> None:
        if client.recorder is not None:
            told = self._id(client.name), self._kind.name, self._kind.params()
            client.recorder.fault_begins(*told, **self._told, at=at)

    def status(self) -> Status:
        kept = self._kind.held(self._stub.journal(self._since), self._started)
        held = (Held(client=self._name, index=n, what=what, t=t) for n, (what, t) in enumerate(kept))
        return Status(touched=len(self.touches()), passed={}, held=tuple(held))

    def touches(self) -> Sequence[Touch]:
        if self._final is not None:
            return self._final
        entries = self._stub.journal(self._since)
        return [Touch(client=self._name, **fields) for fields in self._kind.touched(entries, self._started)]

    @property
    def gone(self) -> bool:
        return False

    def lost(self) -> str | None:
        return None

    def release(self, indices: Sequence[int]) -> None:
        """All at once, whatever the places: the stub knows no other way."""
        self._stub.release(self._started)

    def discard(self, indices: Sequence[int]) -> None:
        raise UsageError(f"{self._kind.name}: the stub cannot drop what it holds; use http_hold")

    def lift(self) -> None:
        try:
            self._kind.stop(self._stub, self._person, self._started)
            self._final = list(self.touches())
        except StubError:
            self._final = []  # the stub is gone, and its faults with it
        for recorder in self._recorders:
            for touch in self._final:
                more = {"event": touch.event, "method": touch.method, "path": touch.path}
                told = {key: value for key, value in more.items() if value is not None}
                recorder.fault_touches(self._id(recorder.name), self._kind.name, did=touch.did, **told)
            recorder.fault_ends(self._id(recorder.name), self._kind.name, self._kind.params(), **self._told)

    def _id(self, client: str) -> str:
        return f"{self._group}@{client}"
