"""Where a value sits inside a document, and how that is written for people."""

from typing import TypeAlias

Where: TypeAlias = tuple[str | int, ...]


def dotted(where: Where) -> str:
    """Write a place as `rules[0].on`; empty for the document itself."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
