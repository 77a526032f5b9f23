"""The fence: the moment at which all is quiet, found by counting and not by waiting."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error

from harness.clients.client import Client
from harness.clients.recorder import Recorder, epoch_ms
from harness.errors import StubError
from harness.stub import StubControl, StubLane

_STEP_MS = 20
#: A page's timer comes late rather than early.
_TIMER_MS = 20
#: When nothing more happens for so long, and in so many looks, what is under way is held by something: looks
#: take as long as the machine makes them.
_STUCK_S = 0.6
_STUCK_LOOKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Whether it became quiet; `reason` is what was still going on when it did not."""

    ok: bool
    reason: str | None = None


class Fence:
    """Looks at everything that can be under way between the clients and the server.

    Quiet is: every packet that the stub sent has arrived in its page, every event that a page sent has
    arrived at the stub, no REST call is under way, the app's throttle has run out since the last packet, and
    each page has drawn two frames without a change.

    A server that is no stub does not say what it sent. Quiet is then no more than: no packet of the app for
    `quiet_ms`, no call and no acknowledgement under way, and pages without a change.
    """

    def __init__(
        self,
        clients: Sequence[Client],
        *,
        lane: StubLane | None,
        stub: StubControl | None,
        throttle_ms: int,
        quiet_ms: int,
    ) -> None:
        self._clients = [
            client for client in clients if client.recorder and not client.recorder.is_gone(client.page)
        ]
        self._recorders: Mapping[str, Recorder] = {
            client.name: client.recorder for client in self._clients if client.recorder
        }
        self._lane = lane
        self._stub = stub
        self._throttle_ms = (throttle_ms if stub else max(throttle_ms, quiet_ms)) + _TIMER_MS

    def reach(self, timeout_ms: int, *, patient: bool) -> Settled:
        """Wait until all is quiet; unless `patient`, give up early on what a fault holds back."""
        deadline = time.monotonic() + timeout_ms / 1000
        last, since, looks = None, time.monotonic(), 0
        while True:
            problem = self._look()
            if problem is None:
                return Settled(ok=True)
            activity = self._activity()
            looks += 1
            if activity != last:
                last, since, looks = activity, time.monotonic(), 0
            now = time.monotonic()
            stuck = now - since > _STUCK_S and looks >= _STUCK_LOOKS
            gone = any(self._recorders[client.name].is_gone(client.page) for client in self._clients)
            if gone or now > deadline or (not patient and stuck):
                return Settled(ok=False, reason=problem)
            self._wait(_STEP_MS)

    def _look(self) -> str | None:
        """What is still going on; None when nothing is."""
        try:
            self._let_throttle_run_out()
            before = [recorder.traffic.last_packet_t for recorder in self._recorders.values()]
            problem = self._moving_page()
            problem = problem or self._call_under_way() or self._packet_under_way()
        except StubError as error:
            return str(error)
        after = [recorder.traffic.last_packet_t for recorder in self._recorders.values()]
        return problem or (None if before == after else "a packet has only just arrived")

    def _let_throttle_run_out(self) -> None:
        waits = [
            recorder.traffic.last_packet_t + self._throttle_ms - epoch_ms()
            for recorder in self._recorders.values()
            if not recorder.traffic.virtual
        ]
        left_ms = max(waits, default=0.0)
        if left_ms > 0:
            self._wait(min(left_ms, self._throttle_ms))

    def _moving_page(self) -> str | None:
        """A page that does not stand still, or does not hand over what it saw."""
        restless = [
            client.name for client in self._clients if not self._recorders[client.name].is_calm(client.page)
        ]
        return f"the page of {', '.join(restless)} keeps changing" if restless else None

    def _call_under_way(self) -> str | None:
        for name, recorder in self._recorders.items():
            if recorder.traffic.calls:
                return f"{name} waits for the answer to {', '.join(recorder.traffic.calls.values())}"
        return None

    def _packet_under_way(self) -> str | None:
        if self._lane is None or self._stub is None:
            return self._unanswered()
        self._lane.pull()
        live = {str(each["sid"]) for each in self._stub.connections()}
        told = self._lane.told
        for name, recorder in self._recorders.items():
            traffic = recorder.traffic
            for sid in live & (traffic.received.keys() | traffic.sent.keys() | traffic.answered.keys()):
                problem = _packets_under_way(
                    name,
                    emitted=(told.emitted[sid], traffic.received.get(sid, 0)),
                    acked=(told.answered[sid], traffic.answered.get(sid, 0)),
                    asked=(traffic.sent.get(sid, 0), told.received[sid]),
                )
                if problem:
                    return problem
        return None

    def _unanswered(self) -> str | None:
        """What only the page knows of: an event that has asked for an answer, on a session that is open."""
        for name, recorder in self._recorders.items():
            traffic = recorder.traffic
            if waiting := [each.event for each in traffic.asked.values() if each.sid in traffic.open_sids]:
                return f"{name} waits for the acknowledgement of {', '.join(waiting)}"
        return None

    def _activity(self) -> tuple[Any, ...]:
        told = self._lane.next if self._lane else 0
        return (told, *(recorder.activity for recorder in self._recorders.values()))

    def _wait(self, wait_ms: float) -> None:
        if self._clients:
            with suppress(Error):  # gone meanwhile: the next look says so
                self._clients[0].page.wait_for_timeout(wait_ms)


def _packets_under_way(
    name: str, *, emitted: tuple[int, int], acked: tuple[int, int], asked: tuple[int, int]
) -> str | None:
    """Each pair is (went out, came in)."""
    if emitted[0] > emitted[1]:
        return f"{name} has received {emitted[1]} of the {emitted[0]} events that the server sent"
    if acked[0] > acked[1]:
        return f"{name} has received {acked[1]} of the {acked[0]} acks that the server sent"
    if asked[0] > asked[1]:
        return f"the server has received {asked[1]} of the {asked[0]} events that {name} sent"
    return None
