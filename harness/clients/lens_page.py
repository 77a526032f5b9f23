"""Any app's page, read by the lens of its target: what a client can do without a page object of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from harness.clients.lens import read_items, read_report
from harness.clients.wait import until
from harness.errors import UsageError
from harness.target import Lens, Read, Target

#: A board as read from a page: column name -> cards from top to bottom, each `(id, text)`.
Board = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as it stands on the page: what the lens reads of it. `column` is "" on a board without."""

    id: str | None
    text: str
    column: str = ""
    #: What else the lens reads, by name.
    more: Mapping[str, str | None] = field(default_factory=dict)

    def __str__(self) -> str:
        more = ", ".join(f"{name} {value}" for name, value in self.more.items() if value is not None)
        return f"{self.text} ({more})" if more else self.text


class LensPage:
    """The part of a client that asks the lens; all raise UsageError on a target without one."""

    name: str
    page: Page
    target: Target

    def items(self) -> list[Item]:
        """All items on the page now, column by column, from top to bottom."""
        text = text_field(self._lens)
        found = []
        for column in read_items(self.page):
            for card in column["cards"]:
                more = {name: value for name, value in card["fields"].items() if name != text}
                said = card["fields"].get(text) if text else None
                own = card["column"] if card["column"] is not None else column["name"]
                found.append(Item(id=card["id"], text=said or "", column=own or "", more=more))
        return found

    def item(self, text: str) -> Locator:
        """The item that reads `text`, to click in: `alice.item("Milk").get_by_role("checkbox").check()`."""
        lens, name = self._lens, text_field(self._lens)
        items = self.page.locator(lens.board).locator(lens.item)
        read = lens.fields[name] if name else Read()
        words = r"\s+".join(map(re.escape, text.split()))
        whole = re.compile(rf"^\s*{words}\s*$")
        if read.attribute:
            wanted = f"[{read.attribute}={json.dumps(text)}]"
            if not read.selector:
                return items.and_(self.page.locator(wanted)).first
            return items.filter(has=self.page.locator(f"{read.selector}{wanted}")).first
        if not read.selector:
            return items.filter(has_text=whole).first
        return items.filter(has=self.page.locator(read.selector, has_text=whole)).first

    def expect_item(self, text: str, *, column: str | None = None, **more: str | None) -> None:
        """Until an item reads `text`, stands in `column` and has `more`: `expect_item("Milk", got="yes")`.

        Raises AssertionError at the deadline, with the items that are there.
        """
        __tracebackhide__ = True

        def fits(item: Item) -> bool:
            return (
                item.text == text
                and column in (None, item.column)
                and all(item.more.get(name) == value for name, value in more.items())
            )

        self._check_names(more)
        wanted = [f"in {column}"] if column is not None else []
        wanted += [f"{name} {value}" for name, value in more.items()]
        what = f"{text!r}" + (f" ({', '.join(wanted)})" if wanted else "")
        self._until(lambda: any(map(fits, self.items())), f"{self.name}'s page does not show {what}")

    def expect_no_item(self, text: str) -> None:
        """Until no item reads `text`."""
        __tracebackhide__ = True
        self._until(
            lambda: all(item.text != text for item in self.items()),
            f"{self.name}'s page still shows {text!r}",
        )

    def expect_badge(self, text: str) -> None:
        """Until the lens' badge says `text`."""
        __tracebackhide__ = True
        badge = self._lens.badge
        if badge is None:
            raise UsageError(f"the lens of target {self.target.name} has no badge")
        place = self.page.locator(badge.selector).first
        if badge.attribute:
            expect(place).to_have_attribute(badge.attribute, text)
        else:
            expect(place).to_have_text(text)

    def read_board(self) -> Board:
        """The board as it stands on the page now; of an item all that the lens reads is its text."""
        board: Board = {}
        for item in self.items():
            board.setdefault(item.column, []).append((item.id or "", str(item)))
        return board

    @property
    def _lens(self) -> Lens:
        if self.target.lens is None:
            raise UsageError(f"target {self.target.name} has no lens to read its pages with: give it `lens`")
        return self.target.lens

    def _check_names(self, more: Mapping[str, Any]) -> None:
        known = self._lens.fields
        for name in more:
            if name not in known:
                raise UsageError(
                    f"the lens of target {self.target.name} reads no {name!r} of an item; it reads "
                    f"{', '.join(known) or 'nothing'}"
                )

    def _until(self, condition: Any, failure: str) -> None:
        __tracebackhide__ = True
        until(
            condition,
            page=self.page,
            timeout_ms=self.target.timeouts.expect_ms,
            failure=lambda: f"{failure}; it shows: {self._shown()}",
        )

    def _shown(self) -> str:
        if items := self.items():
            return ", ".join(repr(str(item)) for item in items)
        report = read_report(self.page, self._lens)
        why = report.explain() if report else "the lens is not in the page"
        return f"no item\n{why}" if why else "no item"


def text_field(lens: Lens) -> str | None:
    """The field that is an item's text: `text` or `title`, else the first; None when there is no field."""
    return next((name for name in ("text", "title") if name in lens.fields), next(iter(lens.fields), None))
