"""The plain text of a red spec: each finding with its history, what the runner said, where to look on."""

from __future__ import annotations

from collections.abc import Iterator

from reports import fields
from reports.account import Account, Explained
from reports.places import quoted
from reports.wording import clock_text


def story_of(account: Account) -> str:
    """Several lines, ready for a terminal, a CI server or a text box."""
    return "\n".join(_lines(account))


def history_of(explained: Explained) -> list[str]:
    """A finding's steps: `+1.213s  bob     receives task:status_changed t7 v4`."""
    wide = max((len(step.lane) for step in explained.steps), default=0)
    return [f"{clock_text(step.t)}  {step.lane:<{wide}}  {step.text}" for step in explained.steps]


def _lines(account: Account) -> Iterator[str]:
    spec = account.spec
    for each in account.red_findings:
        yield f"{each.finding.checker}: {each.finding.message}{_unless_failed(each)}"
        yield from (f"  {line}" for line in history_of(each))
    if account.runner_message:
        yield account.runner_message
    yield from account.problems
    world = [f"{name} {spec.header[name]}" for name in ("scenario", "seed", "target") if name in spec.header]
    if world:
        yield f"({', '.join(world)})"
    if fields.text(spec.header, "spec"):
        yield f"judge it again: lockstep check {quoted(spec.directory)}"


def _unless_failed(each: Explained) -> str:
    return "" if each.finding.verdict == "failed" else f" ({each.finding.verdict})"
