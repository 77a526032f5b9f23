"""The declarative reading of a board: which elements are columns and cards, and where their values are."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from harness.tap import CONTROL

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SHORT = re.compile(r"(?P<selector>.*?)(?:@(?P<attribute>[\w:-]+))?(?P<optional>\?)?", re.DOTALL)
#: Keys that a reading of a card uses itself.
_TAKEN = frozenset(("k", "id", "version", "column"))
_COME_AND_GO = ("badge", "version", "toast", "dialog")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Read(_Model):
    """Where a value stands: in an attribute, or else in the text, of the first match of `selector`.

    An empty selector is the element itself (the card, or the column). Short form in files: `h3` (text),
    `h3@title` (attribute), `@data-task-id` (attribute of the element itself), `@aria-busy?` (optional).
    """

    selector: str = ""
    attribute: str | None = None
    #: That no card has it is nothing to report.
    optional: bool = False


def _read(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _SHORT.fullmatch(value)
    return {**match.groupdict(), "optional": bool(match["optional"])} if match else value


ReadField = Annotated[Read, BeforeValidator(_read)]


class ListRead(_Model):
    """Something on the page that there are several of, such as the epics of a panel, with values of each."""

    item: str
    fields: dict[str, ReadField]


class Lens(_Model):
    """How to read a board. Selectors are CSS; those of columns and cards are looked for inside the board."""

    #: What holds the columns; several may match.
    board: str = "body"
    #: Leave out for a board that is one list, or whose cards name their column themselves (`column_name`).
    column: str | None = None
    #: Read from the column, or from each card when there is no `column`.
    column_name: ReadField | None = None
    #: The number that the app itself shows for a column.
    column_count: ReadField | None = None
    item: str
    id: ReadField
    version: ReadField | None = None
    #: Texts of a card by name, such as `text: h3`.
    fields: dict[str, ReadField] = Field(default_factory=dict)
    #: The rest is looked for on the whole page.
    badge: ReadField | None = None
    #: Every match is one toast.
    toast: ReadField | None = None
    #: The open dialog, by whatever names it.
    dialog: ReadField | None = None
    #: Anything else to keep an eye on, such as `stale: '[data-testid=stale-since]'`; every match is listed.
    extras: dict[str, ReadField] = Field(default_factory=dict)
    #: Other lists by name, such as `epics: {item: '[data-epic-id]', fields: {id: '@data-epic-id'}}`.
    lists: dict[str, ListRead] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_free(self) -> Self:
        taken = sorted(_TAKEN & self.fields.keys())
        if taken:
            raise ValueError(f"fields may not be named {', '.join(taken)}: a card has these already")
        if self.column is not None and self.column_name is None:
            raise ValueError("column_name is missing: say where a column's name stands")
        return self

    @property
    def reads(self) -> dict[str, Read]:
        """Every reading of a board by its place in the lens, such as `fields.text`."""
        names = ("column_name", "column_count", "id", "version", "badge", "toast", "dialog")
        single: dict[str, Read | None] = {name: getattr(self, name) for name in names}
        several = {f"fields.{name}": read for name, read in self.fields.items()}
        return {name: read for name, read in (single | several).items() if read}

    @property
    def selectors(self) -> dict[str, str]:
        """Every selector of a board by its place in the lens."""
        elements = {"board": self.board, "column": self.column, "item": self.item}
        shown = {name: _shown(read) for name, read in self.reads.items()}
        return {name: selector for name, selector in (elements | shown).items() if selector is not None}


def lens_script(lens: Lens) -> str:
    """The lens as an extension of the tap: `Tap(extensions=[lens_script(lens)])`."""
    return f"(tap) => ({_source()})(tap, {json.dumps(lens.model_dump(mode='json'))})"


class LensReport(_Model):
    """What a lens finds on a page; `explain()` is for the person whose lens finds too little."""

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


def _shown(read: Read) -> str:
    return f"{read.selector}@{read.attribute}" if read.attribute else read.selector


@cache
def _source() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8").rstrip()
