"""Records one client for the journal: its traffic, its screen, its errors, and what the spec does there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, TimeoutError

from harness.clients.blind_lens import blind_spot
from harness.clients.lens import lens_script, read_report
from harness.clients.traffic import Traffic
from harness.clients.transcript import Transcript
from harness.errors import LockstepError
from harness.journal.entries import EntryKind, MarkName, Phase, Sense
from harness.journal.redact import Redactor
from harness.journal.writer import JournalWriter
from harness.tap import CONTROL, Tap, TapConfig, TapRecord, judge_coverage
from harness.target import Lens, Target

#: What no text of a user may be able to do; specs with hostile payloads set this name.
INJECTED = "lockstepInjected"
#: One call for all that is asked of a page at a fence: each costs a trace two pictures of the document.
_LOOK = f"""async () => {{
  const tap = {CONTROL};
  return {{
    calm: tap ? await tap.quiet(1000) : true,
    injected: {INJECTED!r} in globalThis,
    polluted: Object.keys(Object.prototype).length > 0,
    lens: tap?.lens?.invalid ?? {{}},
    state: tap?.flush() ?? null,
  }};
}}"""
#: Far above what a busy machine takes; a page that hangs takes for ever. A slowed page has so much longer.
_ANSWER_MS = 5000
_DRAIN_MS = 2000
_LOUD = frozenset(("warning", "error"))

_recorders: WeakKeyDictionary[Page, Recorder] = WeakKeyDictionary()


class Recorder:
    """One client's lane: `install` before its first page, `watch` that page, `leave` it before it is closed.

    `finish` when all is over.
    """

    def __init__(
        self,
        *,
        name: str,
        person: str,
        engine: str,
        writer: JournalWriter,
        target: Target,
        redactor: Redactor,
        extensions: Sequence[str] = (),
    ) -> None:
        """`extensions` are further parts of the tap's script."""
        self.name = name
        self.person = person
        self.engine = engine
        self.writer = writer
        self._lens = target.lens
        self._any_app = not target.keeps_contract
        self._people = tuple(target.people)
        before, _, after = target.contract.task_list_path.partition("{project}")
        self._task_list = re.compile(f"{re.escape(before)}[^/]+{re.escape(after)}")
        self._records: list[TapRecord] = []
        self._transcript = Transcript(
            lambda kind, epoch_ms, **fields: writer.write_page(name, kind, epoch_ms, **fields),
            on_offset=lambda ahead_s: writer.set_offset(name, ahead_s),
            redactor=redactor,
        )
        scripts = [*([lens_script(target.lens)] if target.lens else []), *extensions]
        config = TapConfig(secret_keys=tuple(sorted(redactor.keys)))
        self._tap = Tap(config=config, extensions=scripts, sink=self._take, redactor=redactor)
        self._ids = count(1)
        self._lost = False
        #: When the page was left, as epoch seconds: nothing later is known of it.
        self._left_s: float | None = None
        self._look: dict[str, Any] | None = None
        self._depth = 0
        #: How long the page may take to answer.
        self.answer_ms = round(_ANSWER_MS * target.slowdown)
        self._drain_ms = round(_DRAIN_MS * target.slowdown)

    @property
    def traffic(self) -> Traffic:
        """What has crossed the client's wires so far, as far as it has been handed over."""
        return self._transcript.traffic

    @property
    def activity(self) -> int:
        """Grows with each thing that is recorded of the page."""
        return self._transcript.records_seen

    def install(self, context: BrowserContext) -> None:
        """Before the first page of `context`."""
        self.writer.write(self.name, EntryKind.CLIENT, person=self.person, engine=self.engine)
        self._tap.install(context)

    def watch(self, page: Page) -> None:
        """The client's page: its console and its errors too."""
        _recorders[page] = self
        page.on("pageerror", lambda error: self._page_error(error))
        page.on("console", lambda message: self._console(message))
        page.on("crash", lambda _page: self._crash())
        page.on("close", self._closed)

    def _take(self, record: TapRecord) -> None:
        if self._left_s is not None:
            return
        self._records.append(record)
        self._transcript.feed(record)

    def _page_error(self, error: Error) -> None:
        self.writer.write(self.name, EntryKind.PAGE_ERROR, message=str(error), stack=error.stack)

    def _crash(self) -> None:
        self._lost = True
        self.writer.write(self.name, EntryKind.PAGE_ERROR, message="the page crashed")

    def _closed(self, page: Page) -> None:
        """Not by the client, which would have left it first: what it saw last went with it."""
        if self._lost or self._left_s is not None:
            return
        self._tell_lost(
            f"{self.name}'s page was closed by page.close(), which takes its last records along: "
            f"close it with {self.name}.close()"
        )
        self.leave(page)

    def lose(self, reason: str) -> None:
        """Ask nothing more of the page: what it has recorded and not handed over is not known."""
        self._lost = True
        self._tell_lost(reason)

    def _tell_lost(self, reason: str) -> None:
        self._write(EntryKind.OBSERVER, {"state": "lost", "what": "records", "reason": reason})

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in _LOUD:
            self.writer.write(self.name, EntryKind.CONSOLE, level=message.type, text=message.text)

    def is_gone(self, page: Page) -> bool:
        """Whether the page is closed, has crashed or hangs: nothing is to be asked of it any more."""
        return self._lost or page.is_closed()

    def drain(self, page: Page) -> bool:
        """Fetch all that the page has recorded until now; False when it did not hand it over in time."""
        return self.is_gone(page) or self._tap.drain(page, timeout_ms=self._drain_ms)

    def is_calm(self, page: Page) -> bool:
        """Whether the page draws two frames without a change, and all that it recorded until then is here."""
        look = self._ask(page)
        if look is None:
            return False
        self._look = look
        return look["calm"] is not False and self._has_all(page, look)

    def _ask(self, page: Page) -> dict[str, Any] | None:
        """What the page says at a fence; None when it cannot answer now."""
        try:
            # Unlike evaluate, this gives up when the page hangs.
            handle = page.wait_for_function(_LOOK, timeout=self.answer_ms)
            look: dict[str, Any] = handle.json_value()
        except TimeoutError:
            self.lose(f"the page did not answer within {self.answer_ms} ms")
            return None
        except Error:
            return None  # in the middle of a navigation
        return look

    def _has_all(self, page: Page, look: dict[str, Any]) -> bool:
        if look["state"] is None:
            return True  # a document without a tap, such as a blank one
        # What the frames inside it recorded has to be asked for one by one.
        return self._tap.has_all(look["state"]) if len(page.frames) == 1 else self.drain(page)

    # -- what the spec does ----------------------------------------------------------------------------------

    @contextmanager
    def action(self, name: str, /, **args: Any) -> Iterator[None]:
        """The block is an action of the spec at this client; what it does inside is part of it."""
        self._depth += 1
        number = next(self._ids)
        try:
            if self._depth > 1:
                yield
                return
            self._acted(number, name, Phase.INVOKED, args=args)
            try:
                yield
            except BaseException as error:
                self._acted(number, name, _phase_of(error), error=_first_line(error))
                raise
            self._acted(number, name, Phase.OK)
        finally:
            self._depth -= 1

    def _acted(self, number: int, name: str, phase: Phase, **more: Any) -> None:
        self.writer.write(self.name, EntryKind.ACTION, id=number, name=name, phase=phase.value, **more)

    def fault_begins(self, fault: str, name: str, params: Mapping[str, Any], /, **more: Any) -> None:
        """The fault with the id `fault` is in force at this client from now on."""
        self._tell_fault("start", fault, name, params, more)

    def fault_touches(self, fault: str, name: str, /, **what: Any) -> None:
        """The fault did something here that the page itself cannot tell."""
        self._tell_fault("touch", fault, name, {}, what)

    def fault_ends(self, fault: str, name: str, params: Mapping[str, Any], /, **more: Any) -> None:
        """The fault is over."""
        self._tell_fault("end", fault, name, params, more)

    def _tell_fault(
        self, phase: str, fault: str, name: str, params: Mapping[str, Any], more: Mapping[str, Any]
    ) -> None:
        told = {"id": fault, "name": name, "params": params, "phase": phase}
        self._write(EntryKind.FAULT, {"edge": "page", **more, **told})

    def screenshot(self, file: str) -> None:
        """A picture of the page as it is now was written to `file`."""
        self.writer.write(self.name, EntryKind.MARK, name="screenshot", file=file)

    # -- the end ---------------------------------------------------------------------------------------------

    def leave(self, page: Page, *, settled: bool = False) -> None:
        """Fetch what the page has recorded, and say that it is closed; nothing is recorded afterwards.

        `settled`: a fence has just been reached, so nothing is left to fetch. Harmless when repeated.
        """
        if self._left_s is not None:
            return
        left_s = time.time()
        if not self.is_gone(page) and (not settled or self._look is None):
            self._look = self._ask(page) or self._look
        if self._look is not None and not self._lost:
            self._has_all(page, self._look)
            self._tell_health(page, self._look)
        self._tap.finish()
        self._left_s = left_s
        self.writer.write(self.name, EntryKind.CLIENT, person=self.person, closed=True)

    def finish(self, page: Page, eio_sids: Mapping[str, float] | None, *, settled: bool) -> None:
        """Leave it, and say what was not seen.

        `eio_sids` are the connections that the server has of it, each with its time as epoch seconds; None
        when the server does not tell.
        """
        if self._left_s is not None:
            eio_sids = eio_sids and {sid: t for sid, t in eio_sids.items() if t < self._left_s}
        elif eio_sids and not eio_sids.keys() <= self._transcript.eio_sids:
            settled = False  # connected after the fence: the page has yet to tell of it
        self.leave(page, settled=settled)
        self._transcript.cover(judge_coverage(self._records, eio_sids))

    def _tell_health(self, page: Page, look: dict[str, Any]) -> None:
        health = {name: look[name] for name in ("injected", "polluted")}
        self._write(EntryKind.MARK, {"name": MarkName.HEALTH.value, "client": self.name, **health})
        with suppress(Error):  # a page in the middle of a navigation tells nothing
            if self._lens and self._any_app:
                self._tell_blindness(blind_spot(page, self._lens, self.traffic, people=self._people))
            elif self._lens and (look["lens"] or self._finds_nothing()):
                self._explain_lens(page, self._lens)

    def _finds_nothing(self) -> bool:
        """Whether the page was given tasks to show, and the lens never found a card."""
        fetched = any(self._task_list.fullmatch(path) for path in self.traffic.lists)
        return fetched and not self.traffic.cards_seen

    def _explain_lens(self, page: Page, lens: Lens) -> None:
        """A lens that does not fit the page is said, never taken for an empty board."""
        report = read_report(page, lens)
        self._tell_blindness(report.explain() if report else "the lens is not in the page")

    def _tell_blindness(self, reason: str) -> None:
        if not reason:
            return
        blind = {"state": "not_observed", "what": Sense.SCREEN.value, "reason": reason}
        self._write(EntryKind.OBSERVER, blind)

    def _write(self, kind: EntryKind, fields: dict[str, Any]) -> None:
        self.writer.write(self.name, kind, **fields)


def recorder_of(page: Page) -> Recorder | None:
    """Who records `page`; None when nobody does."""
    return _recorders.get(page)


def _phase_of(error: BaseException) -> Phase:
    """Only what was refused has failed for sure; after a time-out it may have happened all the same."""
    return Phase.FAILED if isinstance(error, LockstepError) else Phase.UNKNOWN


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def epoch_ms() -> float:
    """Now, on the harness' clock, as pages count."""
    return time.time() * 1000
