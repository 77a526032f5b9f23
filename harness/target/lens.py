"""The lens of a target, parsed: which elements are columns and cards, and where their values are."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_SHORT = re.compile(r"(?P<selector>.*?)(?:@(?P<attribute>[\w:-]+))?(?P<optional>\?)?", re.DOTALL)
#: Keys that a reading of a card uses itself.
_TAKEN = frozenset(("k", "id", "version", "column"))


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


def _shown(read: Read) -> str:
    return f"{read.selector}@{read.attribute}" if read.attribute else read.selector
