"""Reads JSON files that may be missing, cut off or foreign: what is wrong is told, not raised."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from reports.fields import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One object of a JSON-lines file and its line number, counted from 1."""

    number: int
    value: Json
    #: Characters in the file.
    size: int


def parse(source: str) -> object:
    """JSON as Python values; numbers that are none in JavaScript's JSON stay text. Raises ValueError."""
    try:
        return json.loads(source, parse_constant=str, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def read_object(path: Path) -> tuple[Json | None, str | None]:
    """The object in `path`, or None and what is wrong with it; both None when there is no such file."""
    try:
        value = parse(path.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, f"{path.name} cannot be read: {error.strerror}"
    except ValueError:
        return None, f"{path.name} is cut off or no JSON"
    if not isinstance(value, dict):
        return None, f"{path.name} holds no JSON object"
    return value, None


def read_lines(path: Path) -> tuple[list[Line], list[str]]:
    """The objects of a JSON-lines file up to the break, if there is one, and what is wrong with the file.

    Raises FileNotFoundError.
    """
    lines: list[Line] = []
    broken: list[int] = []
    last = 0
    try:
        with path.open(encoding="utf-8", errors="replace") as source:
            for last, content in enumerate(source, 1):
                value = _object(content)
                if value is None:
                    broken.append(last)
                else:
                    lines.append(Line(number=last, value=value, size=len(content)))
    except FileNotFoundError:
        raise
    except OSError as error:
        return lines, [f"{path.name} cannot be read: {error.strerror}"]
    return lines, _told(path.name, broken, last)


def _object(content: str) -> Json | None:
    try:
        value = parse(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _told(name: str, broken: list[int], last: int) -> list[str]:
    if last == 0:
        return [f"{name} is empty"]
    told = []
    if broken and broken[-1] == last:
        broken = broken[:-1]
        told.append(f"{name} is cut off in line {last}: what came after it is not known")
    if broken:
        numbers = ", ".join(map(str, broken[:5])) + (", …" if len(broken) > 5 else "")
        told.append(f"{name} has unreadable lines, which were left out: {numbers}")
    return told
