"""What Playwright types reaches apps that watch their fields, in stock Firefox too."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from harness.clients import stock_firefox

# As React does it: a value set through the element's own property is the app's, so its event is no news.
WATCHED = """<input id=field><textarea id=area></textarea><script>
  const heard = [];
  for (const field of document.querySelectorAll("#field, #area")) {
    const plain = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
    let known = "";
    Object.defineProperty(field, "value", {
      configurable: true,
      get() { return plain.get.call(this); },
      set(value) { known = value; plain.set.call(this, value); },
    });
    document.addEventListener("input", ({ target }) => {
      if (target !== field || field.value === known) return;
      known = field.value;
      heard.push(known);
    });
  }
</script>"""


# Not named `page`: pytest-playwright would take the tests for its own, and keep its driver for the session.
@pytest.fixture
def watched(engine_browser: Browser) -> Iterator[Page]:
    context = engine_browser.new_context()
    stock_firefox.prepare(context)
    page = context.new_page()
    page.goto(f"data:text/html,{quote(WATCHED)}")
    yield page
    context.close()


@pytest.mark.parametrize("field", ["#field", "#area"])
def test_an_app_that_watches_its_fields_hears_what_is_filled_in(watched: Page, field: str) -> None:
    watched.fill(field, "Buy milk")
    watched.fill(field, "Buy more milk")
    watched.fill(field, "")
    watched.locator(field).press_sequentially("ab")
    assert watched.evaluate("heard") == ["Buy milk", "Buy more milk", "", "a", "ab"]


def test_text_is_put_where_the_caret_is(watched: Page) -> None:
    watched.fill("#field", "Buy milk")
    watched.evaluate("document.querySelector('#field').setSelectionRange(4, 4)")
    watched.keyboard.insert_text("more ")
    watched.keyboard.insert_text("and more ")
    assert watched.evaluate("heard") == ["Buy milk", "Buy more milk", "Buy more and more milk"]
