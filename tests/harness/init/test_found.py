"""What `lockstep init` reads off pages that were saved as it saw them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.init.found_badge import find_badge
from harness.init.found_list import FoundList, find_list
from harness.init.tree import Node

PAGES = Path(__file__).parent / "pages"
TEXTS = ("First probe", "Second probe")


def saved(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text())
    return told


def found_in(name: str) -> FoundList:
    page = saved(name)
    found = find_list(
        Node.from_json(page["other"]), Node.from_json(page["one"]), TEXTS, on_the_wire=page["heard"]
    )
    assert found is not None
    return found


def node(tag: str, *children: Any, text: str = "", classes: str = "", **attributes: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"tag": tag, "classes": classes.split(), "attributes": named, "text": text, "children": children}


def lens_of(
    *items: Any, wire: tuple[str, ...] = (), theirs: tuple[Any, ...] | None = None
) -> FoundList | None:
    """The lens for a body with one `div` that holds `items`."""
    mine = Node.from_json(node("body", node("div", *items, id="list")))
    other = Node.from_json(node("body", node("div", *(items if theirs is None else theirs), id="list")))
    return find_list(mine, other, TEXTS, on_the_wire=wire)


def test_a_list_is_found_with_id_text_and_state() -> None:
    assert found_in("shopping").document() == {
        "board": "#rows",
        "item": "li.row",
        "id": "@data-key",
        "fields": {"text": "span.label", "got": "@data-got"},
    }


def test_a_board_of_columns_is_found_with_their_names() -> None:
    found = found_in("board")
    assert found.document() == {
        "board": '[data-testid="board"]',
        "column": "section.column",
        "column_name": "@aria-label",
        "item": '[data-testid="task-card"]',
        "id": "@data-task-id",
        "fields": {"text": "@aria-label"},
    }
    assert found.doubts == []
    assert found.count > len(TEXTS)


@pytest.mark.parametrize(
    ("name", "selector", "connected", "cut"),
    [
        ("shopping", "#link", "online", "offline"),
        ("board", '[data-testid="connection-status"]', "Live", "Polling"),
    ],
)
def test_the_badge_is_what_turns_and_turns_back(name: str, selector: str, connected: str, cut: str) -> None:
    page = saved(name)
    badge = find_badge(*(Node.from_json(page[moment]) for moment in ("one", "cut", "again")))
    assert badge is not None
    assert (badge.selector, badge.connected, badge.cut) == (selector, connected, cut)


def test_a_page_that_does_not_turn_has_no_badge() -> None:
    page = Node.from_json(saved("shopping")["one"])
    assert find_badge(page, page, page) is None


def test_texts_that_do_not_stand_beside_each_other_are_no_list() -> None:
    assert lens_of(node("p", text="First probe and Second probe")) is None
    assert lens_of(node("p", text="First probe")) is None


def test_without_an_attribute_that_tells_items_apart_the_text_does() -> None:
    found = lens_of(*(node("p", text=text) for text in TEXTS))
    assert found is not None
    assert (found.item, found.id, found.text) == ("p", "", "")
    assert any(doubt.startswith("id: items have no attribute") for doubt in found.doubts)


def test_an_id_that_only_one_browser_has_is_none() -> None:
    mine = [node("p", text=text, data_id=f"m{number}") for number, text in enumerate(TEXTS)]
    theirs = [node("p", text=text, data_id=f"t{number}") for number, text in enumerate(TEXTS)]
    found = lens_of(*mine, theirs=tuple(theirs))
    assert found is not None
    assert found.id == ""


def test_the_id_that_events_speak_of_is_taken_before_others() -> None:
    items = [
        node("p", text=text, data_id=f"local-{number}", data_ref=f"r{number}")
        for number, text in enumerate(TEXTS)
    ]
    found = lens_of(*items, wire=("r0", "r1"))
    assert found is not None
    assert found.id == "@data-ref"
    assert found.doubts == []
    doubtful = lens_of(*items)
    assert doubtful is not None
    assert doubtful.id == "@data-id"
    assert doubtful.doubts == ["id: data-id is on every item and differs, but no event speaks of it"]


def test_class_names_that_a_build_makes_up_or_that_say_a_state_are_not_selected_by() -> None:
    items = [
        node("div", node("span", text=text), classes="css-1x2y3z done entry", data_id=f"i{number}")
        for number, text in enumerate(TEXTS)
    ]
    found = lens_of(*items)
    assert found is not None
    assert found.item == "div.entry"


def test_a_message_that_something_was_added_is_not_the_item() -> None:
    toast = node("div", text="First probe", role="alert")
    body = node("body", toast, node("ul", *(node("li", text=text) for text in TEXTS), id="list"))
    found = find_list(Node.from_json(body), Node.from_json(body), TEXTS)
    assert found is not None
    assert (found.board, found.item) == ("#list", "li")
