"""`stage.clock`: the time of all clients' pages, driven by the spec, with their connections kept alive."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import BrowserContext

from harness.clients.client import Client
from harness.clients.drag import is_in_the_air
from harness.errors import UsageError
from harness.tap import CONTROL

_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
#: Time goes on in steps, so that an answer which one timer waits for can be there before the next one is due.
#: A step ends at the next timer; where timers are many, one is at least so long.
_STEPS = 40
_LEAST_STEP_MS, _MOST_STEP_MS = 500, 5_000
#: What a step has set off and is not done by then is held by something: nothing waits for it any longer.
_STEP_IO_MS = 1_000
_DONE = f"([known, timeout_ms]) => {CONTROL}?.done?.(known, timeout_ms) ?? []"
# In one call, as there are many: what is in flight once that is done, a ping for each connection, the next
# timer.
_BETWEEN = f"""async (given) => {{
  const left = await ({_DONE})(given);
  const control = {CONTROL};
  return {{ left, borne: control?.heartbeat?.() ?? [], due: control?.due ? control.due() : 0 }};
}}"""
_NOW = "Date.now()"
_PINNED = """([value, seed]) => {
  let state = seed ?? 0;
  // mulberry32: short, and the same everywhere.
  const drawn = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  Math.random = value === null ? drawn : () => value;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pause:
    """What a page says of itself between two steps."""

    #: How long its connections bear without the next heartbeat; None without a connection.
    bears_ms: float | None
    #: How long until its next timer is due; None when there is none.
    due_ms: float | None


class Clock:
    """Drives the clocks of a stage's clients, all of them alike. Call `install` before the first is opened.

    Until it is driven, time goes on by itself. Journal and report keep to real time.
    """

    def __init__(self, clients: Callable[[], Sequence[Client]]) -> None:
        self._all_clients = clients
        self._installed = False
        self._random: str | None = None
        self._held: dict[str, set[str]] = {}

    def _clients(self) -> list[Client]:
        """Those whose page is open."""
        return [client for client in self._all_clients() if not client.page.is_closed()]

    def install(self) -> None:
        """From now on clients are opened with a clock that can be driven.

        Raises UsageError when one is open already: a page takes its timers when it loads.
        """
        if self._clients():
            names = ", ".join(client.name for client in self._clients())
            raise UsageError(
                f"stage.clock.install() comes too late: the page of {names} took the real timers when it was "
                "loaded. Call it before the first stage.client"
            )
        self._installed = True

    def pin_random(self, value: float | None = None, *, seed: int | None = None) -> None:
        """Let `Math.random` in all pages give `value` (0 to below 1), or a row that `seed` fixes.

        With it the jitter of reconnection attempts is known. Raises UsageError for neither or both.
        """
        if (value is None) == (seed is None):
            raise UsageError("stage.clock.pin_random: give a value or a seed")
        if value is not None and not 0 <= value < 1:
            raise UsageError(f"stage.clock.pin_random: Math.random is 0 to below 1, and {value} is not")
        given = [value, seed]
        self._random = f"({_PINNED})({json.dumps(given)})"
        for client in self._clients():
            client.context.add_init_script(self._random)
            client.page.evaluate(_PINNED, given)

    def prepare(self, context: BrowserContext) -> None:
        """For a client that is being opened, before its page."""
        if self._installed:
            context.clock.install()
        if self._random is not None:
            context.add_init_script(self._random)

    def advance(self, duration: str | float) -> None:
        """Let time pass (`"30s"`, or milliseconds) at all clients, timer by timer, and wait for what they do.

        Healthy connections stay: between the steps each gets a heartbeat. Raises UsageError before `install`,
        for a negative or unreadable duration, with a card in the air, and for a page whose time is not its
        timers'.
        """
        left_ms = asked_ms = self._checked("advance", duration)
        clients = self._clients()
        before = [client.page.evaluate(_NOW) for client in clients]
        while left_ms > 0:
            pauses = [self._between(client) for client in clients]
            step_ms = min(left_ms, _step_ms(asked_ms, pauses))
            for client in clients:
                client.context.clock.run_for(step_ms)
            left_ms -= step_ms
        for client in clients:
            self._wait_for_io(client)
        for client, began_ms in zip(clients, before, strict=True):
            _must_have_passed(client, client.page.evaluate(_NOW) - began_ms, asked_ms)

    def sleep_wake(self, duration: str | float) -> None:
        """A lid that was closed so long: no timer ran meanwhile, and each that is due fires once.

        No heartbeat was heard either, so that a client finds its connection stale. Raises as `advance` does.
        """
        slept_ms = self._checked("sleep_wake", duration)
        for client in self._clients():
            client.context.clock.fast_forward(slept_ms)
        for client in self._clients():
            self._wait_for_io(client)

    def _checked(self, verb: str, duration: str | float) -> int:
        asked_ms = _milliseconds(verb, duration)
        if not self._installed:
            raise UsageError(
                f"stage.clock.{verb}: the pages run on the real clock. "
                "Call stage.clock.install() before the first stage.client"
            )
        for client in self._clients():
            if is_in_the_air(client.page):
                raise UsageError(
                    f"stage.clock.{verb}: {client.name} has a card in the air, and a drag needs real frames: "
                    "drop it first"
                )
        return asked_ms

    def _between(self, client: Client) -> _Pause:
        """Wait for what the last step has set off, and give its connections a heartbeat."""
        given = [sorted(self._held.get(client.name, ())), _STEP_IO_MS]
        told = client.page.evaluate(_BETWEEN, given)
        self._held[client.name] = set(told["left"])
        # The timers of a frame inside the page are not asked for.
        due_ms = told["due"] if len(client.page.frames) == 1 else 0
        return _Pause(bears_ms=min(told["borne"], default=None), due_ms=due_ms)

    def _wait_for_io(self, client: Client) -> None:
        """Until what was set off at the network is done, or known to be held by something."""
        known = sorted(self._held.get(client.name, ()))
        self._held[client.name] = set(client.page.evaluate(_DONE, [known, _STEP_IO_MS]))


def _milliseconds(verb: str, duration: str | float) -> int:
    if isinstance(duration, str):
        match = _DURATION.fullmatch(duration.strip())
        if match is None:
            raise UsageError(
                f'stage.clock.{verb}: {duration!r} is no duration: write "500ms", "30s", "10m" or "1h"'
            )
        return round(float(match[1]) * _UNITS_MS[match[2]])
    if duration < 0:
        raise UsageError(f"stage.clock.{verb}: {duration} ms is in the past: time runs forward only")
    return round(duration)


def _step_ms(asked_ms: int, pauses: Sequence[_Pause]) -> int:
    """How far the next step may go: to the next timer of anybody's, a shorter one only for many timers."""
    least_ms = max(_LEAST_STEP_MS, min(asked_ms // _STEPS, _MOST_STEP_MS))
    due_ms = min((each.due_ms for each in pauses if each.due_ms is not None), default=asked_ms)
    bears_ms = min((each.bears_ms for each in pauses if each.bears_ms is not None), default=math.inf)
    return max(1, math.floor(min(max(least_ms, math.ceil(due_ms)), bears_ms / 2)))


def _must_have_passed(client: Client, passed_ms: float, asked_ms: int) -> None:
    if passed_ms < asked_ms:
        raise UsageError(
            f"stage.clock: the time of {client.name}'s page cannot be driven: of {asked_ms} ms only "
            f"{passed_ms:.0f} have passed there. Its Date is not the window's: the app keeps one of its own"
        )
