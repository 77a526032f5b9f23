"""`lockstep init`: looks at an app that nobody has described, and writes a target, a lens and first specs."""

from harness.init.explore import explore
from harness.init.findings import Findings
from harness.init.watched import watched
from harness.init.written import files

__all__ = ["Findings", "explore", "files", "watched"]
