"""Where a card goes in its column: fractional positions, so that no neighbour has to move."""

from collections.abc import Sequence
from itertools import pairwise


def position_at(others: Sequence[float], index: int) -> float | None:
    """Return a position that puts a card at `index` (from 0, clamped) among the sorted positions `others`.

    None means that there is no number left between the two neighbours: the column must be renumbered.
    """
    index = max(0, min(index, len(others)))
    if not others:
        return 0.0
    if index == 0:
        return others[0] - 1
    if index == len(others):
        return others[-1] + 1
    below, above = others[index - 1], others[index]
    middle = (below + above) / 2
    return middle if below < middle < above else None


def position_last(others: Sequence[float]) -> float:
    """Return a position after all of the sorted positions `others`."""
    return others[-1] + 1 if others else 0.0


def is_strictly_rising(positions: Sequence[float]) -> bool:
    return all(a < b for a, b in pairwise(positions))
