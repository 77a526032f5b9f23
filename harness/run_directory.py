"""A run is a directory: `runs/<stamp>/`, one folder below it for each spec that left something to look at."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from harness.errors import UsageError

#: The newest run, as a person names it from the project's folder.
LATEST = Path("runs", "latest")
_LONGEST_NAME = 120


def create_run(runs_dir: Path, *, now: datetime | None = None) -> Path:
    """Make a new run directory below `runs_dir`. Raises UsageError where none can be made."""
    stamp = (now or datetime.now()).strftime("%Y-%m-%dT%H-%M-%S")
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            run = runs_dir / (stamp if attempt == 1 else f"{stamp}-{attempt}")
            with suppress(FileExistsError):
                run.mkdir()
                return run
    except OSError as error:
        raise UsageError(f"no run can be kept in {runs_dir}: {error.strerror or error}") from error
    raise UsageError(f"no run can be kept in {runs_dir}: it has a thousand of this second")


def point_latest(run: Path) -> None:
    """Point `runs/latest` at `run`: swapped in one step, so that nobody ever finds it missing."""
    fresh = run.with_name(f".latest-{run.name}")
    fresh.symlink_to(run.name)
    fresh.replace(run.with_name("latest"))


def drop_if_empty(run: Path) -> None:
    """Take away a run's directory that was made for workers of which none needed it."""
    with suppress(OSError):
        run.rmdir()


def spec_directory(run: Path, nodeid: str) -> Path:
    """Where the spec `nodeid` leaves its files; made when the first of them is written."""
    path, _, name = nodeid.partition("::")
    words = f"{Path(path).with_suffix('').as_posix()}--{name}".removeprefix("specs/")
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", words).strip("-")
    if len(slug) > _LONGEST_NAME:
        slug = f"{slug[:_LONGEST_NAME]}-{hashlib.sha256(nodeid.encode()).hexdigest()[:8]}"
    return run / slug
