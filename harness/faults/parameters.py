"""What the parameters of faults may be: each check raises UsageError with the fault and what to give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from harness.errors import UsageError

_WORDS = {
    bool: "True or False",
    float: "a number",
    int: "a whole number",
    str: "a text",
    Mapping: "a dict of values by dotted path",
    Sequence: "a list of texts",
}
_MS = {float: "milliseconds as a number", int: "milliseconds as a whole number"}
#: Codes that stand for an end without a close frame, or are kept for later (RFC 6455, 7.4).
_NEVER_SENT = (1004, 1005, 1006, 1015)


def of_type(fault: str, name: str, value: object, hint: Any) -> None:
    """Unless `value` is what `hint` says: a plain type, one or None, a mapping or a sequence of texts."""
    if hint is Any or _fits(value, hint):
        return
    wanted = next(each for each in _plain_types(hint) if each is not NoneType)
    words = _MS.get(wanted, _WORDS[wanted]) if name.endswith("_ms") else _WORDS[wanted]
    raise UsageError(f"{fault}: {name} is {value!r}: give {words}")


def _plain_types(hint: Any) -> list[Any]:
    """The types that a hint names, without what stands in their brackets."""
    if isinstance(hint, UnionType):
        return [plain for each in get_args(hint) for plain in _plain_types(each)]
    return [get_origin(hint) or hint]


def _fits(value: object, hint: Any) -> bool:
    types = _plain_types(hint)
    if isinstance(value, bool):
        return bool in types
    if isinstance(value, int):
        return int in types or float in types
    if isinstance(value, float):
        return float in types and isfinite(value)
    if isinstance(value, str):
        return str in types
    if isinstance(value, Mapping):
        return Mapping in types
    if isinstance(value, Sequence):
        return Sequence in types and all(isinstance(each, str) for each in value)
    return value is None and NoneType in types


def several(given: object) -> list[Any]:
    """What is given as several, or alone; a text is one."""
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]


def is_whole(value: object) -> bool:
    """Whether it is a whole number, which True is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def not_negative(fault: str, **values: float | None) -> None:
    """For the first value below zero."""
    for name, value in values.items():
        if value is not None and value < 0:
            raise UsageError(f"{fault}: {name} is {value}: time runs forward only, give 0 or more")


def at_least(fault: str, least: int, **values: int | None) -> None:
    """For the first value below `least`."""
    for name, value in values.items():
        if value is not None and value < least:
            raise UsageError(f"{fault}: {name} is {value}: give {least} or more")


def at_most(fault: str, most: int, **values: int) -> None:
    """For the first value above `most`."""
    for name, value in values.items():
        if value > most:
            raise UsageError(f"{fault}: {name} is {value}: give {most} or less")


def error_status(fault: str, status: int) -> None:
    """For a status that is none of an error."""
    if not 400 <= status <= 599:
        raise UsageError(f"{fault}: {status} is no error: give a status from 400 to 599")


def close_code(fault: str, code: int | None) -> None:
    """For a code that no websocket can be closed by; None is no code."""
    if code is None or 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in _NEVER_SENT):
        return
    if code in _NEVER_SENT:
        raise UsageError(f"{fault}: code {code} is never sent: leave the code out, and a client sees 1006")
    raise UsageError(f"{fault}: {code} is no close code: give one from 1000 to 1014 or from 3000 to 4999")


def as_json(fault: str, name: str, value: object) -> str:
    """The value in JSON; raises for one that JSON has no words for."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{fault}: {name} is {value!r}: give what JSON can say ({error})") from None
