"""The table of a contract: each rule, and the specs and checkers that hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.contract.rules import Contract, Rule

_INTRODUCTION = """\
# What holds the contract

Each rule that a target is held to (`fixtures/contract.yaml`), the specs that hold it, and where there are
such the checkers that hold it in every spec, whatever the spec asserts. A test fails when a rule has no spec.

{rules} rules, held by {specs} specs. {none}Written by `{command}`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One spec that holds rules: its file, its function and the variants it runs in (`websocket`)."""

    path: str
    name: str
    variants: tuple[str, ...] = ()


def coverage_table(contract: Contract, held: Mapping[str, Sequence[Holder]], *, command: str) -> str:
    """The table as Markdown. `held`: rule id -> its specs; `command` is what writes the table."""
    specs = {(holder.path, holder.name) for holders in held.values() for holder in holders}
    missing = [rule.id for rule in contract.rules() if not held.get(rule.id)]
    none = f"**{len(missing)} have none yet.** " if missing else ""
    parts = [_INTRODUCTION.format(rules=len(contract.ids()), specs=len(specs), none=none, command=command)]
    for group in contract.groups:
        rows = [_row(rule, held.get(rule.id, ())) for rule in group.rules]
        parts.append("\n".join([f"## {group.name}", "", "| Rule | Held by |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def _row(rule: Rule, holders: Collection[Holder]) -> str:
    cells = [*_specs(holders), *(f"in every spec: the checker `{name}`" for name in rule.checkers)]
    if not holders:
        cells.insert(0, "**no spec**")
    return f"| {_escaped(rule.rule)}<br>`{rule.id}` | {'<br>'.join(cells)} |"


def _specs(holders: Collection[Holder]) -> Iterator[str]:
    for holder in sorted(holders, key=lambda each: (each.path, each.name)):
        sentence = holder.name.removeprefix("test_").replace("_", " ")
        more = f" ({', '.join(holder.variants)})" if len(holder.variants) > 1 else ""
        yield f"[{_escaped(sentence)}](../{holder.path}){_escaped(more)}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
