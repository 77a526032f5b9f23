"""Which packets and calls a fault is for: checks what a spec says, and puts it as the page wants it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harness.errors import UnknownName, UsageError
from harness.faults.parameters import is_whole, of_type, several
from harness.scenario import foreign_sign, matches

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_LISTED_MAX = 12

OUT, IN = "out", "in"


def direction_of(fault: str, given: str | None, *, to: bool, by: bool) -> str:
    """`in` to a client or `out` from it. Raises UsageError when `to`, `by` and `direction` disagree."""
    if to and by:
        raise UsageError(f"{fault}: to= is what a client receives and by= what it sends: give one of them")
    if given not in (None, IN, OUT):
        raise UnknownName("direction", str(given), (IN, OUT))
    implied = IN if to else OUT if by else None
    if given and implied and given != implied:
        raise UsageError(
            f"{fault}: {'to=' if to else 'by='} means direction {implied!r}, and direction= says {given!r}"
        )
    return implied or given or IN


def event_match(
    fault: str,
    event: str | Sequence[str] | None,
    *,
    known: Collection[str],
    elsewhere: Collection[str],
    wrong_way: str | None = None,
) -> dict[str, Any]:
    """Globs of event names. Raises UnknownName or UsageError for one that fits none of the `known` names.

    `elsewhere` are the names of the other direction, and `wrong_way` says of one of these why it is wrong.
    """
    if event is None:
        return {}
    globs = several(event)
    if not globs:
        raise UsageError(f"{fault}: event= names no event: leave it out to match all of them")
    for glob in globs:
        of_type(fault, "event", glob, str)
        if not glob:
            raise UsageError(f"{fault}: event= names no event: leave it out to match all of them")
        _require_stars(fault, "event", glob)
        if not known or any(matches(glob, name) for name in known):
            continue
        if any(matches(glob, name) for name in elsewhere):
            raise UsageError(
                f"{fault}: event {glob!r} goes the other way: {wrong_way or _the_other_way(elsewhere, glob)}"
            )
        raise UnknownName("event", glob, known)
    return {"event": globs}


def _require_stars(fault: str, name: str, glob: str) -> None:
    sign = foreign_sign(glob)
    if sign is not None:
        raise UsageError(
            f"{fault}: {name} {glob!r}: {sign!r} stands for nothing else in a glob, only * does: "
            f"{glob.partition(sign)[0] + '*'!r} is all that begins so"
        )


def _the_other_way(names: Collection[str], glob: str) -> str:
    found = sorted(name for name in names if matches(glob, name))[:_LISTED_MAX]
    return f"{', '.join(found)} {'is' if len(found) == 1 else 'are'} matched with the other of to= and by="


def call_match(fault: str, method: str | None, path: str | None) -> dict[str, Any]:
    """Method and path glob of REST calls. Raises UnknownName or UsageError for what no call can have."""
    found: dict[str, Any] = {}
    if method is not None:
        if method.upper() not in _METHODS:
            raise UnknownName("HTTP method", method, _METHODS)
        found["method"] = method.upper()
    if path is not None:
        if not path.startswith(("/", "*")):
            near = "/" + (path.partition("://")[2].partition("/")[2] or path)
            raise UsageError(f"{fault}: path {path!r} is to begin with / or *. Did you mean {near!r}?")
        _require_stars(fault, "path", path)
        found["path"] = path
    return found


def occurrences(
    fault: str, nth: int | Sequence[int] | None, probability: float | None, *, seed: int, name: str
) -> dict[str, Any]:
    """Which of the matching ones: the n-th, counted from 1, or each with `probability` by a seed of its own.

    `seed` is the scenario's and `name` the fault's. Raises UsageError for what no occurrence can have.
    """
    found: dict[str, Any] = {"seed": random.Random(f"{seed}/{name}").getrandbits(31)}
    if nth is not None and probability is not None:
        raise UsageError(f"{fault}: nth= is a fixed plan and probability= draws one: give one of them")
    if nth is not None:
        plan = several(nth)
        if not plan or not all(is_whole(each) for each in plan):
            raise UsageError(f"{fault}: nth is {nth!r}: give a whole number, or a list of them")
        if min(plan) < 1:
            raise UsageError(f"{fault}: nth is {nth!r}: occurrences are counted from 1")
        found["nth"] = plan
    if probability is not None:
        of_type(fault, "probability", probability, float)
        if not 0 < probability <= 1:
            raise UsageError(f"{fault}: probability is {probability}: give more than 0 and at most 1")
        found["probability"] = probability
    return found


def without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
