"""Every clause, asked of the official server, which is always right, and of the stub."""

import socket

import aiohttp
import pytest
from conformance.catalogue import CLAUSES
from conformance.clause import Clause
from conformance.judging import KNOWN_DEADLINE_S, judge, judge_dead_port
from conformance.known_differences import misspelt, reason
from conformance.servers import Address

each_clause = pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)


@each_clause
async def test_official_server(clause: Clause, official: Address) -> None:
    await judge(clause, official)


@each_clause
async def test_stub(clause: Clause, stub: Address) -> None:
    why = reason(clause.id)
    if why is None:
        await judge(clause, stub)
        return
    try:
        await judge(clause, stub, KNOWN_DEADLINE_S)
    except Exception:
        pytest.xfail(why)
    pytest.fail(f"the stub meets {clause.id} now: take it out of known_differences.py ({why})")


@pytest.fixture(scope="module")
def dead_url() -> str:
    """An address where nobody listens: a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@each_clause
async def test_dead_port_meets_no_clause(clause: Clause, dead_url: str) -> None:
    with pytest.raises((aiohttp.ClientError, OSError, AssertionError)):
        await judge_dead_port(clause, dead_url)


def test_known_differences_name_clauses() -> None:
    assert misspelt() == []


def test_every_clause_has_a_sentence_and_a_name_of_its_own() -> None:
    assert [clause.id for clause in CLAUSES if not clause.sentence] == []
    assert len({clause.id for clause in CLAUSES}) == len(CLAUSES)
