"""Where a deployment's files are: those of the project, and those of one state directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harness.errors import DeploymentError

ROOT = Path(__file__).resolve().parents[2]
DEPLOY_DIR = ROOT / "deploy"
FRONTEND_DIR = ROOT / "mock_server" / "webui" / "dist"
DEFAULT_STATE_DIR = ROOT / ".lockstep" / "deploy"
RENDERED_DIR = DEPLOY_DIR / "rendered"


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one deployment, all below its state directory."""

    state_dir: Path

    @property
    def state(self) -> Path:
        return self.state_dir / "state.json"

    @property
    def lock(self) -> Path:
        return self.state_dir / "lock"

    @property
    def tls(self) -> Path:
        return self.state_dir / "tls"

    @property
    def ca(self) -> Path:
        return self.tls / "ca.pem"

    @property
    def redis(self) -> Path:
        """Redis' configuration, and its data while the deployment is up."""
        return self.state_dir / "redis"

    @property
    def nginx(self) -> Path:
        return self.state_dir / "nginx"

    def log(self, name: str) -> Path:
        return self.state_dir / f"{name}.log"


def check_checkout() -> None:
    """Raise DeploymentError where the project's own files are not there: in an installed package."""
    if not (DEPLOY_DIR / "gateway").is_dir():
        raise DeploymentError(
            "the deployment's files are not part of the installed package: use a checkout of Lockstep"
        )
    if not (FRONTEND_DIR / "index.html").is_file():
        raise DeploymentError("the reference frontend is not built: run scripts/setup")


def write_for_the_owner(path: Path, text: str) -> None:
    """Write a file that nobody but its owner can read, in one step in place of what was there."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with open(fresh, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    fresh.replace(path)
