"""A lens that does not fit an app of which no more is known: noticed by what the app's events say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Page

from harness.clients.lens import LensReport, read_report
from harness.clients.traffic import Traffic
from harness.target import Lens

_TEXT_MIN, _TEXTS_MAX = 3, 200
#: For the first of the texts that is on the page: what it stands in, as a selector that repeats if one does.
_WHERE = """(texts) => {
  const step = (one) => {
    const test = one.getAttribute("data-testid");
    const name = one.classList.length ? `.${CSS.escape(one.classList[0])}` : "";
    return test ? `[data-testid="${test}"]` : one.localName + name;
  };
  for (const text of texts) {
    const hits = [...document.body.querySelectorAll("*")].filter(
      (one) => one.checkVisibility() && one.textContent.includes(text) && !one.matches("script, style"),
    );
    let found = hits.at(-1);
    if (!found) continue;
    for (let one = found; one !== document.body; one = one.parentElement) {
      const alike = [...one.parentElement.children].filter((other) => step(other) === step(one));
      if (alike.length > 1 || one.matches("li, tr, article, [role=listitem]")) {
        found = one;
        break;
      }
    }
    return { text, selector: step(found), count: document.querySelectorAll(step(found)).length };
  }
  return null;
}"""


def blind_spot(page: Page, lens: Lens, traffic: Traffic, *, people: Collection[str]) -> str:
    """Why what `lens` has read of `page` cannot be trusted; empty when there is no reason not to.

    An empty list is nothing strange; one is, on a page that shows what the events speak of. The names of
    `people` are on many pages, and what the address says may be a title.
    """
    report = read_report(page, lens)
    if report is None:
        return ""
    if traffic.cards_seen:
        parts = [name for name in report.missing if name == "id" or name.startswith("fields.")]
        return report.explain() if parts or report.invalid else ""
    known = {name.casefold() for name in people}
    address = unquote(page.url)
    texts = [text for text in _texts_of(traffic) if text.casefold() not in known and text not in address]
    where = page.evaluate(_WHERE, texts[:_TEXTS_MAX]) if texts else None
    return _explained(report, where) if where or report.invalid else ""


def _explained(report: LensReport, where: Mapping[str, Any] | None) -> str:
    if where is None:
        return report.explain()
    stands = f"{where['text']!r}, which the events tell of, stands in {where['selector']} ({where['count']})"
    return f"{report.explain()}\n{stands}"


def _texts_of(traffic: Traffic) -> list[str]:
    """The texts that pages sent, and those of records in the lists that they received, the newest first."""
    found: dict[str, None] = {}
    for event in reversed(traffic.events):
        for arg in event.args:
            found |= dict.fromkeys(_texts(arg) if event.sent else _listed(arg))
    for answer in reversed(traffic.answers):
        for arg in answer.args:
            found |= dict.fromkeys(_listed(arg))
    return list(found)


def _listed(value: Any, *, in_list: bool = False) -> Iterator[str]:
    """The texts of all records that stand in a list."""
    if isinstance(value, Mapping):
        if in_list:
            yield from _texts(value)
        else:
            for each in value.values():
                yield from _listed(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _listed(each, in_list=isinstance(each, Mapping))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and len(value.strip()) >= _TEXT_MIN and not value.isdecimal():
        yield value.strip()
