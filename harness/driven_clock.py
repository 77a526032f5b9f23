"""`stage.clock`: the time of all clients' pages, driven by the spec, with their connections kept alive."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, Error, Frame

from harness.clients.client import Client
from harness.clients.drag import is_in_the_air
from harness.clients.hang import closed_if_it_hangs
from harness.errors import LockstepWarning, UsageError
from harness.tap import CONTROL

_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
#: Time goes on in steps, so that an answer which one timer waits for can be there before the next one is due.
#: A step ends at the next timer; where timers are many, one is at least so long.
_STEPS = 40
_LEAST_STEP_MS, _MOST_STEP_MS = 500, 5_000
#: What a step has set off and is not done by then is held by something: nothing waits for it any longer.
#: Far above what an answer takes on a busy machine: called held too early, it comes after its own time limit.
_STEP_IO_MS = 3_000
#: Far above what a step takes on a slow and busy machine; a page that hangs takes for ever.
_HANGS_S = 30.0
#: So often a page may load anew while it is asked something: a reload, and where that leads on to. Each
#: can cut short two questions.
_MOST_LOADS = 10
#: So often what a page has missed of its time comes again.
_MOST_ROUNDS = 4
_DOING = "what it is doing"
_SET_OFF = "what the driven time has set off"
_DONE = f"""async ([known, timeout_ms]) => {{
  const left = await ({CONTROL}?.done?.(known, timeout_ms) ?? []);
  return {{ left, now: Date.now() }};
}}"""
# In one call, as there are many: what is in flight once that is done, a ping for each connection, the next
# timer.
_BETWEEN = f"""async ([silent, ...given]) => {{
  const {{ left }} = await ({_DONE})(given);
  const control = {CONTROL};
  const [borne, workers] = [control?.heartbeat?.(silent) ?? [], control?.workers ?? []];
  return {{ left, borne, workers, due: control?.due ? control.due() : 0 }};
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

    def __init__(
        self, clients: Callable[[], Sequence[Client]], *, silent: Callable[[], Collection[str]] = tuple
    ) -> None:
        """`silent` gives the Engine.IO ids of connections whose server sends no heartbeat, by a fault."""
        self._all_clients = clients
        self._silent = silent
        self._installed = False
        self._random: str | None = None
        self._held: WeakKeyDictionary[Frame, set[str]] = WeakKeyDictionary()
        self._warned: set[str] = set()

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
        if seed is not None and not (_is_number(seed) and seed % 1 == 0):
            raise UsageError(f"stage.clock.pin_random: a seed is a whole number, and {seed!r} is not")
        if value is not None and not (_is_number(value) and 0 <= value < 1):
            raise UsageError(f"stage.clock.pin_random: Math.random is 0 to below 1, and {value!r} is not")
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

        Healthy connections stay: between the steps each gets a heartbeat that no fault has silenced. Raises
        UsageError before `install` or the first client, for a negative or unreadable duration, with a card in
        the air, and for a page whose Date is not the driven one. Warns of a Worker: its timers are its own.
        """
        self._drive(self._checked("advance", duration), self._run_for)

    def sleep_wake(self, duration: str | float) -> None:
        """A lid that was closed so long: no timer ran meanwhile, and each that is due fires once.

        No heartbeat was heard either, so that a client finds its connection stale. Raises as `advance` does.
        """
        self._drive(self._checked("sleep_wake", duration), self._fast_forward)

    def _drive(self, asked_ms: int, let_pass: Callable[[Sequence[Client], int], None]) -> None:
        """Drive all pages by so much, and once more by what is missing where a new document came on the way.

        Playwright drops a step without a word that meets one document while it takes the place of another.
        """
        clients = self._clients()
        # Asking has Playwright hear, too, of documents that were opened just now.
        due_ms = {client: _now(client) + asked_ms for client in clients}
        missing_ms: list[tuple[Sequence[Client], int]] = [(clients, asked_ms)]
        for _ in range(_MOST_ROUNDS):
            for late, left_ms in missing_ms:
                let_pass(late, left_ms)
            now_ms = self._wait_for_io(clients)
            missing_ms = [
                ([client], math.ceil(due_ms[client] - now_ms[client]))
                for client in clients
                if client in now_ms and now_ms[client] < due_ms[client]
            ]
            if not missing_ms:
                return
        for [client], left_ms in missing_ms:
            raise UsageError(
                f"stage.clock: the time of {client.name}'s page cannot be driven: of {asked_ms} ms only "
                f"{asked_ms - left_ms} have passed there. Its Date is not the window's: the app keeps one "
                "of its own"
            )

    def _run_for(self, clients: Sequence[Client], left_ms: int) -> None:
        asked_ms = left_ms
        while left_ms > 0:
            silent = list(self._silent())
            pauses = [self._between(client, frame, silent) for client in clients for frame in _frames(client)]
            step_ms = min(left_ms, _step_ms(asked_ms, pauses))
            for client in clients:
                with closed_if_it_hangs(client, f"{step_ms} ms of its time", after_s=_HANGS_S):
                    client.context.clock.run_for(step_ms)
            left_ms -= step_ms

    def _fast_forward(self, clients: Sequence[Client], left_ms: int) -> None:
        for client in clients:
            with closed_if_it_hangs(client, f"{left_ms} ms of its time", after_s=_HANGS_S):
                client.context.clock.fast_forward(left_ms)

    def _checked(self, verb: str, duration: str | float) -> int:
        asked_ms = _milliseconds(verb, duration)
        if not self._installed:
            raise UsageError(
                f"stage.clock.{verb}: the pages run on the real clock. "
                "Call stage.clock.install() before the first stage.client"
            )
        if not self._clients():
            raise UsageError(f"stage.clock.{verb}: no page is open: open one with stage.client")
        for client in self._clients():
            with closed_if_it_hangs(client, _DOING, after_s=_HANGS_S):
                in_the_air = is_in_the_air(client.page)
            if in_the_air:
                raise UsageError(
                    f"stage.clock.{verb}: {client.name} has a card in the air, and a drag needs real frames: "
                    "drop it first"
                )
        return asked_ms

    def _between(self, client: Client, frame: Frame, silent: Sequence[str]) -> _Pause:
        """Wait for what the last step has set off, and give the frame's connections a heartbeat."""
        with closed_if_it_hangs(client, _SET_OFF, after_s=_HANGS_S):
            told = _asked(frame, _BETWEEN, [silent, *self._known(frame)])
        if told is None:
            return _Pause(bears_ms=None, due_ms=0)
        self._held[frame] = set(told["left"])
        self._warn_of(client, told["workers"])
        return _Pause(bears_ms=min(told["borne"], default=None), due_ms=told["due"])

    def _wait_for_io(self, clients: Sequence[Client]) -> dict[Client, float]:
        """Until what was set off at the network is done or held; returns the time (ms) of each open page."""
        now_ms: dict[Client, float] = {}
        for client in clients:
            for frame in _frames(client):
                # Each for itself: what is held keeps every one of them waiting.
                with closed_if_it_hangs(client, _SET_OFF, after_s=_HANGS_S):
                    told = _asked(frame, _DONE, self._known(frame))
                if told is None:
                    continue
                self._held[frame] = set(told["left"])
                if frame is client.page.main_frame:
                    now_ms[client] = told["now"]
        return now_ms

    def _known(self, frame: Frame) -> list[Any]:
        return [sorted(self._held.get(frame, ())), _STEP_IO_MS]

    def _warn_of(self, client: Client, workers: Sequence[str]) -> None:
        """Timers in a worker run by the real clock, and nothing tells whether it has any."""
        if workers and client.name not in self._warned:
            self._warned.add(client.name)
            warnings.warn(
                f"stage.clock: {client.name}'s page has a worker ({workers[0]}): timers in there, and what "
                "the app does by them, are not driven",
                LockstepWarning,
                stacklevel=4,
            )


def _frames(client: Client) -> Iterator[Frame]:
    """Of the client's page, and of those that it has opened: one clock drives them all."""
    for page in client.context.pages:
        yield from page.frames


def _asked(frame: Frame, script: str, given: Any) -> Any:
    """What the frame's document answers, or one that takes its place; None when the frame is gone."""
    for _ in range(_MOST_LOADS):
        try:
            return frame.evaluate(script, given)
        except Error:
            if frame.is_detached() or frame.page.is_closed():
                return None
            frame.wait_for_load_state("domcontentloaded")
    return frame.evaluate(script, given)


def _now(client: Client) -> float:
    with closed_if_it_hangs(client, _DOING, after_s=_HANGS_S):
        told = _asked(client.page.main_frame, _NOW, None)
    return float(told)


def _is_number(given: object) -> TypeGuard[float]:
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)


def _milliseconds(verb: str, duration: object) -> int:
    if isinstance(duration, str) and (match := _DURATION.fullmatch(duration.strip())):
        return round(float(match[1]) * _UNITS_MS[match[2]])
    if not _is_number(duration):
        raise UsageError(
            f'stage.clock.{verb}: {duration!r} is no duration: write "500ms", "30s", "10m" or "1h"'
        )
    if duration < 0:
        raise UsageError(f"stage.clock.{verb}: {duration} ms is in the past: time runs forward only")
    return round(duration)


def _step_ms(asked_ms: int, pauses: Sequence[_Pause]) -> int:
    """How far the next step may go: to the next timer of anybody's, a shorter one only for many timers."""
    least_ms = max(_LEAST_STEP_MS, min(asked_ms // _STEPS, _MOST_STEP_MS))
    due_ms = min((each.due_ms for each in pauses if each.due_ms is not None), default=asked_ms)
    bears_ms = min((each.bears_ms for each in pauses if each.bears_ms is not None), default=math.inf)
    return max(1, math.floor(min(max(least_ms, math.ceil(due_ms)), bears_ms / 2)))
