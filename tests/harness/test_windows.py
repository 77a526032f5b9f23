"""Headed windows stand side by side and inside the screen."""

import pytest

from harness.clients.windows import Bounds, tile

SCREEN = Bounds(left=0, top=24, width=1800, height=1000)


def test_two_windows_share_the_screen_in_halves() -> None:
    assert tile(0, 2, SCREEN) == Bounds(left=0, top=24, width=900, height=1000)
    assert tile(1, 2, SCREEN) == Bounds(left=900, top=24, width=900, height=1000)


@pytest.mark.parametrize("count", range(1, 10))
def test_windows_never_overlap_nor_leave_the_screen(count: int) -> None:
    places = [tile(index, count, SCREEN) for index in range(count)]
    corners = {(place.left, place.top) for place in places}
    assert len(corners) == count
    for place in places:
        assert place.left + place.width <= SCREEN.left + SCREEN.width
        assert place.top + place.height <= SCREEN.top + SCREEN.height
