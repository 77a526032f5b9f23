"""Keeps the pages of a target that allows no writes from writing: nothing but reading leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.clients.client import Client
from harness.faults.fault import Concern, Fault, Kind
from harness.faults.http_error import HttpError
from harness.faults.matcher import OUT
from harness.faults.page_edge import PageArming

_WRITING = ("DELETE", "PATCH", "POST", "PUT")
_NAME = "read_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvents(Kind):
    """Events that never leave the page."""

    name: ClassVar[str] = _NAME
    concern: ClassVar[Concern] = Concern.PACKET


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCalls(Kind):
    """Calls that are answered with 403 in the page."""

    name: ClassVar[str] = _NAME
    concern: ClassVar[Concern] = Concern.CALL

    def params(self) -> dict[str, Any]:
        return HttpError(status=403).params()


class ReadOnly:
    """In force at each client from its opening; harmless is what may leave it all the same, by globs."""

    def __init__(self, *, harmless_events: Sequence[str], harmless_paths: Sequence[str]) -> None:
        self._events = list(harmless_events)
        self._paths = list(harmless_paths)
        self._faults: list[Fault] = []

    def begin(self, client: Client) -> None:
        """Before the client visits the app."""
        events: dict[str, Any] = {"direction": OUT, "spare": self._events}
        calls: dict[str, Any] = {"methods": list(_WRITING), "spare": self._paths}
        for kind, match, part in ((KeptEvents(), events, "-events"), (KeptCalls(), calls, "-calls")):
            arming = PageArming(client, kind, group=_NAME, match=match, may_miss=True, part=part)
            self._faults.append(Fault(kind, [arming]).begin())

    @property
    def kept(self) -> list[str]:
        """What would have been written: `alice: PATCH /api/tasks/t1`, `bob: task:create`."""
        touches = [touch for fault in self._faults for touch in fault.touched]
        told = (f"{each.client}: {each.event or f'{each.method} {each.path}'}" for each in touches)
        return list(dict.fromkeys(told))

    def lift(self) -> None:
        """At the end of the spec."""
        for fault in self._faults:
            fault.lift()
