"""Every drag library of the gallery by every means it has: the card goes where it was sent, in one drop.

LOCKSTEP_DRAG_REPEAT=13 goes each way that often: four drags a time make more than fifty.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from harness.clients.browsers import Engine
from harness.clients.drag import Means
from harness.errors import DragError, UnknownName, UsageError
from tests.harness.clients.drag_pages import (
    BUILT,
    CHROMIUM_ALONE,
    FIREFOX_ALONE,
    KEYBOARD,
    MOUSE,
    MUCH_LIKE_ANOTHER,
    REPEAT,
    START,
    TOUCH,
    WAYS,
    Gallery,
    OpenGallery,
    moved,
)

#: To another column's middle, to the first place, to an empty column, to the last place.
JOURNEY = [
    ("Milk", "doing", 1),
    ("Eggs", "todo", 0),
    ("Bread", "done", 0),
    ("Rice", "doing", None),
]


@pytest.mark.parametrize("turn", range(REPEAT))
@pytest.mark.parametrize(("engine", "library", "by"), WAYS, indirect=["engine"])
def test_card_goes_where_it_is_sent(
    open_gallery: OpenGallery, engine: Engine, library: str, by: Means, turn: int
) -> None:
    gallery = open_gallery(library)
    board = START
    assert gallery.order() == board
    half = REPEAT == 1 and (engine is Engine.FIREFOX or library in MUCH_LIKE_ANOTHER)
    for drops, (card, to, at) in enumerate(JOURNEY[: 2 if half else None], start=1):
        board = moved(board, card, to, at)
        in_air: list[str | None] = []
        gallery.drag(card, to, at, by, meanwhile=lambda seen=in_air: seen.append(gallery.in_air()))
        assert in_air == [card], "meanwhile runs once, with the card in the air"
        assert gallery.order() == board, f"after {card} to {to} at {at}"
        assert gallery.drops() == drops


@CHROMIUM_ALONE
def test_lifting_is_tried_again(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    gallery.page.evaluate(
        """() => addEventListener('mousedown', (event) => event.stopImmediatePropagation(),
            { capture: true, once: true })"""
    )
    gallery.drag("Milk", "done", 0, MOUSE)
    assert gallery.order() == moved(START, "Milk", "done", 0)
    assert gallery.drops() == 1


DISABLED = {
    "hello-pangea.html": "(@hello-pangea/dnd): it has no drag handle (isDragDisabled?).",
    "react-beautiful-dnd.html": "(react-beautiful-dnd): it has no drag handle (isDragDisabled?).",
    "dnd-kit-core.html": '(@dnd-kit/core): it is disabled (aria-disabled="true").',
    "dnd-kit-react.html": '(@dnd-kit/dom): it is disabled (aria-disabled="true").',
    "dnd-kit-dom.html": '(@dnd-kit/dom): it is disabled (aria-disabled="true").',
    "pragmatic.html": "(Pragmatic drag and drop): the app refused the browser's dragstart.",
    "html5.html": '(native HTML drag and drop): it has draggable="false".',
    "sortable.html": "(SortableJS): its list filters it (.fixed).",
}


@CHROMIUM_ALONE
@pytest.mark.parametrize("library", DISABLED)
def test_disabled_card_could_not_be_dragged(open_gallery: OpenGallery, library: str) -> None:
    gallery = open_gallery(f"{library}?disabled=Salt")
    with pytest.raises(DragError) as refused:
        gallery.drag("Salt", "done", 0, MOUSE)
    assert str(refused.value) == f"could not drag 'Salt' by mouse {DISABLED[library]}"
    assert (gallery.order(), gallery.drops()) == (START, 0)


@CHROMIUM_ALONE
@pytest.mark.parametrize(
    ("library", "by", "why"),
    [
        ("html5.html", KEYBOARD, "native HTML drag and drop has no drag by keyboard. It has: mouse."),
        ("html5.html", TOUCH, "native HTML drag and drop has no drag by touch. It has: mouse."),
        ("pragmatic.html", KEYBOARD, "Pragmatic drag and drop has no drag by keyboard. It has: mouse."),
        ("pragmatic.html", TOUCH, "Pragmatic drag and drop has no drag by touch. It has: mouse."),
        ("sortable.html", KEYBOARD, "SortableJS has no drag by keyboard. It has: mouse, touch."),
    ],
)
def test_means_that_a_library_does_not_have(
    open_gallery: OpenGallery, library: str, by: Means, why: str
) -> None:
    gallery = open_gallery(library)
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "done", 0, by)
    assert str(refused.value) == f"could not drag 'Milk' by {by}: {why}"


@FIREFOX_ALONE
def test_what_firefox_cannot_do(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("html5.html")
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "done", 0, MOUSE)
    assert str(refused.value) == (
        "could not drag 'Milk' by mouse (native HTML drag and drop): "
        "Firefox begins a browser's own drag here and never ends it: drag in Chromium."
    )
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "done", 0, TOUCH)
    assert str(refused.value) == (
        "could not drag 'Milk' by touch: firefox cannot be touched, only Chromium can."
    )


@CHROMIUM_ALONE
def test_page_without_touch_says_so(engine_browser: Browser) -> None:
    page = engine_browser.new_page(has_touch=False)
    page.goto(f"{BUILT.as_uri()}/hello-pangea.html")
    with pytest.raises(DragError) as refused:
        Gallery(page).drag("Milk", "done", 0, TOUCH)
    page.close()
    assert str(refused.value) == (
        "could not drag 'Milk' by touch: its page has none. Open the context with has_touch=True."
    )


@CHROMIUM_ALONE
def test_card_that_nothing_drags(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("index.html")
    gallery.page.set_content("<ul data-column=done><li data-card=Milk>Milk, two  bottles</li></ul>")
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "done", 0, MOUSE)
    assert str(refused.value) == (
        "could not drag 'Milk, two bottles': nothing on it or around it tells what drags it. "
        "Known: @hello-pangea/dnd, react-beautiful-dnd, @dnd-kit/core, @dnd-kit/dom, SortableJS, "
        "Pragmatic drag and drop, native HTML drag and drop. If it is one of these, name it: engine=..."
    )


@CHROMIUM_ALONE
def test_card_below_another_element(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    gallery.page.evaluate(
        """() => document.body.insertAdjacentHTML('beforeend',
            '<div id="veil" style="position: fixed; inset: 0"></div>')"""
    )
    with pytest.raises(DragError) as refused:
        gallery.drag("Milk", "done", 0, MOUSE)
    assert str(refused.value) == (
        "could not drag 'Milk' by mouse (@hello-pangea/dnd): "
        '<div id="veil"> lies above it. Tried 3 times; the page heard nothing.'
    )


@CHROMIUM_ALONE
def test_what_makes_no_sense_is_said_before_anything_is_touched(open_gallery: OpenGallery) -> None:
    gallery = open_gallery("hello-pangea.html")
    with pytest.raises(UsageError) as refused:
        gallery.drag("Milk", "doing", 3, MOUSE)
    assert str(refused.value) == ("at=3: no such place. With 2 other cards in the column, at is 0 to 2.")
    with pytest.raises(UnknownName) as unknown:
        gallery.drag("Milk", "doing", 0, "mose")
    assert str(unknown.value) == (
        "unknown means of a drag 'mose'. Did you mean 'mouse'? Known: keyboard, mouse, touch."
    )
    with pytest.raises(UnknownName) as unknown:
        gallery.drag("Milk", "doing", 0, MOUSE, engine="hello-pangea")
    assert str(unknown.value).startswith(
        "unknown drag engine 'hello-pangea'. Did you mean '@hello-pangea/dnd'?"
    )
    assert (gallery.in_air(), gallery.drops()) == (None, 0)
