"""Says where a file is, so that what is said can be copied into a shell."""

from __future__ import annotations

import shlex
from pathlib import Path


def shown_path(path: Path) -> str:
    """Relative to the current directory when it is below it, else in full."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def quoted(path: Path) -> str:
    """A path as one word for a shell."""
    return shlex.quote(shown_path(path))
