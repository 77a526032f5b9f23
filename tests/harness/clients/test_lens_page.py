"""What a client reads of any page by its target's lens, and how it finds an item to click in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from harness.clients.lens import lens_script
from harness.clients.lens_page import Item, LensPage, text_field
from harness.errors import UsageError
from harness.tap import Tap
from harness.target import Lens

PAGE = """<title>Lists</title><span id=badge>online</span>
<section aria-label=Today>
  <li class=row data-key=k1 data-got=no><span class=label>Milk</span><button>x</button></li>
  <li class=row data-key=k2 data-got=yes><span class=label>Milk  and
    honey</span><button>x</button></li>
</section>
<section aria-label=Later></section>"""
LENS: dict[str, Any] = {
    "column": "section",
    "column_name": "@aria-label",
    "item": "li.row",
    "id": "@data-key",
    "fields": {"got": "@data-got", "text": ".label"},
    "badge": "#badge",
}


class Reader(LensPage):
    def __init__(self, page: Page, lens: Lens | None) -> None:
        self.name = "alice"
        self.page = page
        timeouts = SimpleNamespace(expect_ms=300)
        # The parts of a target that are read by.
        self.target = SimpleNamespace(name="lists", lens=lens, timeouts=timeouts)  # type: ignore[assignment]


def reader(browser: Browser, lens: dict[str, Any] | None = None, html: str = PAGE) -> Reader:
    parsed = Lens.model_validate(lens or LENS)
    context = browser.new_context()
    Tap(extensions=[lens_script(parsed)]).install(context)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://127.0.0.1/")
    page.set_default_timeout(10_000)
    return Reader(page, parsed)


def test_items_are_read_with_column_id_and_the_rest(engine_browser: Browser) -> None:
    alice = reader(engine_browser)
    assert alice.items() == [
        Item(id="k1", text="Milk", column="Today", more={"got": "no"}),
        Item(id="k2", text="Milk and honey", column="Today", more={"got": "yes"}),
    ]
    assert alice.read_board() == {
        "Today": [("k1", "Milk (got no)"), ("k2", "Milk and honey (got yes)")],
    }
    alice.page.context.close()


def test_an_item_is_found_by_its_whole_text(engine_browser: Browser) -> None:
    alice = reader(engine_browser)
    assert alice.item("Milk").get_attribute("data-key") == "k1"
    assert alice.item("Milk and honey").get_attribute("data-key") == "k2"
    assert alice.item("honey").count() == 0
    assert alice.item("Milk").get_by_role("button").count() == 1
    alice.page.context.close()


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("@title", "<li class=row title='a \"b\"' data-key=k1></li>"),
        ("i@title", "<li class=row data-key=k1><i title='a \"b\"'></i></li>"),
        ("", '<li class=row data-key=k1>a <b>"b"</b></li>'),
    ],
)
def test_the_text_may_be_an_attribute_or_the_item_itself(
    engine_browser: Browser, text: str, item: str
) -> None:
    lens = {"item": "li.row", "id": "@data-key", "fields": {"text": text}}
    alice = reader(engine_browser, lens, f"<ul>{item}<li class=row data-key=k2 title=b>b</li></ul>")
    assert alice.items()[0].text == 'a "b"'
    assert alice.item('a "b"').get_attribute("data-key") == "k1"
    alice.page.context.close()


def test_what_is_not_there_is_told_with_what_is(engine_browser: Browser) -> None:
    alice = reader(engine_browser)
    alice.expect_item("Milk", column="Today", got="no")
    alice.expect_no_item("Bread")
    alice.expect_badge("online")
    with pytest.raises(AssertionError) as told:
        alice.expect_item("Milk", column="Later", got="yes")
    assert str(told.value) == (
        "alice's page does not show 'Milk' (in Later, got yes); it shows: 'Milk (got no)', "
        "'Milk and honey (got yes)'\n(waited 300 ms)"
    )
    with pytest.raises(AssertionError, match="alice's page still shows 'Milk'; it shows: 'Milk "):
        alice.expect_no_item("Milk")
    alice.page.context.close()


def test_a_lens_that_matches_nothing_says_so(engine_browser: Browser) -> None:
    alice = reader(engine_browser, LENS | {"item": "li.rows"})
    with pytest.raises(AssertionError, match=r"it shows: no item\nlens.item: li.rows matches nothing"):
        alice.expect_item("Milk")
    alice.page.context.close()


def test_what_the_lens_does_not_read_cannot_be_expected(engine_browser: Browser) -> None:
    alice = reader(engine_browser, {"item": "li", "id": "@data-key", "fields": {"text": ".label"}})
    with pytest.raises(UsageError) as told:
        alice.expect_item("Milk", done="yes")
    assert str(told.value) == "the lens of target lists reads no 'done' of an item; it reads text"
    with pytest.raises(UsageError, match="the lens of target lists has no badge"):
        alice.expect_badge("online")
    alice.page.context.close()
    with pytest.raises(UsageError, match="target lists has no lens to read its pages with: give it `lens`"):
        Reader(alice.page, None).items()


def test_the_text_of_an_item_is_the_field_of_that_name_or_the_first() -> None:
    def lens(*names: str) -> Lens:
        return Lens.model_validate({"item": "li", "id": "@id", "fields": dict.fromkeys(names, "b")})

    assert [text_field(lens(*names)) for names in [("a", "text"), ("a", "title"), ("a", "b"), ()]] == [
        "text",
        "title",
        "a",
        None,
    ]
