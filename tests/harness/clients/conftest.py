"""A page with a board, a tap and a lens in it; the drag gallery."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harness.clients.browsers import Engine
from harness.clients.lens import Lens, lens_script
from harness.clients.views import View, Views
from harness.tap import RecordKind, Tap, TapRecord
from tests.harness.clients.drag_pages import BUILT, Gallery, OpenGallery

PAGES = Path(__file__).parent / "pages"

#: The reference frontend's board (see its DOM contract).
BOARD = Lens.model_validate(
    {
        "column": "section[data-status]",
        "column_name": "@aria-label",
        "column_count": "[data-testid=column-count]",
        "item": "[data-testid=task-card]",
        "id": "@data-task-id",
        "version": "@data-version",
        "fields": {"text": "h3", "assignee": "[data-testid=task-assignee]"},
        "badge": "[data-testid=connection-status]",
        "toast": "[data-testid=toast]",
        "dialog": "[role=dialog]@aria-label",
    }
)


class Seen:
    """A page with a lens, and what was recorded of it."""

    def __init__(self, context: BrowserContext, lens: Lens, pages_url: str) -> None:
        self._pages_url = pages_url
        self.tap = Tap(extensions=[lens_script(lens)])
        self.tap.install(context)
        self.page: Page = context.new_page()

    def open(self, name: str = "board.html") -> Page:
        self.page.goto(f"{self._pages_url}/{name}")
        return self.page

    def records(self, kind: RecordKind) -> list[TapRecord]:
        assert self.tap.drain(self.page)
        assert [record for record in self.tap.records if record.kind is RecordKind.TAP_ERROR] == []
        return [record for record in self.tap.records if record.kind is kind]

    def views(self) -> list[View]:
        """Every view until now, put together."""
        views = Views()
        made = [views.feed(record) for record in self.records(RecordKind.VIEW)]
        assert views.broken == 0
        return [view for view in made if view is not None]

    def shown(self) -> list[dict[str, list[str | None]]]:
        """The ids by column, view by view; columns without cards left out."""
        return [
            {name: [card.id for card in cards] for name, cards in view.columns.items() if cards}
            for view in self.views()
        ]


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def pages_url() -> Iterator[str]:
    """Where ./pages is served: over HTTP, a reload of a file may lose records (see Tap)."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=PAGES)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def look(engine_browser: Browser, pages_url: str) -> Iterator[Callable[..., Seen]]:
    contexts: list[BrowserContext] = []

    def look_with(lens: Lens | dict[str, Any] = BOARD) -> Seen:
        contexts.append(engine_browser.new_context())
        return Seen(contexts[-1], Lens.model_validate(lens), pages_url)

    yield look_with
    for context in contexts:
        context.close()


@pytest.fixture
def board_lens() -> Lens:
    return BOARD


@pytest.fixture
def seen(look: Callable[..., Seen]) -> Seen:
    return look()


@pytest.fixture(scope="module")
def gallery_page(engine_browser: Browser, engine: Engine) -> Iterator[Page]:
    assert (BUILT / "index.html").is_file(), "the drag gallery is not built: run scripts/setup"
    context = engine_browser.new_context(has_touch=engine is Engine.CHROMIUM)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def open_gallery(gallery_page: Page) -> OpenGallery:
    def open_it(page: str) -> Gallery:
        gallery_page.goto(f"{BUILT.as_uri()}/{page}")
        return Gallery(gallery_page)

    return open_it
