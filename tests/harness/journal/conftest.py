"""Lets the tests of this folder use the maker of histories of the checkers' tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "checkers"))
