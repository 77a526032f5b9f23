"""Reads a spec's verdicts.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports import fields
from reports.errors import ReportError
from reports.fields import Json
from reports.journal_file import check_version
from reports.json_file import read_object
from reports.run_model import Chain, Finding, Judgement, Step
from reports.verdict import Verdict

NAME = "verdicts.json"
VERSION = 1


def read_judgement(directory: Path) -> tuple[Judgement | None, tuple[str, ...]]:
    """The verdicts in a spec's directory and what is wrong with them; None when there are none to read."""
    path = directory / NAME
    raw, problem = read_object(path)
    if raw is None:
        return None, (problem,) if problem else ()
    try:
        check_version(raw.get("lockstep_verdicts"), VERSION, path)
    except ReportError as error:
        return None, (str(error),)
    checkers, latency = fields.table(raw, "checkers"), fields.table(raw, "latency")
    verdicts = {name: _of_checker(checkers, name) for name in checkers}
    return Judgement(
        outcome=verdict_in(raw, "outcome"),
        spec_outcome=verdict_in(raw, "spec_outcome"),
        findings=tuple(_finding(each) for each in fields.tables(raw, "findings")),
        checkers={name: verdict for name, verdict in verdicts.items() if verdict is not None},
        latency={event: fields.tables(latency, event) for event in latency},
        why=_why(raw),
        judged=_counts(fields.table(raw, "judged")),
        notes=_notes(fields.table(raw, "notes")),
        chains=tuple(_chain(each) for each in fields.tables(raw, "chains")),
    ), ()


def verdict_in(raw: Mapping[str, Any], key: str) -> Verdict | None:
    """The verdict at `key`; a word that is none is `unknown`, so that it is seen."""
    word = fields.text(raw, key)
    if word is None:
        return None
    return Verdict(word) if word in set(Verdict) else Verdict.UNKNOWN


def _of_checker(checkers: Mapping[str, Any], name: str) -> Verdict | None:
    """A checker's verdict, given as a word or as an object that holds one."""
    return verdict_in(checkers, name) or verdict_in(fields.table(checkers, name), "verdict")


def _finding(raw: Mapping[str, Any]) -> Finding:
    return Finding(
        checker=fields.text(raw, "checker") or "unnamed checker",
        verdict=verdict_in(raw, "verdict") or Verdict.UNKNOWN,
        message=fields.text(raw, "message") or "no message",
        seqs=tuple(seq for seq in fields.items(raw, "seqs") if isinstance(seq, int)),
        entity=fields.text(raw, "entity"),
        client=fields.text(raw, "client"),
        expected=raw.get("expected") is True,
    )


def _why(raw: Mapping[str, Any]) -> dict[int, tuple[Step, ...]]:
    chains: dict[int, tuple[Step, ...]] = {}
    for each in fields.tables(raw, "why"):
        finding = fields.whole(each, "finding")
        steps = tuple(_step(step) for step in fields.tables(each, "steps"))
        if finding is not None and steps:
            chains[finding] = steps
    return chains


def _counts(raw: Json) -> dict[str, int]:
    counts = {name: fields.whole(raw, name) for name in raw}
    return {name: count for name, count in counts.items() if count is not None}


def _notes(raw: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(str(each) for each in fields.items(raw, name)) for name in raw}


def _chain(raw: Json) -> Chain:
    return Chain(
        event=fields.text(raw, "event") or "change",
        entity=fields.text(raw, "entity") or "",
        version=fields.whole(raw, "version"),
        steps=tuple(_step(each) for each in fields.tables(raw, "steps")),
    )


def _step(raw: Mapping[str, Any]) -> Step:
    return Step(
        t=fields.number(raw, "t") or 0.0,
        lane=fields.text(raw, "lane") or "",
        text=fields.text(raw, "text") or "",
        seq=fields.whole(raw, "seq"),
    )
