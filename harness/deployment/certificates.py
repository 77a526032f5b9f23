"""Has the certificates made by a process of its own: what makes them is no dependency of the harness."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from harness.deployment.places import ROOT
from harness.errors import DeploymentError


def make_certificates(directory: Path) -> None:
    """Write `ca.pem`, `server.pem` and `server.key`; raises DeploymentError."""
    command = [sys.executable, "-m", "deploy.certificates", str(directory.resolve())]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise DeploymentError(f"the certificates could not be made: {made.stderr.strip().splitlines()[-1]}")
