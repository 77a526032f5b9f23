"""The marker that everything carries which specs make on a server that is not ours."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

#: As it stands in a text: `[lockstep 4f2a91c0]`.
PATTERN = re.compile(r"\[lockstep (?P<run>[0-9a-f]{8})\]")


def run_id(run_directory: Path) -> str:
    """Eight hexadecimal digits for a run: the same for all its workers, another for every other run."""
    return hashlib.sha256(str(run_directory.resolve()).encode()).hexdigest()[:8]


def marker(run: str) -> str:
    """The text that marks what the run `run` makes."""
    return f"[lockstep {run}]"


def run_of(text: str) -> str | None:
    """Whose marker is in `text`."""
    found = PATTERN.search(text)
    return found["run"] if found else None
