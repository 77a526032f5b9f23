"""Tells what a drag needs and the page has not, in the words of who asked for it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, TimeoutError

from harness.errors import DragError

#: Playwright tells how a locator was written only where it waited for one in vain.
_WAITED_FOR = re.compile(
    r"Timeout (?P<ms>\d+)ms exceeded.*?waiting for (?P<what>[^\n]*?)(\.first)?$", re.S | re.M
)


def wait_present(wanted: Locator) -> None:
    """Until the page has `wanted`, for as long as it waits for anything. Raises DragError when it has not."""
    try:
        wanted.first.wait_for(state="attached")
    except TimeoutError as error:
        raise absent(wanted, error) from None


def absent(wanted: Locator, error: TimeoutError) -> DragError:
    """What to raise for a `wanted` that Playwright has waited for in vain."""
    found = _WAITED_FOR.search(str(error))
    what, waited = (found["what"], f" (waited {found['ms']} ms)") if found else (wanted, "")
    return DragError(f"could not drag: the page has no {what}{waited}.")
