"""Merges several runs, or the shards of one, into a run directory that is read like any other."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from reports.errors import ReportError
from reports.fields import Json
from reports.json_file import read_object
from reports.run_files import BY_CHECKERS, RUN_NAME, SPECS_NAME, VERSION, read_run, spec_slugs
from reports.run_model import Run, Spec

#: Written once and never changed: a second name costs nothing where a copy would cost megabytes.
_LINKED = {".png", ".zip", ".webm"}
_OURS = {RUN_NAME, SPECS_NAME, "report.html", "report.json", "junit.xml", "summary.md"}


def merge_runs(run_dirs: Sequence[Path], out: Path) -> Path:
    """Make `out` a run of all specs in `run_dirs`, with their evidence; an earlier merge is replaced.

    Raises ReportError when one of them is no run, or `out` holds anything but an earlier merge.
    """
    directories = list(dict.fromkeys(path.resolve() for path in run_dirs))
    out = out.resolve()
    if any(out == each or out in each.parents or each in out.parents for each in directories):
        raise ReportError(f"{out}: runs are merged into a directory of its own, apart from theirs")
    runs = [read_run(path) for path in directories]
    _clear(out)
    out.mkdir(parents=True, exist_ok=True)
    names = _names(runs)
    taken: set[str] = set()
    lines = []
    for run, name in zip(runs, names, strict=True):
        for spec in run.specs:
            slug = _free(spec.slug, taken)
            _bring(spec.directory, out / slug)
            lines.append(_line(spec, slug, spec.run or name))
    (out / SPECS_NAME).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    (out / RUN_NAME).write_text(json.dumps(_head(runs, names), indent=1), encoding="ascii")
    return out


def _clear(out: Path) -> None:
    """Take away what an earlier merge put here; anything else is somebody's."""
    if not out.exists() or not any(out.iterdir()):
        return
    head, _ = read_object(out / RUN_NAME)
    if head is None or "merged" not in head:
        raise ReportError(f"{out}: is not empty and no earlier merge: name another directory for the report")
    for slug in spec_slugs(out):
        shutil.rmtree(out / slug, ignore_errors=True)
    for name in _OURS:
        (out / name).unlink(missing_ok=True)


def _names(runs: Sequence[Run]) -> list[str]:
    """Each run's directory name; with its parent's where two shards share one."""
    plain = [run.directory.name for run in runs]
    return [
        name if plain.count(name) == 1 else f"{run.directory.parent.name}/{name}"
        for run, name in zip(runs, plain, strict=True)
    ]


def _free(slug: str, taken: set[str]) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def _bring(source: Path, target: Path) -> None:
    for folder, _, names in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            _bring_file(Path(folder, name), place / name)


def _bring_file(source: Path, target: Path) -> None:
    if source.is_symlink() or not source.is_file():
        return
    if source.suffix in _LINKED:
        try:
            os.link(source, target)
        except OSError:
            pass  # another file system, or one without links
        else:
            return
    shutil.copy2(source, target)


def _line(spec: Spec, slug: str, run: str) -> Json:
    line = {"nodeid": spec.nodeid, "slug": slug, "outcome": spec.verdict, "duration_s": spec.duration_s}
    by = BY_CHECKERS if spec.by_checkers_alone else None
    more = {"message": spec.message, "line": spec.line, "by": by, "run": run}
    return line | {key: value for key, value in more.items() if value is not None}


def _head(runs: Sequence[Run], names: Sequence[str]) -> Json:
    started = sorted(run.started for run in runs if run.started)
    ended = sorted(run.ended for run in runs if run.ended)
    targets = list(dict.fromkeys(run.target for run in runs if run.target))
    seeds = {run.seed for run in runs}
    problems = [
        f"{name}: {problem}" for run, name in zip(runs, names, strict=True) for problem in run.problems
    ]
    return {
        "lockstep_run": VERSION,
        "started": started[0] if started else None,
        # Of a run that did not come to its end, the problems tell.
        "ended": ended[-1] if ended else (started[-1] if started else ""),
        "target": ", ".join(targets) or None,
        "seed": seeds.pop() if len(seeds) == 1 else None,
        "argv": [],
        "workers": sum(run.workers or 0 for run in runs) or None,
        "merged": list(names),
        "problems": problems,
    }
