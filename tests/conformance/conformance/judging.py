"""Runs one clause against one server, in a world of its own."""

from __future__ import annotations

import asyncio

from conformance.clause import Clause
from conformance.control import Control
from conformance.servers import Address
from conformance.wire import Wire, http_session

CLAUSE_DEADLINE_S = 30.0
#: A clause that is known to fail need not be waited for as long.
KNOWN_DEADLINE_S = 5.0


async def judge(clause: Clause, address: Address, deadline_s: float = CLAUSE_DEADLINE_S) -> None:
    """Return when the server meets the clause; raises what shows that it does not, with what was heard."""
    async with http_session() as http:
        control = Control(address.url, address.token, http)
        url = await control.reset(clause.document)
        await _ask(clause, Wire(url=url, control=control, http=http), deadline_s)


async def judge_dead_port(clause: Clause, url: str) -> None:
    """Ask the clause of an address where nobody listens; a good clause raises."""
    async with http_session() as http:
        control = Control(url, "", http)
        control.people = {"alice": {"token": "none"}}
        await _ask(clause, Wire(url=url, control=control, http=http), KNOWN_DEADLINE_S)


async def _ask(clause: Clause, wire: Wire, deadline_s: float) -> None:
    try:
        async with asyncio.timeout(deadline_s):
            await clause.check(wire)
    except Exception as error:
        for line in wire.heard[-6:]:
            error.add_note(line)
        raise
    finally:
        await wire.close()
