"""Which engine a browser is of, for what only some engines do."""

from __future__ import annotations

from playwright.sync_api import BrowserContext


def engine_of(context: BrowserContext) -> str:
    """Its name as Playwright has it, like "chromium"; "unknown" where it does not tell."""
    return context.browser.browser_type.name if context.browser else "unknown"
