"""The lens in the page: the script that reads boards, and what it says when it finds nothing."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from harness.tap import CONTROL
from harness.target import Lens

if TYPE_CHECKING:
    from playwright.sync_api import Page

_COME_AND_GO = ("badge", "version", "toast", "dialog")


def lens_script(lens: Lens) -> str:
    """The lens as an extension of the tap: `Tap(extensions=[lens_script(lens)])`."""
    return f"(tap) => ({_source()})(tap, {json.dumps(lens.model_dump(mode='json'))})"


class LensReport(BaseModel):
    """What a lens finds on a page; `explain()` is for the person whose lens finds too little."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    title: str
    #: Number of matches by place in the lens; for the values of a card, the cards that have one.
    matches: dict[str, int | None]
    #: Selectors that are no CSS, with the browser's words.
    invalid: dict[str, str]
    #: What the page does have: selectors of its test ids and roles, and tags, with their counts.
    has: dict[str, int]
    selectors: dict[str, str]
    #: Places that may find nothing.
    optional: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The places that found nothing and should have; badge, version, toast and dialog come and go.

        Once a selector matches nothing, those that are looked for inside it are not blamed.
        """
        chain = [name for name in ("board", "column", "item") if self.matches.get(name) is not None]
        for name in chain:
            if not self.matches[name]:
                return (name,)
        free = (*self.optional, *_COME_AND_GO, *chain)
        return tuple(name for name, count in self.matches.items() if count == 0 and name not in free)

    def explain(self) -> str:
        """One line for each selector that finds nothing, with the nearest thing that the page has."""
        lines = [
            f"lens.{name}: {self.selectors[name]} is no CSS selector: {words}"
            for name, words in self.invalid.items()
        ]
        lines += [f"lens.{name}: {self._nothing(name)}" for name in self.missing if name not in self.invalid]
        if not lines:
            return ""
        has = ", ".join(f"{selector} ({count})" for selector, count in self.has.items())
        return "\n".join([*lines, f"{self.url} ({self.title!r}) has: {has or 'no elements to go by'}"])

    def _nothing(self, name: str) -> str:
        selector = self.selectors[name]
        near = get_close_matches(selector.partition("@")[0], self.has, n=1, cutoff=0.7)
        where = "on no card" if name in ("id",) or name.startswith("fields.") else "nothing"
        hint = f" Did you mean {near[0]} ({self.has[near[0]]} on the page)?" if near else ""
        return f"{selector} matches {where}.{hint}" if where == "nothing" else f"{selector} is {where}.{hint}"


def read_report(page: Page, lens: Lens) -> LensReport | None:
    """What `lens` finds on `page` now; None when the page has no lens in it."""
    said: dict[str, Any] | None = page.evaluate(f"() => {CONTROL}?.lens?.report() ?? null")
    if said is None:
        return None
    optional = tuple(name for name, read in lens.reads.items() if read.optional)
    return LensReport(**said, selectors=lens.selectors, optional=optional)


def read_items(page: Page) -> list[dict[str, Any]]:
    """What the lens in `page` reads of it now: columns as `{name, cards: [{id, column, fields}]}`."""
    found: list[dict[str, Any]] = page.evaluate(f"() => {CONTROL}?.lens?.read() ?? []")
    return found


@cache
def _source() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8").rstrip()
