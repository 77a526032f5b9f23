"""Everything that the page of one spec shows, as plain data; written beside the report as a script."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports import fields
from reports.account import Account, Explained, account_of
from reports.boards import columns
from reports.errors import ReportError
from reports.fields import Json
from reports.journal_file import Entry, Journal, read_journal
from reports.latency import distribution
from reports.places import quoted
from reports.run_model import Chain, Run, Spec, Step
from reports.timeline import timeline

NAME = "timeline.js"
_VERSION = 1
_MOST_ENTRIES = 20_000
_LONGEST_ENTRY = 64_000
_LONGEST_VALUE = 1000


def write_spec_page(spec: Spec, run: Run, out: Path) -> Account:
    """Write `<slug>/timeline.js` below `out`; a script, because a page opened from disk may not fetch data.

    The data is a string for JSON.parse: as a literal, a key named `__proto__` would be more than a key.
    """
    account, document = spec_page(spec, run, out)
    path = out / spec.slug / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(json.dumps(document, allow_nan=False, separators=(",", ":")))
    path.write_text(f"LockstepSpec({json.dumps(spec.slug)},{content})\n", encoding="ascii")
    return account


def spec_page(spec: Spec, run: Run, out: Path) -> tuple[Account, Json]:
    """What there is to say about a spec, and the document of its page; paths are relative to `out`."""
    journal, problems = _journal(spec)
    shown = journal.entries[:_MOST_ENTRIES]
    if len(shown) < len(journal.entries):
        problems.append(
            f"{len(journal.entries):,} entries, of which the first {_MOST_ENTRIES:,} are shown here"
        )
    account = account_of(spec, shown, problems)
    entries, cards = _entries(shown)
    return account, {
        "lockstep_timeline": _VERSION,
        "spec": _head(account, run),
        "findings": [_finding(each) for each in account.findings],
        "checkers": [_checker(spec, name) for name in spec.judgement.checkers],
        "chains": [_chain(each) for each in spec.judgement.chains],
        "latency": _latency(spec),
        "files": _files(spec, out),
        "commands": _commands(spec),
        "timeline": timeline(Journal(header=journal.header, entries=shown)),
        "entries": entries,
        "cards": cards,
    }


def _journal(spec: Spec) -> tuple[Journal, list[str]]:
    """The journal to show, and all that could not be read: what was known before, or in more detail now."""
    try:
        journal = read_journal(spec.directory)
    except ReportError as error:
        return Journal(), list(dict.fromkeys([*spec.problems, str(error)]))
    if journal is None:
        return Journal(), list(spec.problems)
    quick = [each for each in spec.problems if not each.startswith("journal.jsonl")]
    return journal, [*quick, *journal.problems]


def _head(account: Account, run: Run) -> Json:
    spec, header = account.spec, account.spec.header
    return {
        "nodeid": spec.nodeid,
        "file": spec.file,
        "name": spec.name,
        "slug": spec.slug,
        "verdict": spec.verdict,
        "duration_s": spec.duration_s,
        "message": account.runner_message,
        "scenario": fields.text(header, "scenario"),
        "seed": header.get("seed", run.seed),
        "target": fields.text(header, "target") or run.target,
        "started": fields.text(header, "started") or run.started,
        "contract": fields.table(header, "contract"),
        "budgets": fields.table(header, "budgets"),
        "problems": list(account.problems),
        "run": spec.run,
    }


def _finding(explained: Explained) -> Json:
    finding = explained.finding
    return {
        "checker": finding.checker,
        "verdict": finding.verdict,
        "message": finding.message,
        "seqs": list(finding.seqs),
        "entity": finding.entity,
        "client": finding.client,
        "expected": finding.expected,
        "is_chain": explained.is_chain,
        "steps": [_step(step) for step in explained.steps],
    }


def _step(step: Step) -> Json:
    return {"t": step.t, "lane": step.lane, "text": step.text, "seq": step.seq}


def _chain(chain: Chain) -> Json:
    version = "" if chain.version is None else f" v{chain.version}"
    return {"name": f"{chain.event} {chain.entity}{version}", "steps": [_step(step) for step in chain.steps]}


def _checker(spec: Spec, name: str) -> Json:
    judgement = spec.judgement
    return {
        "name": name,
        "verdict": judgement.checkers[name],
        "judged": judgement.judged.get(name),
        "notes": list(judgement.notes.get(name, ())),
    }


def _latency(spec: Spec) -> list[Json]:
    budget_ms = fields.number(fields.table(spec.header, "budgets"), "update_latency_p95_ms")
    shown = []
    for event, samples in spec.judgement.latency.items():
        spread = distribution(event, samples, budget_ms=budget_ms)
        if spread is not None:
            shown.append(spread.as_json(samples[:2000]))
    return shown


# -- entries -----------------------------------------------------------------------------------------------


def _entries(entries: Sequence[Entry]) -> tuple[list[Json], list[Json]]:
    """Each entry as written, with its line; a board's cards are kept once and pointed at."""
    cards: list[Json] = []
    known: dict[str, int] = {}

    def place(card: Json) -> int:
        key = repr(card)
        if key not in known:
            known[key] = len(cards)
            cards.append(card)
        return known[key]

    shown = []
    for entry in entries:
        raw: dict[str, Any] = {**entry.raw, "line": entry.line}
        if entry.kind == "view":
            raw["columns"] = {name: [place(card) for card in column] for name, column in columns(raw).items()}
        shown.append(raw if entry.size <= _LONGEST_ENTRY else _within_reason(raw))
    return shown, cards


def _within_reason(raw: Json) -> Json:
    """A payload of a megabyte is a spec's business, not a page's: long values are cut, and say so."""
    short = {
        key for key, value in raw.items() if key == "columns" or len(json.dumps(value)) <= _LONGEST_VALUE
    }
    return {key: value if key in short else _cut(value) for key, value in raw.items()}


def _cut(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{text[:_LONGEST_VALUE]} … ({len(text):,} characters in all, see the journal)"


# -- files and commands ------------------------------------------------------------------------------------


def _files(spec: Spec, out: Path) -> Json:
    def link(path: Path) -> str:
        return Path(os.path.relpath(path, out)).as_posix()

    journal = [spec.directory / "journal.jsonl"] if spec.header else []
    return {
        "screenshots": [{"name": path.stem, "path": link(path)} for path in spec.evidence.screenshots],
        "traces": [
            {"client": client, "path": link(path), "command": f"playwright show-trace {quoted(path)}"}
            for client, path in spec.evidence.traces.items()
        ],
        "others": [{"name": path.name, "path": link(path)} for path in (*journal, *spec.evidence.others)],
    }


def _commands(spec: Spec) -> list[Json]:
    again = f"lockstep run {shlex.quote(spec.nodeid)}"
    seed = fields.whole(spec.header, "seed")
    if seed is not None:
        again += f" --scenario-seed {seed}"
    commands = [{"label": "Run it again", "text": again}]
    if spec.header:
        commands.append({"label": "Judge it again", "text": f"lockstep check {quoted(spec.directory)}"})
    return commands
