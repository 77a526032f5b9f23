"""The table of clauses and results: `docs/wire-fidelity.md`, and a short form for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from conformance.catalogue import CLAUSES, SECTIONS
from conformance.clause import Clause
from conformance.known_differences import KNOWN_DIFFERENCES, ON_PURPOSE
from conformance.servers import OFFICIAL

DOCUMENT = Path(__file__).parents[3] / "docs" / "wire-fidelity.md"

_INTRODUCTION = """\
# Wire fidelity

What the official server does, clause by clause, and whether the stub does the same. Every clause is one
function in `tests/conformance/`, run against the official server ({packages}, from npm, on loopback)
and against the stub with the same requests and expectations; the official server decides what is right.
A clause that a dead port would meet fails the suite, and so does a difference below that has gone.

{counts} Written by `.venv/bin/python -P tests/conformance/wire_fidelity.py --write`.
"""


def markdown() -> str:
    """The whole table."""
    package = json.loads((OFFICIAL / "package.json").read_text())["dependencies"]
    packages = ", ".join(f"{name} {version}" for name, version in sorted(package.items()))
    parts = [_INTRODUCTION.format(packages=packages, counts=_counts())]
    for section in SECTIONS:
        title = (section.__doc__ or "").strip().splitlines()[0].rstrip(".")
        rows = _rows(section.__name__.rpartition(".")[2])
        parts.append(
            "\n".join([f"## {title}", "", "| The official server | The stub |", "|---|---|", *rows, ""])
        )
    return "\n".join(parts)


def summary() -> str:
    """One line a section, and the differences."""
    lines = [f"wire fidelity: {_counts()}"]
    for section, clauses in groupby(CLAUSES, lambda clause: clause.section):
        found = list(clauses)
        same = sum(_difference(clause) is None for clause in found)
        lines.append(f"  {section:<12} {same:>3} of {len(found):>3} the same")
    lines += [f"  on purpose: {name}: {why}" for name, why in ON_PURPOSE.items()]
    lines += [f"  not yet:    {name}: {why}" for name, why in KNOWN_DIFFERENCES.items()]
    return "\n".join(lines)


def _counts() -> str:
    same = sum(_difference(clause) is None for clause in CLAUSES)
    return (
        f"{len(CLAUSES)} clauses: {same} the same, {len(ON_PURPOSE)} different on purpose, "
        f"{len(KNOWN_DIFFERENCES)} not yet the same."
    )


def _rows(section: str) -> Iterator[str]:
    """One row a clause; the transports of one clause share a row where they have one result."""
    clauses = [clause for clause in CLAUSES if clause.section == section]
    for _, group in groupby(clauses, lambda clause: (_base(clause), _difference(clause))):
        found = list(group)
        sentence = found[0].sentence
        if len(found) > 1:
            transports = [clause.name.partition("-")[2] for clause in found]
            sentence = sentence.removesuffix(f" ({transports[0]})") + f" ({', '.join(transports)})"
        yield f"| {sentence.replace('|', chr(92) + '|')} | {_difference(found[0]) or 'the same'} |"


def _base(clause: Clause) -> str:
    return clause.name.partition("-")[0]


def _difference(clause: Clause) -> str | None:
    if clause.id in ON_PURPOSE:
        return f"**differs on purpose**: {ON_PURPOSE[clause.id]}"
    return f"**not yet**: {KNOWN_DIFFERENCES[clause.id]}" if clause.id in KNOWN_DIFFERENCES else None
