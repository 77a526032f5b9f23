"""Whom a fault is for: checks the clients that a spec names."""

from __future__ import annotations

from collections.abc import Sequence

from harness.clients.client import Client
from harness.errors import UsageError
from harness.faults.parameters import several
from harness.faults.words import Clients


def named(fault: str, clients: Clients | None, everybody: Sequence[Client]) -> list[Client]:
    """Those of `everybody` on the stage whom it is for: of None all whose page is open.

    Raises UsageError for what is no client, another stage's, or closed.
    """
    if clients is None:
        mine = [client for client in everybody if not client.page.is_closed()]
        if not mine:
            raise UsageError(f"{fault}: there is no client yet: open one with stage.client")
        return mine
    given = several(clients)
    if not given:
        raise UsageError(f"{fault}: the list of clients is empty: leave it out for everybody")
    for client in given:
        _check(fault, client, everybody)
    return list(dict.fromkeys(given))


def _check(fault: str, client: object, everybody: Sequence[Client]) -> None:
    if isinstance(client, str):
        raise UsageError(
            f"{fault}: {client!r} is a name: give the client that stage.client({client!r}) returned"
        )
    if not isinstance(client, Client):
        raise UsageError(f"{fault}: {client!r} is no client: pass what stage.client returned")
    if not any(client is one for one in everybody):
        here = ", ".join(one.name for one in everybody) or "nobody"
        raise UsageError(f"{fault}: {client.name} is a client of another stage; on this one is {here}")
    if client.page.is_closed():
        raise UsageError(f"{fault}: the page of {client.name} is closed: nothing can be done to it")
