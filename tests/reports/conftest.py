"""Puts the makers of synthetic runs where the tests of this folder can import them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
