"""Who can sign in at a deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.deployment.places import DEPLOY_DIR
from harness.errors import DeploymentError


def people_of(variables: Mapping[str, str]) -> list[str]:
    """Return the names in the people file that the nodes are to read; raises DeploymentError."""
    path = Path(variables.get("PEOPLE_FILE", DEPLOY_DIR / "gateway" / "people.json"))
    try:
        return sorted(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DeploymentError(f"{path}: cannot be read as a file of people: {error}") from None
