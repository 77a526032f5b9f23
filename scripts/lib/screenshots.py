"""Takes the README's pictures: two people on one board, side by side, in light and in dark."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from harness import drag
from harness.clients.browsers import find_browser, launch
from harness.scenario import read_scenario
from harness.settings import fixtures_dir
from harness.stub import StubControl, StubProcess

WINDOW = {"width": 1080, "height": 760}
PEOPLE = ("alice", "bob")
Scheme = Literal["light", "dark"]

SIDE_BY_SIDE = """<body style="margin:0;background:%s;display:flex;gap:24px;padding:24px">%s</body>"""
WINDOW_PICTURE = """<img src="data:image/png;base64,%s" style="width:1080px;border-radius:10px;
box-shadow:0 2px 24px #0005">"""


def open_board(browser: Browser, stub: StubControl, ui_url: str, person: str, scheme: Scheme) -> Page:
    """A browser of `person`, signed in, on the board of project atlas and in its room."""
    item = {"name": "jwt_token", "value": stub.people[person].token or ""}
    context = browser.new_context(
        viewport=WINDOW,
        color_scheme=scheme,
        storage_state={"cookies": [], "origins": [{"origin": ui_url, "localStorage": [item]}]},
    )
    page = context.new_page()
    page.goto(f"{ui_url}/projects/atlas")
    stub.wait_for_join(person, "project:atlas")
    page.get_by_test_id("task-card").first.wait_for()
    return page


def picture(browser: Browser, stub: StubControl, ui_url: str, scheme: Scheme, path: Path) -> None:
    """Alice holds a card in the air while Bob's board shows what she moved just before."""
    alice, bob = (open_board(browser, stub, ui_url, person, scheme) for person in PEOPLE)
    moved, lifted = (alice.get_by_test_id("task-card").nth(index) for index in (0, 1))
    drag.by_keyboard(moved, ["ArrowRight"])
    drag.expect_at_rest(alice)
    stub.wait_for_entry(kind="emitted", event="task:status_changed")
    target = alice.get_by_role("region", name="Done", exact=True)
    with drag.held(lifted) as hand:
        box = target.bounding_box()
        assert box is not None
        alice.mouse.move(box["x"] + box["width"] / 2, box["y"] + 160, steps=12)
        shots = [page.screenshot() for page in (alice, bob)]
        hand.drop_at(5, 5)
    pictures = "".join(WINDOW_PICTURE % base64.b64encode(shot).decode() for shot in shots)
    sheet = browser.new_page(viewport={"width": 2 * 1080 + 72, "height": 760 + 48})
    sheet.set_content(SIDE_BY_SIDE % ("#d7dbe2" if scheme == "light" else "#05070a", pictures))
    sheet.screenshot(path=path, full_page=True)
    for page in (alice, bob, sheet):
        page.context.close()


def main(directory: Path) -> None:
    """Write `board-light.png` and `board-dark.png` into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    fixtures = fixtures_dir()
    world = read_scenario("demo", fixtures / "scenarios").document()
    with (
        tempfile.TemporaryDirectory() as scratch,
        StubProcess(fixtures_dir=fixtures, log_path=Path(scratch) / "stub.log") as process,
        StubControl(process.gateway_url, process.control_token) as stub,
        sync_playwright() as playwright,
        launch(playwright.chromium, find_browser()) as browser,
    ):
        for scheme in ("light", "dark"):
            stub.reset(world)
            path = directory / f"board-{scheme}.png"
            picture(browser, stub, process.ui_url, scheme, path)
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
