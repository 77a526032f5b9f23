"""Reads a run directory: what was run, what became of each spec, and which files each has left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reports import fields, journal_file, verdict_file
from reports.errors import ReportError
from reports.fields import Json
from reports.json_file import read_lines, read_object
from reports.run_model import Evidence, Judgement, Run, Spec
from reports.verdict import Verdict, combined

RUN_NAME = "run.json"
SPECS_NAME = "specs.jsonl"
#: `by` in a spec's line: nothing failed but what its checkers said.
BY_CHECKERS = "checkers"
VERSION = 1
_VERSION_KEY = "lockstep_run"
_NOT_EVIDENCE = {journal_file.NAME, verdict_file.NAME, "timeline.js"}


def read_run(directory: Path) -> Run:
    """The run in `directory`. What is missing or cut off becomes a problem of the run or of one spec.

    Raises ReportError when this is no run at all, or one of another version of the format.
    """
    # `latest` will point elsewhere tomorrow: what is written down is where it points today.
    directory = directory.resolve()
    if not directory.is_dir():
        raise ReportError(f"{directory}: no such directory")
    raw, problem = read_head(directory)
    problems = [problem] if problem else []
    if raw is None and not problem:
        problems.append(f"{RUN_NAME} is missing: target, seed and times are not known")
    lines, line_problems = _spec_lines(directory, raw or {})
    problems += line_problems
    specs = _specs(directory, lines)
    if raw is None and not specs:
        raise ReportError(f"{directory}: not a run of Lockstep: it has no {RUN_NAME} and no spec's folder")
    return _run(directory, raw, specs, problems)


def read_head(directory: Path) -> tuple[Json | None, str | None]:
    """What run.json says and what is wrong with it; raises ReportError when it is of another version."""
    raw, problem = read_object(directory / RUN_NAME)
    if raw is not None:
        journal_file.check_version(raw.get(_VERSION_KEY), VERSION, directory / RUN_NAME)
    return raw, problem


def _run(directory: Path, raw: Json | None, specs: tuple[Spec, ...], problems: list[str]) -> Run:
    source = raw or {}
    ended = fields.text(source, "ended")
    problems += [str(each) for each in fields.items(source, "problems")]
    if raw is not None and ended is None:
        problems.append("the run did not come to its end: specs after the last one listed are not known")
    return Run(
        directory=directory,
        started=fields.text(source, "started"),
        ended=ended,
        target=fields.text(source, "target"),
        seed=fields.whole(source, "seed"),
        argv=tuple(str(each) for each in fields.items(source, "argv")),
        workers=fields.whole(source, "workers"),
        specs=specs,
        problems=tuple(problems),
        merged=tuple(str(each) for each in fields.items(source, "merged")),
    )


def _spec_lines(directory: Path, raw: Json) -> tuple[list[Json], list[str]]:
    try:
        lines, problems = read_lines(directory / SPECS_NAME)
    except FileNotFoundError:
        listed = fields.tables(raw, "specs")
        return list(listed), [] if listed else [
            f"{SPECS_NAME} is missing: the specs are those that left a folder"
        ]
    return [line.value for line in lines], problems


def spec_slugs(directory: Path) -> set[str]:
    """The folders of the specs that a run directory lists."""
    lines, _ = _spec_lines(directory, {})
    return {slug for slug in (fields.text(line, "slug") or "" for line in lines) if _is_plain(slug)}


def _specs(directory: Path, lines: Iterable[Json]) -> tuple[Spec, ...]:
    """Every spec listed, the last word on each counting, then those that left a folder but never ended."""
    by_slug: dict[str, Json] = {}
    for line in lines:
        by_slug[_slug_in(line)] = line
    specs = [_listed(directory, slug, line) for slug, line in by_slug.items()]
    for folder in sorted(each for each in directory.iterdir() if each.is_dir()):
        if folder.name not in by_slug and (folder / journal_file.NAME).is_file():
            specs.append(_unfinished(folder))
    return tuple(specs)


def read_spec(directory: Path, line: Json) -> Spec:
    """One spec of the run in `directory`, of its line in specs.jsonl and of what it left in its folder."""
    return _listed(directory, _slug_in(line), line)


def _slug_in(line: Json) -> str:
    slug = fields.text(line, "slug") or ""
    return slug if _is_plain(slug) else _slug_of(fields.text(line, "nodeid") or "a spec without a name")


def _is_plain(slug: str) -> bool:
    """Whether a slug is one folder name: a run's files never point outside of the run."""
    return bool(slug) and slug not in {".", ".."} and not re.search(r"[/\\\x00]", slug)


def _slug_of(nodeid: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", nodeid).strip("-.")[:120] or "spec"


def _listed(directory: Path, slug: str, line: Json) -> Spec:
    folder = directory / slug
    judgement, problems = verdict_file.read_judgement(folder)
    header, journal_problems = journal_file.peek(folder)
    reported = verdict_file.verdict_in(line, "outcome")
    judged = judgement.outcome if judgement else None
    if judgement is None and header is not None and reported is Verdict.PASSED:
        judged = Verdict.UNKNOWN
        problems = problems or (f"{verdict_file.NAME} is missing: this spec was not judged",)
    own = judgement.spec_outcome if judgement else None
    by_checkers_alone = fields.text(line, "by") == BY_CHECKERS
    return Spec(
        nodeid=fields.text(line, "nodeid") or slug,
        slug=slug,
        directory=folder,
        verdict=combined(reported=reported, judged=judged, own=own, by_checkers_alone=by_checkers_alone),
        duration_s=fields.number(line, "duration_s") or 0.0,
        message=fields.text(line, "message"),
        line=fields.whole(line, "line"),
        run=fields.text(line, "run"),
        by_checkers_alone=by_checkers_alone,
        judgement=judgement or Judgement(),
        evidence=_evidence(folder),
        header=header or {},
        problems=problems + journal_problems,
    )


def _unfinished(folder: Path) -> Spec:
    judgement, problems = verdict_file.read_judgement(folder)
    header, journal_problems = journal_file.peek(folder)
    return Spec(
        nodeid=fields.text(header or {}, "spec") or folder.name,
        slug=folder.name,
        directory=folder,
        verdict=combined(reported=Verdict.UNKNOWN, judged=judgement.outcome if judgement else None, own=None),
        duration_s=0.0,
        message="the run ended before this spec did",
        line=None,
        judgement=judgement or Judgement(),
        evidence=_evidence(folder),
        header=header or {},
        problems=problems + journal_problems,
    )


def _evidence(folder: Path) -> Evidence:
    files = sorted(each for each in folder.iterdir() if each.is_file()) if folder.is_dir() else []
    traces = [each for each in files if each.suffix == ".zip" and each.stem.startswith("trace-")]
    screenshots = [each for each in files if each.suffix == ".png"]
    known = {*traces, *screenshots}
    return Evidence(
        screenshots=tuple(screenshots),
        traces={each.stem.removeprefix("trace-"): each for each in traces},
        others=tuple(each for each in files if each not in known and each.name not in _NOT_EVIDENCE),
    )
