"""Every bug of the catalogue is caught by a spec, and the table of them in docs/ is up to date."""

from __future__ import annotations

from difflib import get_close_matches

from bugs_table import DOCUMENT, ROOT, WRITE, bugs, catches, markdown

from harness.checkers import CHECKERS


def test_every_bug_is_caught_by_a_spec() -> None:
    caught = {each.bug for each in catches()}
    assert [bug for bug in bugs() if bug not in caught] == []


def test_every_mark_names_a_bug() -> None:
    known = list(bugs())
    wrong = [
        f"{each.path}:{each.line}: no bug {each.bug!r}; near it: {get_close_matches(each.bug, known, n=1)}"
        for each in catches()
        if each.bug not in known
    ]
    assert wrong == []


def test_every_bug_names_checkers_that_there_are() -> None:
    named = {name for about in bugs().values() for name in about.get("checkers", [])}
    assert named - set(CHECKERS) == set()


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown(), f"run {WRITE}"


def test_every_spec_of_the_table_is_there() -> None:
    assert [each.path for each in catches() if not (ROOT / each.path).is_file()] == []
    assert len(catches()) > len(bugs())
