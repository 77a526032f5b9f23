"""Headed windows stand side by side and inside the screen."""

import pytest

from harness.clients.windows import Bounds, tile


def test_two_windows_share_a_wide_screen_in_halves() -> None:
    wide = Bounds(left=0, top=24, width=2000, height=1000)
    assert tile(0, 2, wide) == Bounds(left=0, top=24, width=1000, height=1000)
    assert tile(1, 2, wide) == Bounds(left=1000, top=24, width=1000, height=1000)


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize("width", [800, 1366, 1920, 3840])
def test_windows_are_wide_enough_apart_and_inside_the_screen(count: int, width: int) -> None:
    screen = Bounds(left=10, top=24, width=width, height=1000)
    places = [tile(index, count, screen) for index in range(count)]
    assert len({place.left for place in places}) == count or width <= 950
    for place in places:
        assert place.width >= min(950, width)
        assert screen.left <= place.left
        assert place.left + place.width <= screen.left + screen.width
