"""The connection badge: Live, Polling or Mock Data."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from harness import Budgets

_SHOWN_LOG = """
(() => {
  const seen = (window.__badgeLog = []);
  const look = () => {
    const text = document.querySelector('[data-testid="connection-status"]')?.textContent?.trim();
    if (text && seen.at(-1) !== text) seen.push(text);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
})();
"""


class Badge:
    """One element with role `status`, named "Connection status"."""

    def __init__(self, page: Page, owner: str, budgets: Budgets) -> None:
        self._page = page
        self._owner = owner
        self._budgets = budgets
        self.element = page.get_by_role("status", name="Connection status")

    def expect(self, text: str, *, timeout_ms: int | None = None) -> None:
        """Until the badge says `text`; the default deadline is far above the app's own budget."""
        expect(self.element, f"{self._owner}'s badge").to_have_text(text, timeout=timeout_ms)

    def expect_transport(self, transport: str) -> None:
        expect(self.element, f"{self._owner}'s badge title").to_have_attribute("title", _contains(transport))

    def expect_one(self) -> None:
        expect(self.element).to_have_count(1)

    def text(self) -> str:
        return self.element.inner_text()

    def record(self) -> None:
        """Note every text the badge shows from the next page load on; read them with `shown`."""
        self._page.add_init_script(_SHOWN_LOG)

    def shown(self) -> list[str]:
        """The texts shown since the page load, each once per change."""
        texts: list[str] = self._page.evaluate("window.__badgeLog")
        return texts


def _contains(word: str) -> object:
    import re

    return re.compile(re.escape(word), re.IGNORECASE)
