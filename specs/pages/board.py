"""The board: three columns of cards, moved by mouse or keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from pages.dialog import TaskDialog
from playwright.sync_api import Locator, Page, expect

from harness import Board, acting, action, describe_board, drag, until
from harness.errors import UnknownName

COLUMNS = {"To Do": "todo", "In Progress": "in_progress", "Done": "done"}

_READ = """
() => Object.fromEntries([...document.querySelectorAll('section[data-status]')].map((column) => [
  column.dataset.status,
  [...column.querySelectorAll('[data-testid="task-card"]')].map((card) => [
    card.dataset.taskId, card.getAttribute('aria-label'),
  ]),
]))
"""


class BoardPage:
    """One project's board on one page."""

    part = "board"

    def __init__(self, page: Page, owner: str, dialog: TaskDialog, *, timeout_ms: int) -> None:
        self._page = page
        self._timeout_ms = timeout_ms
        self._owner = owner
        self._dialog = dialog

    def column(self, name: str) -> Locator:
        _status(name)
        return self._page.get_by_role("region", name=name, exact=True)

    def card(self, title: str) -> Locator:
        return self._page.get_by_role("article", name=title, exact=True)

    # -- reading ---------------------------------------------------------------------------------------------

    def read(self) -> Board:
        shown: dict[str, list[list[str]]] = self._page.evaluate(_READ)
        return {column: [(card[0], card[1]) for card in cards] for column, cards in shown.items()}

    def titles(self, column: str) -> list[str]:
        return [title for _, title in self.read().get(_status(column), [])]

    # -- expectations ----------------------------------------------------------------------------------------

    def expect_loaded(self) -> None:
        """The board shows what the app loaded, not a placeholder."""
        loaded = self._page.locator("body").filter(has_not=self._busy)
        for name in COLUMNS:
            loaded = loaded.filter(has=self.column(name))
        try:
            expect(loaded).to_have_count(1)  # one question for all: each takes a picture for the trace
        except AssertionError:
            raise AssertionError(f"{self._owner}'s board is not loaded: {self._missing()}") from None

    @property
    def _busy(self) -> Locator:
        return self._page.locator('[aria-busy="true"]')

    def _missing(self) -> str:
        missing = [f"no column {name}" for name in COLUMNS if not self.column(name).is_visible()]
        return ", ".join([*missing, *["it is busy"] * self._busy.count()][:4]) or "it came too late"

    def expect_card(self, title: str, *, column: str) -> None:
        """Exactly one card of that title on the whole board, and it is in `column`."""
        status = _status(column)
        until(
            lambda: self._columns_of(title) == [status],
            page=self._page,
            timeout_ms=self._timeout_ms,
            failure=lambda: self._misplaced(title, status),
        )

    def _columns_of(self, title: str) -> list[str]:
        return [name for name, cards in self.read().items() for _, shown in cards if shown == title]

    def _misplaced(self, title: str, status: str) -> str:
        found = self._columns_of(title)
        if len(found) > 1:
            fault = f"shows {title!r} {len(found)} times (in {', '.join(found)})"
        elif found:
            fault = f"shows {title!r} in {found[0]}, not in {status}"
        else:
            fault = f"does not show {title!r}"
        return f"{self._owner}'s board {fault}\n{describe_board(self._owner, self.read())}"

    def expect_no_card(self, title: str) -> None:
        expect(self.card(title), f"{self._owner}'s board still shows {title!r}").to_have_count(0)

    def expect_order(self, column: str, titles: list[str]) -> None:
        cards = self.column(column).get_by_test_id("task-card")
        expect(cards, f"{self._owner}'s column {column}, top to bottom").to_have_count(len(titles))
        for index, title in enumerate(titles):
            expect(cards.nth(index), f"{self._owner}'s column {column}, place {index + 1}").to_have_attribute(
                "aria-label", title
            )

    def expect_count(self, column: str, count: int) -> None:
        expect(self.column(column).get_by_test_id("column-count")).to_have_text(
            re.compile(rf"^\D*{count}\D*$")
        )

    def expect_card_anywhere(self, title: str) -> None:
        expect(self.card(title), f"{self._owner}'s board: one card {title!r}").to_have_count(1)

    def expect_stale(self) -> None:
        """The app says since when its data may be old."""
        expect(
            self._page.get_by_test_id("stale-since"), f"{self._owner}'s line about old data"
        ).to_be_visible()

    def expect_fresh(self) -> None:
        expect(
            self._page.get_by_test_id("stale-since"), f"{self._owner}'s line about old data"
        ).to_have_count(0)

    def expect_in_the_air(self, title: str) -> None:
        """The card that somebody has lifted still hangs on the hand."""
        expect(self.card(title), f"{self._owner}'s card {title!r} is no longer in the air").to_have_css(
            "position", "fixed"
        )

    def expect_at_rest(self) -> None:
        """No drop animation is under way."""
        drag.expect_at_rest(self._page)

    def expect_saved(self, title: str) -> None:
        """The card is on the board, and no change of it is under way."""
        card = expect(self.card(title), f"{self._owner}'s card {title!r} is still being saved")
        card.not_to_have_attribute("aria-busy", "true")

    def expect_priority(self, title: str, priority: str) -> None:
        expect(self.card(title), f"{self._owner}'s card {title!r}").to_contain_text(priority)

    def expect_assignee(self, title: str, assignee: str) -> None:
        shown = self.card(title).get_by_test_id("task-assignee")
        expect(shown, f"{self._owner}'s card {title!r}").to_have_text(assignee)

    def expect_behind_dialog(self, title: str) -> None:
        """One card of that title, which nobody can reach while a dialog is open."""
        shown = self._page.get_by_test_id("task-card").and_(self._page.get_by_label(title, exact=True))
        expect(shown, f"{self._owner}'s board: one card {title!r}").to_have_count(1)

    # -- acting ----------------------------------------------------------------------------------------------

    @action
    def add(self, title: str, *, priority: str | None = None) -> None:
        """Create a task with the dialog and wait until it is accepted."""
        self.open_new()
        self._dialog.fill(title=title, priority=priority)
        self._dialog.save()
        self._dialog.expect_closed()

    @action
    def open_new(self) -> None:
        self._page.get_by_role("button", name="New task").click()
        self._dialog.expect_open("New task")

    @action
    def open(self, title: str) -> None:
        self.card(title).click()
        self._dialog.expect_open("Edit task")

    @action
    def edit(self, title: str, *, title_to: str | None = None, priority: str | None = None) -> None:
        """Change a task with the dialog and wait until it is accepted."""
        self.edit_without_waiting(title, title_to=title_to, priority=priority)
        self._dialog.expect_closed()

    @action
    def edit_without_waiting(
        self, title: str, *, title_to: str | None = None, priority: str | None = None
    ) -> None:
        self.open(title)
        self._dialog.fill(title=title_to, priority=priority)
        self._dialog.save()

    @action
    def delete(self, title: str) -> None:
        self.open(title)
        self._dialog.delete()
        self._dialog.expect_closed()

    def drag(
        self,
        title: str,
        *,
        to: str,
        at: int | None = None,
        by: str = "mouse",
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Drag a card to the end of column `to`, or where `at` cards stand above it.

        `by` mouse, keyboard or touch. `meanwhile` is called with the card in the air.
        """
        told = {"card": title, "to": to, "at": at, "by": by}
        given = {name: value for name, value in told.items() if value is not None}
        column = self.column(to)
        cards = column.get_by_test_id("task-card")
        with acting(self._page, "board.drag", **given):
            drag.drag(self._card_to_drag(title), to=column, cards=cards, at=at, by=by, meanwhile=meanwhile)

    @action
    def press_on(self, title: str, *keys: str) -> None:
        """Focus the card and press `keys`, whatever that does."""
        self.card(title).focus()
        for key in keys:
            self._page.keyboard.press(key)

    @contextmanager
    def lifted(self, title: str) -> Iterator[None]:
        """The card is in the air during the block, and put back at its end: the drag is given up."""
        with (
            acting(self._page, "board.lift", card=title),
            drag.held(self._card_to_drag(title), by="keyboard"),
        ):
            yield

    @action
    def drag_outside(self, title: str) -> None:
        """Drop the card where no column is."""
        with drag.held(self._card_to_drag(title)) as hand:
            hand.drop_at(5, 5)

    @action
    def move_by_keyboard(self, title: str, *keys: str) -> None:
        """Lift with Space, press `keys` (ArrowRight, ArrowUp, ...), drop with Space."""
        with drag.held(self._card_to_drag(title), by="keyboard") as hand:
            hand.press(keys)
            hand.drop()

    def _card_to_drag(self, title: str) -> Locator:
        card = self.card(title)
        until(
            lambda: card.count() > 0,
            page=self._page,
            timeout_ms=self._timeout_ms,
            failure=lambda: self._nothing_to_drag(title),
        )
        return card

    def _nothing_to_drag(self, title: str) -> str:
        board = self.read()
        nearest = get_close_matches(title, [shown for cards in board.values() for _, shown in cards], n=1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        return (
            f"could not drag {title!r}: {self._owner}'s board does not show it.{hint}\n"
            f"{describe_board(self._owner, board)}"
        )


def _status(column: str) -> str:
    """What the app calls a column, by its title. Raises UnknownName for a column that no board has."""
    if column not in COLUMNS:
        raise UnknownName("column", column, COLUMNS)
    return COLUMNS[column]
