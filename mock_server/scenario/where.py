"""Where a value sits inside a document, and how that is written for people."""

from typing import TypeAlias

Where: TypeAlias = tuple[str | int, ...]

PLAIN, LIST, MAPPING = BRANCHES = ("plain", "list", "mapping")
"""Shapes of a value that may be written in more than one; they name the branches of such a field."""


def dotted(where: Where) -> str:
    """Write a place as `rules[0].on`; empty for the document itself."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
