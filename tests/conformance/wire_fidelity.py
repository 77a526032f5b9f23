"""Prints how far the stub is the official server's equal; with --write, writes docs/wire-fidelity.md."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from conformance.table import DOCUMENT, markdown, summary  # noqa: E402 # after the path is set

if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(markdown())
    sys.stdout.write(summary() + "\n")
