"""The files that `lockstep init` writes, and what it learns from somebody who shows it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from harness.init.findings import Findings
from harness.init.found_badge import FoundBadge
from harness.init.found_list import FoundList
from harness.init.recipe import Recipe, learn
from harness.init.written import class_name, files
from harness.target import load_target
from tests.harness.conftest import browsers, driver, engine, engine_browser

__all__ = ["browsers", "driver", "engine", "engine_browser"]

_KNOWN = {
    "kind": "deployment",
    "frontend": {"url": "http://127.0.0.1:4000"},
    "people": {"ann": {}, "ben": {}},
}


def findings(**more: Any) -> Findings:
    items = FoundList(
        board="#rows", item="li", id="@data-key", text="[title=\"a 'b'\"]", fields={"got": "@data-got"}
    )
    return Findings(path="/l/1?a=b", items=items, adds=Recipe(field='input[name="what"]'), **more)


def test_everything_written_can_be_read_and_is_python(tmp_path: Path) -> None:
    badge = FoundBadge(selector="#link", connected='on "air"', cut="off")
    written = files(
        "shop", {**_KNOWN, "auth": {"by": "none"}}, findings(removes="button", badge=badge), ["ann", "ben"]
    )
    assert sorted(written) == [
        "specs/conftest.py",
        "specs/test_badge.py",
        "specs/test_reconnect.py",
        "specs/test_sync.py",
        "targets/shop.yaml",
    ]
    for path, text in written.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        if path.endswith(".py"):
            ast.parse(text)
    target = load_target(str(tmp_path / "targets" / "shop.yaml"), tmp_path)
    assert not target.keeps_contract
    assert target.paths.project == "/l/1?a=b"
    assert target.lens is not None
    assert target.lens.id.attribute == "data-key"
    assert target.writes.allowed


def test_without_a_badge_or_a_way_to_remove_there_is_no_word_of_them() -> None:
    written = files("shop", _KNOWN, findings(left=["First"]), ["ann", "ben"])
    assert "specs/test_badge.py" not in written
    assert "remove" not in written["specs/conftest.py"] + written["specs/test_sync.py"]
    assert "# Left on the list, for want of a button that removes it: First" in written["targets/shop.yaml"]


@pytest.mark.parametrize(
    ("name", "expected"), [("shopping-list", "ShoppingList"), ("3d", "App3d"), ("…", "App")]
)
def test_a_class_is_called_after_the_target(name: str, expected: str) -> None:
    assert class_name(name) == expected


def test_what_somebody_shows_is_learnt(engine_browser: Browser) -> None:
    page = engine_browser.new_page()
    page.set_content(
        "<button id=open onclick='what.value = String()'>New</button>"
        "<input id=what><input id=other><button>Save</button>"
    )
    with learn(page) as lesson:
        for text in ("Milk", "Bread"):
            page.locator("#other").fill("noise")
            page.locator("#open").click()
            page.locator("#what").press_sequentially(text)
            page.get_by_text("Save").click()
        recipe, texts = lesson.learnt(lambda text: text != "noise")
    assert recipe == Recipe(field="#what", opens="#open", sends='button:has-text("Save")')
    assert texts == ["Milk", "Bread"]
    page.close()


def test_enter_is_learnt_too_and_nothing_from_nothing(engine_browser: Browser) -> None:
    page = engine_browser.new_page()
    page.set_content("<input id=what>")
    with learn(page) as lesson:
        assert lesson.learnt(lambda _text: True) == (None, [])
        page.locator("#what").fill("Milk")
        page.locator("#what").press("Enter")
        assert lesson.learnt(lambda _text: True) == (Recipe(field="#what"), ["Milk"])
    page.close()
