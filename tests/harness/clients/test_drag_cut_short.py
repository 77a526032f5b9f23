"""A drag that the app ends, or whose page goes, while the card is in the air; and a second one beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, CDPSession, Error

from harness.clients.drag import Means, held, is_in_the_air
from harness.errors import DragError, UsageError
from tests.harness.clients.drag_pages import (
    BUILT,
    CHROMIUM_ALONE,
    LIBRARIES,
    MOUSE,
    START,
    TOUCH,
    Gallery,
    OpenGallery,
    moved,
)

pytestmark = CHROMIUM_ALONE

#: SortableJS does not know Escape but in a browser's drag.
ENDED_BY_ESCAPE = [
    (page, by)
    for page, means in LIBRARIES.items()
    for by in means
    if not page.startswith("sortable") or (page, by) == ("sortable.html", MOUSE)
]


@pytest.mark.parametrize(("library", "by"), ENDED_BY_ESCAPE)
def test_drag_that_ended_meanwhile_is_no_drop(open_gallery: OpenGallery, library: str, by: Means) -> None:
    gallery = open_gallery(library)
    own_place = START["todo"].index("Bread")
    with pytest.raises(DragError) as ended:
        gallery.drag("Bread", "todo", own_place, by, meanwhile=lambda: gallery.page.keyboard.press("Escape"))
    assert str(ended.value).startswith(f"could not drag 'Bread' by {by} (")
    assert str(ended.value).endswith("): the app ended the drag meanwhile, nothing is in the air any more.")
    assert not is_in_the_air(gallery.page)
    gallery.drag("Milk", "done", 0, by)
    assert (gallery.order(), gallery.drops()) == (moved(START, "Milk", "done", 0), 1)


def test_drop_says_too_that_the_drag_has_ended(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    with held(gallery.card("Bread"), by="keyboard") as hand:
        gallery.page.keyboard.press("Escape")
        gallery.expect_put_back("Bread")
        with pytest.raises(DragError, match="the app ended the drag meanwhile"):
            hand.drop()
    assert (gallery.order(), gallery.in_air(), gallery.drops()) == (START, None, 0)


@pytest.mark.parametrize("by", list(Means))
def test_card_that_vanishes_meanwhile_is_dropped_all_the_same(open_gallery: OpenGallery, by: Means) -> None:
    gallery = open_gallery("dnd-kit-core.html?no-overlay")
    remove = "document.querySelector('[data-card=Bread]').remove()"
    gallery.drag("Bread", "doing", 0, by, meanwhile=lambda: gallery.page.evaluate(remove))
    assert "Bread" not in [card for cards in gallery.order().values() for card in cards]


@pytest.mark.parametrize("by", list(Means))
def test_second_drag_on_the_same_page(open_gallery: OpenGallery, by: Means) -> None:
    gallery = open_gallery("hello-pangea.html")
    with pytest.raises(UsageError) as refused:
        gallery.drag("Milk", "doing", 0, by, meanwhile=lambda: gallery.drag("Rice", "done", 0, by))
    assert str(refused.value) == (
        "a drag inside a drag: 'Milk' is still held on this page. "
        "Drag the other card before or after, or on another client's page."
    )
    assert (gallery.order(), gallery.in_air(), gallery.drops()) == (START, None, 0)


def _fresh(browser: Browser) -> Gallery:
    page = browser.new_page(has_touch=True)
    page.goto(f"{BUILT.as_uri()}/hello-pangea.html")
    return Gallery(page)


@pytest.mark.parametrize("by", list(Means))
def test_page_that_closes_meanwhile(engine_browser: Browser, by: Means) -> None:
    gallery = _fresh(engine_browser)
    with pytest.raises(DragError) as closed:
        gallery.drag("Milk", "doing", 0, by, meanwhile=gallery.page.close)
    assert str(closed.value) == f"could not drag 'Milk' by {by}: its page was closed meanwhile."


@pytest.mark.parametrize("by", list(Means))
def test_error_of_the_block_is_not_hidden_by_a_page_that_closed(engine_browser: Browser, by: Means) -> None:
    gallery = _fresh(engine_browser)

    def close_and_fail() -> None:
        gallery.page.close()
        raise ArithmeticError("the block's own")

    with pytest.raises(ArithmeticError, match="the block's own"):
        gallery.drag("Milk", "doing", 0, by, meanwhile=close_and_fail)


def test_trouble_of_giving_up_is_a_note_on_the_error_of_the_block(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("sortable.html?fallback")
    no_longer_takes_any = """() => Object.values(document.querySelector('[data-list=todo]'))
        .find((each) => each?.options).option('disabled', true)"""

    def close_the_list() -> None:
        gallery.page.evaluate(no_longer_takes_any)
        raise ArithmeticError

    with pytest.raises(ArithmeticError) as failed, gallery.held_over("Bread", "doing", 1, MOUSE):
        close_the_list()
    (note,) = failed.value.__notes__
    assert note.startswith(
        "could not drag 'Bread' by mouse (SortableJS): every end of a drag is a drop here, "
        "and what was given up did not go back: "
    )


def test_end_of_a_column_that_cannot_be_reached(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("sortable.html?fallback")
    gallery.page.evaluate(
        """() => {
            const onMove = ({ related }) => related.dataset.card === 'Rice';
            for (const list of document.querySelectorAll('[data-list]'))
                Object.values(list).find((each) => each?.options).option('onMove', onMove);
        }"""
    )
    no_room = r"made no room for it at the end, its place was [01], after 8 moves"
    with (
        pytest.raises(DragError, match=no_room),
        gallery.held_over("Milk", "doing", 0, MOUSE) as hand,
    ):
        hand.carry_to(gallery.place("Milk", "doing", None))


def test_drag_that_fails_at_once_lets_go(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    gallery.page.evaluate("document.body.style.cssText = `position: fixed; left: ${innerWidth - 142}px`")
    with pytest.raises(DragError, match="outside of the window"):
        gallery.drag("Milk", "todo", 1, MOUSE)
    gallery.expect_put_back("Milk")
    gallery.page.evaluate("document.body.style.cssText = ''")
    gallery.drag("Milk", "done", 0, MOUSE)
    assert gallery.order() == moved(START, "Milk", "done", 0)


def test_card_that_is_not_let_go_is_given_up(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    gallery.page.evaluate(
        """() => {
            let pressed = 0;
            addEventListener('keydown', (event) => {
                if (event.code === 'Space' && ++pressed === 2) event.stopImmediatePropagation();
            }, true);
        }"""
    )
    with pytest.raises(DragError, match="still in the air 5000 ms after it was let go"):
        gallery.drag("Milk", "doing", 0, "keyboard")
    gallery.expect_put_back("Milk")
    gallery.drag("Milk", "done", 0, "keyboard")
    assert (gallery.order(), gallery.drops()) == (moved(START, "Milk", "done", 0), 1)


@pytest.fixture
def sessions(gallery_page: object, monkeypatch: pytest.MonkeyPatch) -> list[CDPSession]:
    """Every DevTools session that the test opens."""
    context = gallery_page.context  # type: ignore[attr-defined]
    made: list[CDPSession] = []
    opens: Callable[..., CDPSession] = context.new_cdp_session

    def open_one(page: object) -> CDPSession:
        made.append(opens(page))
        return made[-1]

    monkeypatch.setattr(context, "new_cdp_session", open_one)
    return made


def test_finger_leaves_no_session_behind(open_gallery: OpenGallery, sessions: list[CDPSession]) -> None:
    gallery = open_gallery("hello-pangea.html?disabled=Salt")
    gallery.drag("Milk", "done", 0, TOUCH)
    with pytest.raises(DragError):
        gallery.drag("Salt", "done", 0, TOUCH)
    with held(gallery.card("Bread"), by="touch"):
        pass
    assert len(sessions) == 2, "one for each drag that began"
    for session in sessions:
        with pytest.raises(Error, match="closed"):
            session.send("Runtime.evaluate", {"expression": "1"})
