"""The table in docs/ is the one that the clauses and the known differences make."""

from conformance.catalogue import CLAUSES
from conformance.table import DOCUMENT, markdown, summary


def test_document_is_up_to_date() -> None:
    rewrite = ".venv/bin/python -P tests/conformance/wire_fidelity.py --write"
    assert DOCUMENT.read_text() == markdown(), f"run {rewrite}"


def test_every_clause_is_in_the_table() -> None:
    table = markdown()
    assert [c.id for c in CLAUSES if c.sentence.partition(" (")[0] not in table] == []


def test_summary_counts_every_clause() -> None:
    assert f"{len(CLAUSES)} clauses: " in summary()
