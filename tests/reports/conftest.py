"""A browser for the report; the makers of synthetic runs, where the tests of this folder can import them."""

from __future__ import annotations

import sys
from pathlib import Path

# Not pytest-playwright's, which stays for the whole session and lets no other Playwright begin in it.
from tests.harness.conftest import browsers, chromium, driver

__all__ = ["browsers", "chromium", "driver"]

sys.path.insert(0, str(Path(__file__).parent))
