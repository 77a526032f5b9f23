"""Writes report.json: the same as the page, for programs; versioned."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from reports.account import Account, Explained
from reports.fields import Json
from reports.run_model import Run
from reports.totals import counts, headline, run_duration_s, run_latency
from reports.verdict import worst

NAME = "report.json"
VERSION = 1


def write_json(run: Run, accounts: Sequence[Account], out: Path) -> Path:
    """Paths in it are relative to `out`."""
    specs = [account.spec for account in accounts]
    document = {
        "lockstep_report": VERSION,
        "headline": headline(run),
        "verdict": worst(spec.verdict for spec in specs),
        "counts": counts(run),
        "run": _run(run),
        "latency": [each.figures() for each in run_latency(specs)],
        "specs": [_spec(account, out) for account in accounts],
    }
    path = out / NAME
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="ascii")
    return path


def _run(run: Run) -> Json:
    return {
        "name": run.directory.name,
        "merged": list(run.merged),
        "started": run.started,
        "ended": run.ended,
        "duration_s": run_duration_s(run),
        "target": run.target,
        "seed": run.seed,
        "workers": run.workers,
        "argv": list(run.argv),
        "problems": list(run.problems),
    }


def _spec(account: Account, out: Path) -> Json:
    spec = account.spec
    file, line = account.place

    def link(path: Path) -> str:
        return Path(os.path.relpath(path, out)).as_posix()

    return {
        "nodeid": spec.nodeid,
        "slug": spec.slug,
        "run": spec.run,
        "file": file,
        "line": line,
        "verdict": spec.verdict,
        "duration_s": spec.duration_s,
        "headline": spec.headline,
        "message": spec.message,
        "scenario": spec.header.get("scenario"),
        "seed": spec.header.get("seed"),
        "findings": [_finding(each) for each in account.findings],
        "checkers": spec.judgement.checkers,
        "problems": list(account.problems),
        "screenshots": [link(path) for path in spec.evidence.screenshots],
        "traces": {client: link(path) for client, path in spec.evidence.traces.items()},
        "files": [link(path) for path in spec.evidence.others],
    }


def _finding(explained: Explained) -> Json:
    finding = explained.finding
    return {
        "checker": finding.checker,
        "verdict": finding.verdict,
        "message": finding.message,
        "entity": finding.entity,
        "client": finding.client,
        "seqs": list(finding.seqs),
        "expected": finding.expected,
        "steps": [
            {"t": step.t, "lane": step.lane, "text": step.text, "seq": step.seq} for step in explained.steps
        ],
    }
