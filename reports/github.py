"""Tells GitHub Actions: an annotation at the line of each red spec, and the summary on the job's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reports.account import Account
from reports.story import story_of
from reports.verdict import Verdict

#: GitHub shows ten annotations of a step and drops the rest.
_MOST = 10


def is_github(environment: Mapping[str, str]) -> bool:
    return environment.get("GITHUB_ACTIONS") == "true"


def commands(accounts: Sequence[Account]) -> Iterator[str]:
    """Workflow commands, one a line: `::error file=…,line=…,title=…::…`; what is no verdict is a warning."""
    red = [each for each in accounts if each.spec.verdict.is_red]
    ordered = sorted(red, key=lambda each: -each.spec.verdict.severity)
    shown = ordered if len(ordered) <= _MOST else ordered[: _MOST - 1]
    yield from map(_annotation, shown)
    if len(ordered) > len(shown):
        yield f"::error title=Lockstep::{len(ordered) - len(shown)} more red specs: see the report"


def _annotation(account: Account) -> str:
    spec = account.spec
    level = "warning" if spec.verdict in (Verdict.UNKNOWN, Verdict.ENVIRONMENT) else "error"
    file, line = account.place
    fields = {"file": file, "line": line, "title": f"{spec.verdict}: {spec.name}"}
    said = ",".join(f"{key}={_property(str(value))}" for key, value in fields.items() if value is not None)
    return f"::{level} {said}::{_data(story_of(account))}"


def add_summary(summary: Path, environment: Mapping[str, str]) -> None:
    """Append the summary to the job's page, when there is one."""
    target = environment.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    with Path(target).open("ab") as page:
        page.write(summary.read_bytes())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
