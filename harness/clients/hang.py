"""A page that hangs is closed: Playwright's clock and `evaluate` would wait for it for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from greenlet import greenlet
from playwright.sync_api import Error

from harness.clients.client import Client
from harness.errors import SpecError


@contextmanager
def closed_if_it_hangs(client: Client, doing: str, *, after_s: float) -> Iterator[None]:
    """The block asks something of the client's page; when no answer has come by then, the page is closed.

    Raises SpecError in that case.
    """
    told = f"{client.name}'s page hangs: it has not finished {doing} within {after_s:g} s"
    hangs = False

    def close() -> None:
        with suppress(Error):
            client.abandon(told)

    def give_up() -> None:
        nonlocal hangs
        hangs = True
        # As Playwright runs its own event handlers: in there its calls may wait while the loop goes on.
        greenlet(close).switch()

    timer = asyncio.get_running_loop().call_later(after_s, give_up)
    try:
        yield
    except Error:
        if not hangs:
            raise
    finally:
        timer.cancel()
    if hangs:
        raise SpecError(f"{told}. It was closed; an endless loop in the app, or far too many timers?")
