"""The stub's errors: how problems read, and what a refused call answers."""

import pytest

from mock_server.errors import HTTP_STATUS, CallError, DocumentError, ErrorCode, Problem


def test_a_problem_reads_as_place_what_and_nearest_word() -> None:
    problem = Problem(file="x.yaml", line=14, path="rules[0].on", message="unknown event 'a'", suggestion="b")
    assert str(problem) == "x.yaml:14: rules[0].on: unknown event 'a'. Did you mean 'b'?"


def test_a_document_error_has_a_line_for_each_problem() -> None:
    one = Problem(file="x.yaml", line=1, path="", message="one")
    two = Problem(file="document", line=None, path="a", message="two")
    assert str(DocumentError([one, two])) == "x.yaml:1: one\ndocument: a: two"


def test_every_code_has_a_status() -> None:
    assert set(HTTP_STATUS) == set(ErrorCode)


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (CallError(ErrorCode.CONFLICT, "stale"), 409, {"code": "CONFLICT", "message": "stale"}),
        (CallError("ODD", "x", details=[]), 500, {"code": "ODD", "message": "x", "details": []}),
        (CallError("ODD", "x", status=418), 418, {"code": "ODD", "message": "x"}),
    ],
)
def test_a_refused_call_knows_its_status_and_body(
    error: CallError, status: int, body: dict[str, object]
) -> None:
    assert (error.status, error.body()) == (status, body)
