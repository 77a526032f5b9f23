"""Takes away old runs, so that a folder of runs stays within a number and a size."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from reports.run_files import RUN_NAME

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(-\d+)?")
_DOOMED = ".pruned-"
#: A run without an end that was touched this recently may be running next door.
_MAY_RUN_S = 24 * 3600


def prune_runs(runs_dir: Path, *, keep: int = 20, max_bytes: int = 2_000_000_000) -> list[Path]:
    """Remove the oldest runs until `keep` are left, of `max_bytes` together; returns those removed.

    Never the newest, never what `latest` points to, never one that may still be running, and nothing that
    does not look like a run of ours: a directory named by a stamp, with a run.json of Lockstep in it.
    """
    if not runs_dir.is_dir():
        return []
    for rest in runs_dir.glob(f"{_DOOMED}*"):
        shutil.rmtree(rest, ignore_errors=True)
    newest_first = sorted(_runs(runs_dir), key=_age_key, reverse=True)
    latest = (runs_dir / "latest").resolve()
    removed, kept, bytes_kept = [], 0, 0
    for place, run in enumerate(newest_first):
        size = _size_bytes(run)
        spared = place == 0 or run.resolve() == latest or _may_run(run)
        if spared or (kept < keep and bytes_kept + size <= max_bytes):
            kept, bytes_kept = kept + 1, bytes_kept + size
        elif _remove(run):
            removed.append(run)
    return removed


def _runs(runs_dir: Path) -> Iterator[Path]:
    for each in runs_dir.iterdir():
        if _STAMP.fullmatch(each.name) and each.is_dir() and not each.is_symlink() and _is_ours(each):
            yield each


def _is_ours(run: Path) -> bool:
    """By the key alone: the run.json of a run that crashed may be cut off."""
    try:
        return '"lockstep_run"' in (run / RUN_NAME).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _age_key(run: Path) -> tuple[str, int]:
    """Of several runs in one second (`…-2`, `…-10`) the higher number is the newer."""
    stamp, _, number = run.name.partition("T")
    parts = number.split("-")
    return f"{stamp}T{'-'.join(parts[:3])}", int(parts[3]) if len(parts) > 3 else 1


def _may_run(run: Path) -> bool:
    try:
        if json.loads((run / RUN_NAME).read_text(encoding="utf-8")).get("ended"):
            return False
    except (OSError, ValueError, AttributeError):
        pass  # cut off: its age tells
    return time.time() - max(each.stat().st_mtime for each in (run, run / RUN_NAME)) < _MAY_RUN_S


def _size_bytes(run: Path) -> int:
    return sum(each.lstat().st_size for each in run.rglob("*") if not each.is_dir())


def _remove(run: Path) -> bool:
    """Renamed first: a run half removed must never look like a run."""
    doomed = run.with_name(f"{_DOOMED}{run.name}")
    try:
        run.rename(doomed)
    except OSError:
        return False
    shutil.rmtree(doomed, ignore_errors=True)
    return True
