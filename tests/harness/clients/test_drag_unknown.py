"""A card or a column that is not there: the error names it, and what is there instead."""

from __future__ import annotations

import pytest
from pages.board import BoardPage
from pages.dialog import TaskDialog
from playwright.sync_api import Browser, Page

from harness.errors import DragError, UnknownName, UsageError
from tests.harness.clients.drag_pages import (
    BUILT,
    CHROMIUM_ALONE,
    START,
    Gallery,
    OpenGallery,
)

pytestmark = CHROMIUM_ALONE

_BOARD = """<section aria-label="To Do" data-status="todo">
  <article data-testid="task-card" data-task-id="t1" aria-label="Buy milk">Buy milk</article>
</section>"""
SHOWN = "\n  alice: todo: 'Buy milk' (t1)\n"


@pytest.fixture
def board(gallery_page: Page) -> BoardPage:
    gallery_page.goto("about:blank")
    gallery_page.set_content(_BOARD)
    return BoardPage(gallery_page, "alice", TaskDialog(gallery_page), timeout_ms=300)


@pytest.mark.parametrize("by", ["mouse", "keyboard", "touch"])
def test_unknown_card(board: BoardPage, by: str) -> None:
    with pytest.raises(AssertionError) as failed:
        board.drag("Buy mlik", to="Done", by=by)
    assert str(failed.value).startswith(
        f"could not drag 'Buy mlik': alice's board does not show it. Did you mean 'Buy milk'?{SHOWN}"
    )


def test_unknown_card_by_what_else_lifts_one(board: BoardPage) -> None:
    for try_it in (
        lambda: board.drag_outside("Nope"),
        lambda: board.move_by_keyboard("Nope", "ArrowUp"),
        lambda: board.lifted("Nope").__enter__(),
    ):
        with pytest.raises(AssertionError) as failed:
            try_it()
        assert str(failed.value).startswith(f"could not drag 'Nope': alice's board does not show it.{SHOWN}")


def test_unknown_column(board: BoardPage) -> None:
    for ask in (
        lambda: board.drag("Buy milk", to="Doen"),
        lambda: board.titles("Doen"),
        lambda: board.expect_card("Buy milk", column="Doen"),
        lambda: board.expect_count("Doen", 1),
    ):
        with pytest.raises(UnknownName) as unknown:
            ask()
        assert str(unknown.value) == (
            "unknown column 'Doen'. Did you mean 'Done'? Known: Done, In Progress, To Do."
        )


def test_card_and_column_that_no_page_object_knows(engine_browser: Browser) -> None:
    page = engine_browser.new_page(has_touch=True)
    page.goto(f"{BUILT.as_uri()}/hello-pangea.html")
    page.set_default_timeout(300)
    gallery = Gallery(page)
    for by in ("mouse", "keyboard", "touch"):
        with pytest.raises(DragError) as refused:
            gallery.drag("Mlik", "done", 0, by)
        assert str(refused.value) == (
            'could not drag: the page has no locator("[data-card=Mlik]") (waited 300 ms).'
        )
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "doen", 0, "mouse")
    assert str(refused.value) == (
        'could not drag: the page has no locator("[data-column=doen]") (waited 300 ms).'
    )
    page.close()


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("1", "at='1': at counts the other cards above it: a whole number, or None for the column's end."),
        (0.5, "at=0.5: at counts the other cards above it: a whole number, or None for the column's end."),
        (True, "at=True: at counts the other cards above it: a whole number, or None for the column's end."),
        (-1, "at=-1: no such place. With 2 other cards in the column, at is 0 to 2."),
    ],
)
def test_place_that_is_none(open_gallery: OpenGallery, at: object, why: str) -> None:
    gallery = open_gallery("hello-pangea.html")
    with pytest.raises(UsageError) as refused:
        gallery.drag("Milk", "doing", at, "mouse")  # type: ignore[arg-type]
    assert str(refused.value) == why
    assert (gallery.order(), gallery.in_air(), gallery.drops()) == (START, None, 0)


@pytest.mark.parametrize("by", ["finger", 3, None])
def test_means_that_are_none(open_gallery: OpenGallery, by: object) -> None:
    gallery = open_gallery("hello-pangea.html")
    with pytest.raises(UsageError) as refused:
        gallery.drag("Milk", "doing", 0, by)  # type: ignore[arg-type]
    assert str(refused.value) == f"unknown means of a drag {str(by)!r}. Known: keyboard, mouse, touch."
    assert (gallery.order(), gallery.in_air(), gallery.drops()) == (START, None, 0)
