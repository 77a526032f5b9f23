"""A drag that is given up changes nothing: the card goes back to where it was, and the next drag works."""

from __future__ import annotations

import pytest

from harness.clients.browsers import Engine
from harness.clients.drag import Means, is_in_the_air
from tests.harness.clients.drag_pages import (
    CHROMIUM_ALONE,
    MOUSE,
    START,
    TOUCH,
    WAYS,
    Gallery,
    OpenGallery,
    moved,
)


class GaveUp(Exception):
    """What a spec may raise with a card in the air."""


def give_up() -> None:
    raise GaveUp


def expect_untouched(gallery: Gallery) -> None:
    """Nothing in the air, nothing moved, and the next drag is as any other."""
    assert not is_in_the_air(gallery.page)
    assert (gallery.order(), gallery.in_air(), gallery.drops()) == (START, None, 0)


@pytest.mark.parametrize(("engine", "library", "by"), WAYS, indirect=["engine"])
def test_card_that_hangs_over_another_column_goes_back(
    open_gallery: OpenGallery, engine: Engine, library: str, by: Means
) -> None:
    gallery = open_gallery(library)
    with pytest.raises(GaveUp), gallery.held_over("Bread", "doing", 1, by):
        give_up()
    expect_untouched(gallery)
    gallery.drag("Milk", "done", 0, by)
    assert (gallery.order(), gallery.drops()) == (moved(START, "Milk", "done", 0), 1)


@CHROMIUM_ALONE
@pytest.mark.parametrize("by", [MOUSE, TOUCH])
@pytest.mark.parametrize("library", ["sortable.html", "sortable.html?fallback"])
def test_card_that_was_not_carried_yet_stays(open_gallery: OpenGallery, library: str, by: Means) -> None:
    gallery = open_gallery(library)
    with pytest.raises(GaveUp):
        gallery.drag("Bread", "doing", 1, by, meanwhile=give_up)
    expect_untouched(gallery)
    gallery.drag("Milk", "done", 0, by)
    assert (gallery.order(), gallery.drops()) == (moved(START, "Milk", "done", 0), 1)
