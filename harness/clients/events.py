"""What a client's sockets have sent and received, to ask and to wait for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Page

from harness.clients.recorder import Recorder
from harness.clients.traffic import Answer, Heard
from harness.clients.wait import until
from harness.journal.lines import event_words

#: Fields the payload is to have, `{"id": "t7", "task.status": "done"}`, or a function of the payload.
Where = Mapping[str, Any] | Callable[[Any], bool]

_LAST = 10


class Events:
    """The Socket.IO events of one client, on every socket and transport it had, across reconnects."""

    def __init__(self, *, owner: str, page: Page, recorder: Recorder, timeout_ms: int) -> None:
        self._owner = owner
        self._page = page
        self._recorder = recorder
        self._timeout_ms = timeout_ms

    def mark(self) -> int:
        """How many events there are by now: pass it as `since` to see only later ones."""
        self._recorder.drain(self._page)
        return len(self._recorder.traffic.events)

    def received(
        self, event: str | None = None, *, where: Where | None = None, since: int = 0
    ) -> list[Heard]:
        """The events received so far, in the order of their coming."""
        return self._matching(event, where, since, sent=False)

    def sent(self, event: str | None = None, *, where: Where | None = None, since: int = 0) -> list[Heard]:
        """The events sent so far."""
        return self._matching(event, where, since, sent=True)

    def wait(
        self,
        event: str,
        *,
        where: Where | None = None,
        since: int = 0,
        count: int = 1,
        timeout_ms: int | None = None,
    ) -> Heard:
        """Until the client has received `count` such events since `since`; returns the last of these.

        An event that has come before the call counts, so nothing can be missed in between. Raises
        AssertionError at the deadline, with the events that did come.
        """
        __tracebackhide__ = True
        until(
            lambda: len(self.received(event, where=where, since=since)) >= count,
            page=self._page,
            timeout_ms=timeout_ms or self._timeout_ms,
            failure=lambda: self._missing(event, where, since, count),
        )
        return self.received(event, where=where, since=since)[count - 1]

    def answered(self, event: str, *, where: Where | None = None) -> list[Answer]:
        """The events sent so far that the server has acknowledged, each with the arguments of its ack."""
        self._recorder.drain(self._page)
        return [
            each
            for each in self._recorder.traffic.answers
            if each.asked.event == event and _matches(each.asked.payload, where)
        ]

    def wait_answer(
        self, event: str, *, where: Where | None = None, count: int = 1, timeout_ms: int | None = None
    ) -> Answer:
        """Until the server has acknowledged `count` such events; returns the last of these.

        Raises AssertionError at the deadline.
        """
        __tracebackhide__ = True
        until(
            lambda: len(self.answered(event, where=where)) >= count,
            page=self._page,
            timeout_ms=timeout_ms or self._timeout_ms,
            failure=lambda: (
                f"{self._owner} got {len(self.answered(event, where=where))} of {count} acknowledgements "
                f"of {event}; sent: {', '.join(each.event for each in self.sent()) or 'nothing'}"
            ),
        )
        return self.answered(event, where=where)[count - 1]

    def _matching(self, event: str | None, where: Where | None, since: int, *, sent: bool) -> list[Heard]:
        self._recorder.drain(self._page)
        return [
            heard
            for heard in self._recorder.traffic.events[since:]
            if heard.sent is sent and event in (None, heard.event) and _matches(heard.payload, where)
        ]

    def _missing(self, event: str, where: Where | None, since: int, count: int) -> str:
        found = len(self.received(event, where=where, since=since))
        wanted = event if where is None else f"{event} with {_words(where)}"
        times = "" if count == 1 else f" {count} times, but {found} times"
        came = [heard for heard in self._recorder.traffic.events[since:] if not heard.sent]
        return f"{self._owner} did not receive {wanted}{times}\n" + self._seen(came)

    def _seen(self, came: list[Heard]) -> str:
        writer = self._recorder.writer
        lines = [
            f"  {writer.at(heard.t / 1000, self._owner):+.3f}s  {heard.transport}  "
            f"{event_words(heard.event, heard.payload)}"
            for heard in came[-_LAST:]
        ]
        more = f"\n  ({len(came) - _LAST} before these)" if len(came) > _LAST else ""
        return f"{self._owner} received:{more}\n" + ("\n".join(lines) or "  no event at all")


def _matches(payload: Any, where: Where | None) -> bool:
    if where is None:
        return True
    if callable(where):
        return bool(where(payload))
    return all(_field(payload, path) == value for path, value in where.items())


def _field(payload: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(payload, Mapping):
            return None
        payload = payload.get(name)
    return payload


def _words(where: Where) -> str:
    if callable(where):
        return "the given condition"
    return ", ".join(f"{path} {value!r}" for path, value in where.items())
