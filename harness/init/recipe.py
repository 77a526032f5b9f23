"""How something is added to the list by hand: tried out on the page, or learnt from a person who does it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

_ADDS = re.compile(r"^\+|\b(add|new|create|put|post|send|write)\b", re.IGNORECASE)
_SENDS = re.compile(r"^\+|\b(add|new|create|put|post|send|save|submit|ok|done)\b", re.IGNORECASE)
_NOT_FOR_THIS = re.compile(
    r"search|filter|find|nick|user ?name|e-?mail|password|sign|log ?(in|out)", re.IGNORECASE
)
_GIVES_UP = re.compile(r"cancel|close|back|delete|remove|\u00d7", re.IGNORECASE)
_LIKELY = re.compile(r"add|new|what|task|to-?do|item|message|title|name|card|note", re.IGNORECASE)
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
_INPUTS_MAX, _BUTTONS_MAX, _PRESS_MS = 3, 4, 3000
#: Whether a text has come to be seen by the others, within a second or two.
Arrived = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """`opens` is pressed first if there is one; then `field` is filled in, and `sends` pressed, or Enter."""

    field: str
    opens: str | None = None
    sends: str | None = None

    def follow(self, page: Page, text: str) -> None:
        """Raises Playwright's Error where something is not there, or cannot be pressed."""
        if self.opens:
            page.locator(self.opens).first.click(timeout=_PRESS_MS)
        page.locator(self.field).first.fill(text, timeout=_PRESS_MS)
        if self.sends:
            page.locator(self.sends).first.click(timeout=_PRESS_MS)
        else:
            page.locator(self.field).first.press("Enter", timeout=_PRESS_MS)

    def lines(self) -> list[str]:
        """As statements of a page object."""
        opens, field, sends = (
            f"self.page.locator({quoted(each or '')}).first" for each in (self.opens, self.field, self.sends)
        )
        said = [f"{opens}.click()"] if self.opens else []
        return [*said, f"{field}.fill(text)", f"{sends}.click()" if self.sends else f'{field}.press("Enter")']


def quoted(text: str) -> str:
    """`text` as a Python literal in the quotes that a formatter would choose."""
    return repr(text) if '"' in text else json.dumps(text, ensure_ascii=False)


def try_out(page: Page, text: str, arrived: Arrived) -> Recipe | None:
    """Whatever puts `text` where the others see it; None when nothing did, or there is nothing to try."""
    for recipe in _recipes(page):
        before = page.url
        try:
            recipe.follow(page, text)
        except Error:
            continue  # covered, gone, or no field at all
        if arrived(text):
            return recipe
        with suppress(Error):
            if page.url != before:
                page.goto(before)
            page.keyboard.press("Escape")
    return None


def _recipes(page: Page) -> Iterator[Recipe]:
    told = controls(page)
    for each in _likely(told["inputs"]):
        yield from _of_input(each, told["buttons"])
    before = {each["selector"] for each in told["inputs"]}
    for button in [
        each
        for each in told["buttons"]
        if _ADDS.search(each["name"]) and not _NOT_FOR_THIS.search(each["name"])
    ][:_BUTTONS_MAX]:
        with suppress(Error):
            page.locator(button["selector"]).first.click(timeout=_PRESS_MS)
            page.wait_for_function(_TWO_FRAMES)
        opened = controls(page)
        fresh = [each for each in opened["inputs"] if each["selector"] not in before]
        with suppress(Error):
            page.keyboard.press("Escape")
        for each in _likely(fresh):
            for recipe in _of_input(each, opened["buttons"]):
                yield replace(recipe, opens=button["selector"])


def _likely(inputs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    said = [each for each in inputs if not _NOT_FOR_THIS.search(f"{each['name']} {each['selector']}")]
    return sorted(said, key=lambda each: not _LIKELY.search(f"{each['name']} {each['selector']}"))[
        :_INPUTS_MAX
    ]


def _of_input(field: Mapping[str, Any], buttons: Sequence[Mapping[str, Any]]) -> Iterator[Recipe]:
    if field["type"] != "textarea":
        yield Recipe(field=field["selector"])
    beside = [each for each in buttons if field["form"] and each["form"] == field["form"]]
    for button in [each for each in (beside or buttons) if _is_for_sending(each, alone=len(beside) == 1)][:2]:
        yield Recipe(field=field["selector"], sends=button["selector"])


def _is_for_sending(button: Mapping[str, Any], *, alone: bool) -> bool:
    return bool(_SENDS.search(button["name"])) or (alone and not _GIVES_UP.search(button["name"]))


def controls(page: Page) -> dict[str, Any]:
    """The fields and buttons on the page: `{inputs, buttons, passwords}`."""
    told: dict[str, Any] = page.evaluate(f"() => ({_script('controls')})({_script('selector_of')})")
    return told


@cache
def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")


# -- from a person ---------------------------------------------------------------------------------------


class Lesson:
    """What somebody does at a page while it is watched."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def learnt(self, arrived: Arrived) -> tuple[Recipe | None, list[str]]:
        """How the last thing was added, and all that was typed and came to be seen by the others."""
        done: list[dict[str, Any]] = self._page.evaluate("() => globalThis.lockstepDone ?? []")
        typed = [index for index, each in enumerate(done) if each["did"] == "typed"]
        last = [
            i
            for i in typed
            if not any(j == i + 1 and done[j]["selector"] == done[i]["selector"] for j in typed)
        ]
        found = [
            index for index in last if done[index]["value"].strip() and arrived(done[index]["value"].strip())
        ]
        if not found:
            return None, []
        at = found[-1]
        after = next((each for each in done[at + 1 :] if each["did"] in ("enter", "pressed")), None)
        sends = after["selector"] if after and after["did"] == "pressed" else None
        begun = next((i for i in reversed(range(at)) if done[i]["did"] != "typed"), None)
        before = done[begun] if begun is not None and begun > 0 else None
        opens = (
            before["selector"]
            if before and before["did"] == "pressed" and before["selector"] != sends
            else None
        )
        if opens == done[at]["selector"]:
            opens = None
        recipe = Recipe(field=done[at]["selector"], opens=opens, sends=sends)
        return recipe, [done[index]["value"].strip() for index in found]


@contextmanager
def learn(page: Page) -> Iterator[Lesson]:
    """Watches what is typed and pressed on `page` while the block runs."""
    page.evaluate(f"() => ({_script('lesson')})({_script('selector_of')})")
    yield Lesson(page)
