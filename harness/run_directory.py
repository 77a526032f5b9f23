"""A run is a directory: `runs/<stamp>/`, one folder below it for each spec that left something to look at."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from pathlib import Path

_LONGEST_NAME = 120


def create_run(runs_dir: Path, *, now: datetime | None = None) -> Path:
    """Make a new run directory below `runs_dir` and point `runs/latest` at it."""
    stamp = (now or datetime.now()).strftime("%Y-%m-%dT%H-%M-%S")
    runs_dir.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, 1000):
        run = runs_dir / (stamp if attempt == 1 else f"{stamp}-{attempt}")
        try:
            run.mkdir()
        except FileExistsError:
            continue
        _point_latest(runs_dir, run)
        return run
    raise FileExistsError(f"a thousand runs in one second below {runs_dir}")


def _point_latest(runs_dir: Path, run: Path) -> None:
    """Swap the link in one step, so that nobody ever finds it missing."""
    fresh = runs_dir / f".latest-{run.name}"
    fresh.symlink_to(run.name)
    fresh.replace(runs_dir / "latest")


def spec_directory(run: Path, nodeid: str) -> Path:
    """Where the spec `nodeid` leaves its files; made when the first of them is written."""
    path, _, name = nodeid.partition("::")
    words = f"{Path(path).with_suffix('').as_posix()}--{name}".removeprefix("specs/")
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", words).strip("-")
    if len(slug) > _LONGEST_NAME:
        slug = f"{slug[:_LONGEST_NAME]}-{hashlib.sha256(nodeid.encode()).hexdigest()[:8]}"
    return run / slug
