"""Puts the tap into a browser context and brings its records to Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from harness.journal.redact import Redactor
from harness.tap.intake import Intake
from harness.tap.records import TapRecord
from harness.tap.script import CONTROL, TapConfig, tap_script

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

_FLUSH = f"() => {CONTROL}?.flush() ?? {{ doc: null, count: 0 }}"


class Tap:
    """The tap of one client: one browser context, all its pages and frames.

    Records go to `sink` as they come, or pile up in `records` when there is none. They come while the test
    thread is inside Playwright; until then they wait, stamped, in the page and in Playwright's driver. The
    sink is called from Playwright's own loop, so it must not call Playwright.

    Serve pages over HTTP: a `file:` page that reloads or is left may take its last records with it (Chromium
    does not always keep the storage they wait in). A `lost` record then says so.
    """

    def __init__(
        self,
        *,
        config: TapConfig | None = None,
        extensions: Sequence[str] = (),
        sink: Callable[[TapRecord], None] | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        self.config = config or TapConfig()
        self.records: list[TapRecord] = []
        self._script = tap_script(self.config, extensions)
        self._sink = sink or self.records.append
        self._intake = Intake(redactor or Redactor(self.config.secret_keys))
        self._pages: list[Page] = []
        self._sink_errors: list[Exception] = []

    def install(self, context: BrowserContext) -> None:
        """Before the first page, and before other init scripts: documents loaded from now on are tapped."""
        context.expose_binding(self.config.binding, self._receive)
        context.add_init_script(self._script)

    def drain(self, page: Page, *, timeout_ms: float = 2000) -> bool:
        """Fetch all that the page's documents have recorded until now; False when some did not come in time.

        Call it before a page is closed: what a closing page says last is not heard. Raises what a sink
        raised.
        """
        deadline = time.monotonic() + timeout_ms / 1000
        incomplete = [frame for frame in page.frames if not self._drain_frame(frame, deadline)]
        if self._sink_errors:
            raise self._sink_errors.pop(0)
        return not incomplete

    def finish(self) -> None:
        """Hand on a `lost` record for everything that is known, or has to be feared, to be missing."""
        for record in self._intake.settle():
            self._sink(record)

    def _drain_frame(self, frame: Frame, deadline: float) -> bool:
        def left_ms() -> float:
            return (deadline - time.monotonic()) * 1000

        try:
            # Unlike evaluate, this gives up when the page hangs.
            handle = frame.wait_for_function(_FLUSH, timeout=max(left_ms(), 1))
            state: dict[str, Any] = handle.json_value()
            while self._is_behind(state) and left_ms() > 0:
                frame.evaluate("0")  # lets Playwright's loop run
        except Error:
            return False  # closed, navigating or hung: `finish` says what is missing
        return self.has_all(state)

    def _is_behind(self, state: Mapping[str, Any]) -> bool:
        return bool(state["doc"]) and self._intake.due(state["doc"]) < int(state["count"])

    def has_all(self, state: Mapping[str, Any]) -> bool:
        """Whether all that a document has recorded is here, by what its control's `flush()` said."""
        behind = self._is_behind(state)
        if state["doc"]:
            # What came since is numbered too: a gap in it would show.
            self._intake.confirm(state["doc"], max(int(state["count"]), self._intake.due(state["doc"])))
        return not behind

    def _receive(self, source: Mapping[str, Any], text: str, relayed: bool) -> None:
        page, frame = source["page"], source["frame"]
        if page not in self._pages:
            self._pages.append(page)
        label = "" if frame == page.main_frame else frame.name or frame.url or "about:blank"
        index = self._pages.index(page)
        for record in self._intake.accept(text, page=index, frame=label, relayed=relayed):
            try:
                self._sink(record)
            except Exception as error:  # the page must not be told: it would hand the batch over again
                self._sink_errors.append(error)
