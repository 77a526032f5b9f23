"""Reads the rules of a contract (`fixtures/contract.yaml`), each with an id that specs name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from harness.errors import ContractError
from harness.scenario import DocumentError, Located, Problem, in_order, parse, read_yaml

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """One sentence that a target keeps or breaks."""

    #: Never changed once specs name it: `badge.live-only-when-joined`.
    id: Text
    rule: Text
    #: Checkers that hold it in every spec, whatever the spec asserts.
    checkers: tuple[Text, ...] = ()


class Group(_Part):
    """Rules about one matter."""

    name: Text
    rules: tuple[Rule, ...]


class Contract(_Part):
    """All rules, in the order of the contract."""

    groups: tuple[Group, ...]

    def rules(self) -> Iterator[Rule]:
        for group in self.groups:
            yield from group.rules

    def ids(self) -> list[str]:
        return [rule.id for rule in self.rules()]


def load_contract(path: Path, *, checkers: Collection[str]) -> Contract:
    """Read the rules; `checkers` are the names there are of them.

    Raises ContractError with every problem of the file: line, path and the nearest right word.
    """
    try:
        written = read_yaml(path)
        contract, problems = parse(Contract, written)
        problems = in_order([*problems, *_misnamed(written, checkers)])
        if contract is None or problems:
            raise DocumentError(problems)
    except DocumentError as error:
        raise ContractError(str(error)) from error
    return contract


def _misnamed(written: Located, checkers: Collection[str]) -> Iterator[Problem]:
    """Ids that are written twice or say no group, checkers that there are none of."""
    first: dict[str, Located] = {}
    for rule in (rule for group in written.get("groups").each() for rule in group.get("rules").each()):
        rule_id = rule.get("id")
        text = rule_id.text()
        if text is not None:
            subject, _, rest = text.partition(".")
            if not subject or not rest or text.lower() != text or " " in text:
                message = f"'{text}' is no id: write 'subject.what-it-says', in small letters"
                yield rule_id.problem(message)
            if text in first:
                yield rule_id.problem(f"'{text}' is the id of the rule in line {first[text].line} already")
            first.setdefault(text, rule_id)
        for checker in rule.get("checkers").each():
            if checker.text() not in (None, *checkers):
                yield checker.unknown("checker", checkers)
