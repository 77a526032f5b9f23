"""Gives a frontend that is not the stub's own the settings of the scenario, where it asks for them."""

from __future__ import annotations

import json

from playwright.sync_api import BrowserContext

from harness.scenario import FrontendSettings

#: In the page and not by a route, which would send every request of the page through the driver.
_ANSWER = """(([path, body]) => {
  const native = window.fetch;
  window.fetch = function (input, init) {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin !== location.origin || url.pathname !== path) return native.call(this, input, init);
    const headers = { "Content-Type": "application/json" };
    return Promise.resolve(new Response(body, { status: 200, headers }));
  };
})"""


def serve_settings(
    context: BrowserContext, path: str, settings: FrontendSettings, *, gateway_url: str
) -> None:
    """Answer a `fetch` of `path` in every page of `context` with `settings`, and with where the server is."""
    body = json.dumps(settings.variables(gateway_url))
    context.add_init_script(f"{_ANSWER}({json.dumps([path, body])})")
