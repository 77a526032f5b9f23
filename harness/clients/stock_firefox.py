"""What stock Firefox, which Playwright drives over WebDriver BiDi, needs for specs to work as elsewhere."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from harness.clients.engine import engine_of

# Playwright's `fill` sets a field's `value` by script there, and tells of it by an event. React watches the
# property: a value that came through its own setter is its own to it, and the event no news. So before
# the event the watcher is told another value, while the field keeps the right one.
# To be removed when Playwright's insertText for BiDi leaves the element's own setter alone (1.64 does not).
_TELL_WATCHED_FIELDS = """
addEventListener("input", (event) => {
  const field = event.composedPath()[0];
  if (event.isTrusted || !(event instanceof InputEvent) || event.inputType || event.data === null) return;
  const watched = Object.getOwnPropertyDescriptor(field, "value");
  const plain = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  if (!watched?.set || !plain?.set) return;
  const { value, selectionStart, selectionEnd } = field;
  watched.set.call(field, value ? "" : "?");
  plain.set.call(field, value);
  if (selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
}, true);
"""


def prepare(context: BrowserContext) -> None:
    """Before the first page of `context`; does nothing for other engines."""
    if engine_of(context) == "firefox":
        context.add_init_script(_TELL_WATCHED_FIELDS)
