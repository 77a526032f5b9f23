"""Takes the README's pictures: two people on one board, and a report of planted faults."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
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

ROOT = Path(__file__).resolve().parents[2]
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
    with drag.held(moved, by="keyboard") as hand:
        hand.press(["ArrowRight"])
        hand.drop()
    stub.wait_for_entry(kind="emitted", event="task:status_changed")
    target = alice.get_by_role("region", name="Done", exact=True)
    with drag.held(lifted) as mouse:
        box = target.bounding_box()
        assert box is not None
        alice.mouse.move(box["x"] + box["width"] / 2, box["y"] + 160, steps=12)
        shots = [page.screenshot() for page in (alice, bob)]
        mouse.drop_at(5, 5)
    pictures = "".join(WINDOW_PICTURE % base64.b64encode(shot).decode() for shot in shots)
    sheet = browser.new_page(viewport={"width": 2 * 1080 + 72, "height": 760 + 48})
    sheet.set_content(SIDE_BY_SIDE % ("#d7dbe2" if scheme == "light" else "#05070a", pictures))
    sheet.screenshot(path=path, full_page=True)
    for page in (alice, bob, sheet):
        page.context.close()


def planted_run(folder: Path) -> Path:
    """The report of the specs with planted faults, run as if nobody expected what the checkers find."""
    for name in ("conftest.py", "pages"):
        source = ROOT / "specs" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    spec = (ROOT / "specs/checkers/test_planted.py").read_text()
    unexpected = [line for line in spec.splitlines(keepends=True) if "expect_finding" not in line]
    (folder / "test_planted.py").write_text("".join(unexpected))
    subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", "test_planted.py", "-q"],
        cwd=folder,
        env={**os.environ, "LOCKSTEP_FIXTURES": str(fixtures_dir()), "PYTHONPATH": str(folder)},
        check=False,
    )
    return (folder / "runs" / "latest" / "report.html").resolve()


def report_pictures(browser: Browser, report: Path, directory: Path) -> None:
    """The list of what broke, and one of them in its timeline."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(report.as_uri())
    page.screenshot(path=directory / "report-list.png")
    page.get_by_role("link", name="test_deleted_card").first.click()
    page.get_by_role("button", name="Show in the timeline").first.click()
    page.get_by_role("heading", name="t1 appears in todo").wait_for()
    page.screenshot(path=directory / "report-timeline.png")
    page.close()


def main(directory: Path) -> None:
    """Write `board-{light,dark}.png` and `report-{list,timeline}.png` into `directory`."""
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
        report_pictures(browser, planted_run(Path(scratch)), directory)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
