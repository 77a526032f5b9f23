"""Lets the tests of the table import it: it is also a script, and so no package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
