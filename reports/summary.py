"""Writes summary.md: the run on one screen, for the page that a CI job shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.account import Account
from reports.places import shown_path
from reports.run_model import Run
from reports.story import story_of
from reports.totals import counts, duration_text, headline, run_duration_s
from reports.verdict import Verdict

NAME = "summary.md"
#: GitHub refuses a summary of more than one MiB.
_MOST_CHARS = 900_000
_MOST_RED = 50
_LONGEST_STORY = 6_000
_MARKS = {
    Verdict.FAILED: "❌",
    Verdict.ERROR: "❗",
    Verdict.UNKNOWN: "❔",
    Verdict.ENVIRONMENT: "🔌",
    Verdict.PASSED: "✅",
    Verdict.SKIPPED: "⏭",
}


def write_summary(run: Run, accounts: Sequence[Account], out: Path) -> Path:
    path = out / NAME
    text = "\n".join(_lines(run, accounts, out)) + "\n"
    path.write_bytes(text[:_MOST_CHARS].encode("utf-8", "replace"))
    return path


def _lines(run: Run, accounts: Sequence[Account], out: Path) -> Iterator[str]:
    counted = {verdict: count for verdict, count in counts(run).items() if count}
    yield f"## {headline(run)}"
    yield ""
    yield "| " + " | ".join([*(f"{_MARKS[verdict]} {verdict}" for verdict in counted), "took"]) + " |"
    yield "|" + "---:|" * (len(counted) + 1)
    took = duration_text(run_duration_s(run)) or ""
    yield "| " + " | ".join([*(str(count) for count in counted.values()), took]) + " |"
    yield ""
    yield _world(run, out)
    yield from (f"\n> {as_text(problem)}" for problem in run.problems)
    red = sorted(
        (each for each in accounts if each.spec.verdict.is_red), key=lambda each: -each.spec.verdict.severity
    )
    for account in red[:_MOST_RED]:
        yield from _red(account)
    if len(red) > _MOST_RED:
        yield f"\n… and {len(red) - _MOST_RED} more in the report."


def _world(run: Run, out: Path) -> str:
    known = [
        f"{name} {as_text(str(value))}"
        for name, value in (("target", run.target), ("seed", run.seed))
        if value
    ]
    return " · ".join([*known, f"report: {as_code(shown_path(out / 'report.html'))}"])


def _red(account: Account) -> Iterator[str]:
    spec = account.spec
    file, line = account.place
    where = f"{file}:{line}" if line else file
    yield ""
    yield f"### {_MARKS[spec.verdict]} {as_text(spec.name)}"
    yield ""
    yield f"{as_code(where)}" + (f" · {as_text(spec.headline)}" if spec.headline else "")
    yield ""
    story = story_of(account)[:_LONGEST_STORY]
    fence = "`" * max(3, 1 + max((len(each) for each in re.findall("`+", story)), default=0))
    yield f"{fence}text\n{story}\n{fence}"


def as_text(text: str) -> str:
    """Text of the run as text: no markup, no links, no table cells, one line."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~&@-])", r"\\\1", " ".join(text.split()))


def as_code(text: str) -> str:
    """Text of the run as inline code, whatever it holds."""
    fence = "`" * (1 + max((len(each) for each in re.findall("`+", text)), default=0))
    inner = " ".join(text.split())
    return f"{fence} {inner} {fence}" if "`" in inner else f"{fence}{inner}{fence}"
