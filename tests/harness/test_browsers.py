"""Which browser is found, with what it is started, and what is said when it cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from harness.clients import browsers
from harness.clients.browsers import Engine, FoundBrowser, explain_start_failure, find_browser, launch
from harness.errors import BrowserError

SHELL_REVISION_FOLDER = "chromium_headless_shell-*"

OPEN_A_WINDOW = """
from harness.clients.browsers import Engine, find_browser, launch
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = launch(playwright.chromium, find_browser(Engine.CHROMIUM, headed=True), headed=True)
    page = browser.new_page()
    page.set_content("<h1>seen</h1>")
    assert page.locator("h1").is_visible()
    assert page.evaluate("window.outerHeight > window.innerHeight"), "no window around the page"
    browser.close()
"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without browsers: an empty folder is all of PATH, and Playwright downloaded nothing."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.delenv(browsers.BROWSER_VARIABLE, raising=False)
    monkeypatch.setenv("DISPLAY", ":7")
    return programs


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho Made Up 1.2\n")
    path.chmod(0o755)
    return path


def test_headless_shell_is_preferred_to_full_chromium(bare: Path) -> None:
    program(bare / "chromium")
    shell = program(bare / "chromium-headless-shell")
    found = find_browser()
    assert (found.executable, found.channel) == (shell, None)
    assert "fastest" in found.reason


def test_a_window_needs_full_chromium(bare: Path) -> None:
    program(bare / "chromium-headless-shell")
    chromium = program(bare / "chromium")
    found = find_browser(headed=True)
    assert found.executable == chromium
    assert [each.problem for each in found.candidates if each.name == "chromium-headless-shell"] == [
        "headless only"
    ]


@pytest.mark.parametrize("name", ["google-chrome-stable", "microsoft-edge"])
def test_chrome_and_edge_are_found_by_every_name(bare: Path, name: str) -> None:
    chrome = program(bare / name)
    assert find_browser().executable == chrome


def test_playwrights_own_download_comes_before_the_systems(bare: Path, tmp_path: Path) -> None:
    program(bare / "chromium-headless-shell")
    folder = browsers._download_folder("chromium-headless-shell")
    assert folder.is_relative_to(tmp_path)
    assert folder.match(SHELL_REVISION_FOLDER)
    own = program(folder / "chrome-headless-shell-linux64" / "chrome-headless-shell")
    assert find_browser().executable == own


def test_stock_firefox_goes_through_its_channel(bare: Path) -> None:
    program(bare / "firefox")
    esr = program(bare / "firefox-esr")
    found = find_browser(Engine.FIREFOX)
    assert (found.executable, found.channel) == (esr, "moz-firefox")
    assert browsers.launch_args(found)["channel"] == "moz-firefox"


def test_the_given_browser_wins(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "chromium-headless-shell")
    given = program(tmp_path / "mine" / "chrome")
    assert find_browser(executable=given).executable == given
    monkeypatch.setenv(browsers.BROWSER_VARIABLE, str(given))
    assert find_browser().reason == "it was given"


def test_the_given_browser_may_be_a_command(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "chromium-headless-shell")
    chrome = program(bare / "google-chrome")
    monkeypatch.setenv(browsers.BROWSER_VARIABLE, "google-chrome")
    assert find_browser().executable == chrome


@pytest.mark.parametrize(
    ("path", "engine", "headed", "words"),
    [
        ("nowhere/chrome", Engine.CHROMIUM, False, "there is no program at this path"),
        ("bin/firefox-esr", Engine.CHROMIUM, False, "--browser firefox"),
        ("bin/chromium", Engine.FIREFOX, False, "--browser chromium"),
        ("bin/chromium-headless-shell", Engine.CHROMIUM, True, "run without --headed"),
    ],
)
def test_a_given_browser_that_cannot_be_used_is_an_error(
    bare: Path, path: str, engine: Engine, headed: bool, words: str
) -> None:
    for name in ("firefox-esr", "chromium", "chromium-headless-shell"):
        program(bare / name)
    with pytest.raises(BrowserError, match=words):
        find_browser(engine, headed=headed, executable=bare.parent / path)


def test_no_browser_says_what_to_install(bare: Path) -> None:
    with pytest.raises(BrowserError) as raised:
        find_browser()
    for words in (
        "google-chrome: not installed",
        "apt-get install chromium-headless-shell",
        "-m playwright install --with-deps --only-shell chromium",
        "LOCKSTEP_BROWSER=",
    ):
        assert words in str(raised.value)


def test_no_display_says_how_to_get_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "chromium")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(BrowserError, match="xvfb-run -a lockstep run --headed"):
        find_browser(headed=True)


def test_chromium_starts_without_its_sandbox(bare: Path) -> None:
    program(bare / "chromium-headless-shell")
    args = browsers.launch_args(find_browser())
    assert args["chromium_sandbox"] is False
    assert args["headless"] is True


def test_version_is_what_the_browser_says(bare: Path) -> None:
    program(bare / "chromium")
    assert find_browser().version == "Made Up 1.2"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            "[err] x: error while loading shared libraries: libnss3.so: cannot open",
            "library libnss3.so is missing",
        ),
        ("Looks like you launched a headed browser without having a XServer running.", "xvfb-run -a"),
        ("Failed to launch: Error: spawn /x EACCES", "may not be run"),
        ("Target closed\n - [pid=7][err] Segmentation fault\n - more", "it said 'Segmentation fault'"),
    ],
)
def test_a_start_that_fails_is_explained_in_one_line(bare: Path, output: str, words: str) -> None:
    program(bare / "chromium")
    message = explain_start_failure(find_browser(), output)
    assert words in message
    assert "\n" not in message


def usable(engine: Engine, *, headed: bool = False) -> FoundBrowser:
    try:
        return find_browser(engine, headed=headed)
    except BrowserError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("engine", [Engine.CHROMIUM, Engine.FIREFOX])
def test_the_found_browser_starts_and_shows_a_page(engine: Engine) -> None:
    found = usable(engine)
    with sync_playwright() as playwright:
        browser = launch(getattr(playwright, engine), found)
        page = browser.new_page()
        page.set_content("<h1>seen</h1>")
        assert page.locator("h1").is_visible()
        assert browser.version.split(".")[0] in found.version
        browser.close()


def test_a_program_that_is_no_browser_is_one_message(tmp_path: Path) -> None:
    found = find_browser(executable=program(tmp_path / "chrome"))
    with sync_playwright() as playwright, pytest.raises(BrowserError, match="does not start"):
        launch(playwright.chromium, found)


def test_a_window_opens_on_a_virtual_screen() -> None:
    if not shutil.which("xvfb-run"):
        pytest.skip("xvfb-run is not installed")
    if not any(each.usable for each in browsers.candidates(Engine.CHROMIUM, headed=True)):
        pytest.skip("no Chromium with a window is installed")
    command = ["xvfb-run", "-a", sys.executable, "-c", OPEN_A_WINDOW]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
