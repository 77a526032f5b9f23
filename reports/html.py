"""Writes report.html: one page that opens from disk, with each spec's timeline beside it."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.account import Account, Explained
from reports.fields import Json
from reports.run_model import Run
from reports.totals import counts, duration_text, headline, run_duration_s, run_latency
from reports.verdict import Verdict, worst
from reports.wording import clock_text

NAME = "report.html"
_MOST_RED_SHOWN = 12
_MOST_STEPS_SHOWN = 6
_TEMPLATES = Path(__file__).parent / "templates"
#: In this order: each file may use what those before it define.
_SCRIPTS = (
    "dom.js",
    "overview.js",
    "latency.js",
    "board.js",
    "layout.js",
    "diagram.js",
    "strip.js",
    "inspector.js",
    "timeline.js",
    "spec.js",
    "main.js",
)


def write_html(run: Run, accounts: Sequence[Account], out: Path) -> Path:
    """Write the page; the specs' own scripts are written apart, by `write_spec_page`."""
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    css, script = _stylesheet(), _script()
    latency = run_latency(account.spec for account in accounts)
    ordered = sorted(accounts, key=lambda each: -each.spec.verdict.severity)
    red = [account for account in ordered if account.spec.verdict.is_red]
    page = environment.get_template("report.html.j2").render(
        title=f"{headline(run)} · Lockstep",
        # Nothing that comes from the run can know it, so nothing that comes from the run is ever a script.
        nonce=hashlib.sha256((css + script).encode()).hexdigest()[:24],
        css=Markup(css),
        script=Markup(script),
        run=_run(run),
        red=[_broken(account) for account in red[:_MOST_RED_SHOWN]],
        left_out=max(0, len(red) - _MOST_RED_SHOWN),
        specs=[_row(account) for account in ordered],
        latency=bool(latency),
        data={"latency": [each.as_json() for each in latency], "specs": [_link(each) for each in ordered]},
    )
    path = out / NAME
    # A lone surrogate in a payload is no reason to have no report.
    path.write_bytes(page.encode("utf-8", "replace"))
    return path


def _stylesheet() -> str:
    return "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "timeline.css"))


def _script() -> str:
    parts = [(_TEMPLATES / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def _run(run: Run) -> Json:
    facts = [
        ("Started", _moment(run.started)),
        ("Took", duration_text(run_duration_s(run))),
        ("Target", run.target),
        ("Seed", None if run.seed is None else str(run.seed)),
        ("Workers", None if run.workers is None else str(run.workers)),
        ("Merged from", ", ".join(run.merged)),
        ("Arguments", shlex.join(run.argv) or None),
    ]
    return {
        "name": run.directory.name,
        "headline": headline(run),
        "worst": worst(spec.verdict for spec in run.specs),
        "counts": [(verdict, count) for verdict, count in counts(run).items() if count],
        "facts": [(label, value) for label, value in facts if value],
        "problems": run.problems,
    }


def _moment(iso: str | None) -> str | None:
    try:
        return datetime.fromisoformat(iso).strftime("%a %d %b %Y, %H:%M:%S") if iso else None
    except ValueError:
        return iso


def anchor(slug: str) -> str:
    """The part of the page's address that opens a spec."""
    return quote(slug, safe="")


def _link(account: Account) -> Json:
    return {"slug": account.spec.slug, "verdict": account.spec.verdict, "name": account.spec.name}


def _row(account: Account) -> Json:
    spec = account.spec
    return {
        "verdict": spec.verdict,
        "anchor": anchor(spec.slug),
        "name": spec.name,
        "file": spec.file,
        "run": spec.run,
        "time": duration_text(spec.duration_s),
        "headline": spec.headline if spec.verdict is not Verdict.PASSED else None,
    }


def _broken(account: Account) -> Json:
    """What is said of a red spec before it is opened."""
    return {
        **_row(account),
        "findings": [_finding(each) for each in account.red_findings],
        "message": account.runner_message,
        "problems": account.problems,
    }


def _finding(explained: Explained) -> Json:
    return {
        "checker": explained.finding.checker,
        "message": explained.finding.message,
        "steps": list(_steps(explained)),
    }


def _steps(explained: Explained) -> Iterable[Json]:
    """The last steps of a chain: where it broke. Of mere evidence, the first."""
    few = explained.steps[-_MOST_STEPS_SHOWN:] if explained.is_chain else explained.steps[:_MOST_STEPS_SHOWN]
    for step in few:
        last = explained.is_chain and step is few[-1]
        yield {"clock": clock_text(step.t), "lane": step.lane, "text": step.text, "last": last}
