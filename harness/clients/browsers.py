"""Finds the browser to use for an engine, and starts it: the one place that launches browsers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import playwright

from harness.errors import BrowserError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

#: Environment variable with the path or the command name of the browser to use.
BROWSER_VARIABLE = "LOCKSTEP_BROWSER"

# Playwright already silences updates, sync and background calls; a test needs no QUIC on loopback either.
_CHROMIUM_ARGS = ("--disable-quic", "--no-pings", "--disable-domain-reliability")


class Engine(StrEnum):
    """The engines that Playwright drives, by Playwright's names."""

    CHROMIUM = "chromium"
    FIREFOX = "firefox"
    WEBKIT = "webkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One browser that was looked for; `problem` says why it cannot be used, empty when it can."""

    name: str
    executable: Path | None
    channel: str | None = None
    problem: str = ""

    @property
    def usable(self) -> bool:
        return self.executable is not None and not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBrowser:
    """The browser that will be used, why this one, and what else was looked at."""

    engine: Engine
    name: str
    executable: Path
    #: Playwright's name for a stock browser that needs another protocol than Playwright's own builds.
    channel: str | None
    reason: str
    candidates: tuple[Candidate, ...]

    @property
    def version(self) -> str:
        """What the browser says of itself ("Chromium 156.0.8078.79"); asks the program, so it takes 0.1 s."""
        try:
            answer = subprocess.run(
                [self.executable, "--version"], capture_output=True, text=True, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        return answer.stdout.strip().partition(" built on")[0] or "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Program:
    """A browser that an operating system's package brings, by the names of its command."""

    commands: tuple[str, ...]
    headless_only: bool = False
    channel: str | None = None


# In the order of preference; the headless shell starts a spec in a third of full Chromium's time.
_PROGRAMS: dict[Engine, tuple[_Program, ...]] = {
    Engine.CHROMIUM: (
        _Program(commands=("chromium-headless-shell",), headless_only=True),
        _Program(commands=("chromium", "chromium-browser")),
        _Program(commands=("google-chrome", "google-chrome-stable")),
        _Program(commands=("msedge", "microsoft-edge", "microsoft-edge-stable")),
    ),
    # Stock Firefox speaks WebDriver BiDi, which Playwright reaches through this channel only.
    Engine.FIREFOX: (_Program(commands=("firefox-esr", "firefox"), channel="moz-firefox"),),
    Engine.WEBKIT: (),
}

# Playwright's downloads: (name in its browsers.json, headless only, executable below the download).
_DOWNLOADS: dict[Engine, tuple[tuple[str, bool, tuple[str, ...]], ...]] = {
    Engine.CHROMIUM: (
        ("chromium-headless-shell", True, ("*/chrome-headless-shell", "*/headless_shell")),
        ("chromium", False, ("*/chrome", "*/*.app/Contents/MacOS/*")),
    ),
    Engine.FIREFOX: (("firefox", False, ("firefox/firefox", "firefox/*.app/Contents/MacOS/firefox")),),
    Engine.WEBKIT: (("webkit", False, ("pw_run.sh",)),),
}

_PACKAGES = {Engine.CHROMIUM: "chromium-headless-shell", Engine.FIREFOX: "firefox-esr"}


def find_browser(
    engine: Engine = Engine.CHROMIUM,
    *,
    headed: bool = False,
    executable: Path | None = None,
    beside: bool = False,
) -> FoundBrowser:
    """The first usable browser: the given one (else `LOCKSTEP_BROWSER`), Playwright's own, the system's.

    `beside` the run's own browser, a given one that does not fit is no error. Raises BrowserError, with what
    to install, when there is none, when the given one cannot be used, or when `headed` without a display.
    """
    if headed and not has_display():
        raise BrowserError(
            "no display for a headed browser (DISPLAY is not set). "
            "Run without --headed, or on a virtual screen: xvfb-run -a lockstep run --headed"
        )
    tried = candidates(engine, headed=headed, executable=executable)
    first = tried[0]
    if first.name == "given" and not first.usable and not beside:
        raise BrowserError(f"the given browser {first.executable} cannot be used: {first.problem}.")
    chosen = next((candidate for candidate in tried if candidate.usable), None)
    if chosen is None or chosen.executable is None:
        raise BrowserError(_nothing_found(engine, headed, tried))
    return FoundBrowser(
        engine=engine,
        name=chosen.name,
        executable=chosen.executable,
        channel=chosen.channel,
        reason=_reason(chosen, headed),
        candidates=tried,
    )


def candidates(engine: Engine, *, headed: bool, executable: Path | None = None) -> tuple[Candidate, ...]:
    """Every browser that is looked for, in the order of preference, usable or not."""
    variable = os.environ.get(BROWSER_VARIABLE)
    given = executable or (Path(shutil.which(variable) or variable) if variable else None)
    found = [_given(engine, headed, given)] if given else []
    found += [_download(engine, headed, *download) for download in _DOWNLOADS[engine]]
    found += [_installed(headed, program) for program in _PROGRAMS[engine]]
    return tuple(found)


def has_display() -> bool:
    """Whether a window can be opened (always so where windows need no X or Wayland server)."""
    needs_server = sys.platform.startswith("linux")
    return not needs_server or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def launch_args(found: FoundBrowser, *, headed: bool = False) -> dict[str, Any]:
    """Keyword arguments for `browser_type.launch` that start `found`, as root or in a container too."""
    args: dict[str, Any] = {"executable_path": str(found.executable), "headless": not headed}
    if found.channel:
        args["channel"] = found.channel
    if found.engine is Engine.CHROMIUM:
        # Chromium's sandbox does not start as root, nor in a container without user namespaces.
        args["chromium_sandbox"] = False
        args["args"] = list(_CHROMIUM_ARGS)
    return args


def launch(
    browser_type: BrowserType, found: FoundBrowser, *, headed: bool = False, **options: Any
) -> Browser:
    """Starts `found`; raises BrowserError with the cause and the cure when it does not start."""
    from playwright.sync_api import Error

    try:
        return browser_type.launch(**{**options, **launch_args(found, headed=headed)})
    except Error as error:
        raise BrowserError(explain_start_failure(found, error.message)) from error


def explain_start_failure(found: FoundBrowser, output: str) -> str:
    """One message from the pages of text that a browser leaves when it does not start."""
    cannot = f"{found.name} ({found.executable}) does not start: "
    library = _after(output, "error while loading shared libraries: ").partition(":")[0]
    if library:
        return (
            f"{cannot}the library {library} is missing. "
            f"Install what browsers need ({_playwright()} install-deps), or your distribution's own browser."
        )
    if "XServer" in output or "X server" in output:
        return f"{cannot}it cannot open the display. Run without --headed, or under: xvfb-run -a"
    if "ENOENT" in output or "EACCES" in output:
        return f"{cannot}the file is not there or may not be run."
    said = _after(output, "[err] ") or "nothing"
    return f"{cannot}it said {said!r}. Try it by hand: {found.executable} --version"


def _given(engine: Engine, headed: bool, executable: Path) -> Candidate:
    problem = ""
    if not os.access(executable, os.X_OK) or executable.is_dir():
        problem = "there is no program at this path"
    elif ("firefox" in executable.name) is not (engine is Engine.FIREFOX):
        other = Engine.FIREFOX if "firefox" in executable.name else Engine.CHROMIUM
        problem = f"it is no {engine}; ask for its engine (--browser {other}), or give another path"
    elif headed and "headless" in executable.name:
        problem = "it has no window; run without --headed, or give another path"
    stock_firefox = engine is Engine.FIREFOX and "ms-playwright" not in executable.parts
    channel = _PROGRAMS[Engine.FIREFOX][0].channel if stock_firefox else None
    return Candidate(name="given", executable=executable, channel=channel, problem=problem)


def _download(
    engine: Engine, headed: bool, name: str, headless_only: bool, patterns: tuple[str, ...]
) -> Candidate:
    label, folder = f"playwright's {name}", _download_folder(name)
    found = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    executable = next((path for path in found if os.access(path, os.X_OK)), None)
    problem = "headless only" if headed and headless_only else ""
    return Candidate(name=label, executable=executable, problem=problem if executable else "not downloaded")


def _installed(headed: bool, program: _Program) -> Candidate:
    found = next((path for command in program.commands if (path := shutil.which(command))), None)
    problem = "headless only" if headed and program.headless_only else ""
    return Candidate(
        name=program.commands[0],
        executable=Path(found) if found else None,
        channel=program.channel,
        problem=problem if found else "not installed",
    )


def _download_folder(name: str) -> Path:
    """Where this Playwright keeps its download of `name`; each release has a folder of its own."""
    package = Path(playwright.__file__).parent / "driver" / "package"
    listed = json.loads((package / "browsers.json").read_text())["browsers"]
    revision = next(browser["revision"] for browser in listed if browser["name"] == name)
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if given == "0":
        base = package / ".local-browsers"
    elif given:
        base = Path(given)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches" / "ms-playwright"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
    return base / f"{name.replace('-', '_')}-{revision}"


def _reason(chosen: Candidate, headed: bool) -> str:
    if chosen.name == "given":
        return "it was given"
    if chosen.name.startswith("playwright's"):
        return "it is the build that this Playwright was made for"
    if "headless" in chosen.name and not headed:
        return "it starts fastest of the browsers installed here"
    return "it is the first usable one of the list"


def _nothing_found(engine: Engine, headed: bool, tried: tuple[Candidate, ...]) -> str:
    listed = "; ".join(f"{candidate.name}: {candidate.problem}" for candidate in tried)
    window = " with a window" if headed else ""
    package = "chromium" if engine is Engine.CHROMIUM and headed else _PACKAGES.get(engine)
    install = f"sudo apt-get install {package} fonts-dejavu-core, or: " if package else ""
    own = "--only-shell chromium" if engine is Engine.CHROMIUM and not headed else engine
    return (
        f"no {engine}{window} found ({listed}). "
        f"Install one: {install}{_playwright()} install --with-deps {own}; "
        f"or set {BROWSER_VARIABLE}=/path/to/browser."
    )


def _playwright() -> str:
    """How to call the playwright of this environment, whatever is on PATH."""
    python = Path(sys.executable)
    return f"{python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python} -m playwright"


def _after(text: str, mark: str) -> str:
    """The rest of the line after `mark`, empty when the mark is not there."""
    return text.partition(mark)[2].partition("\n")[0].strip()


def main() -> int:
    """Prints the path of the browser that a headless run would use; scripts/setup asks this."""
    try:
        sys.stdout.write(f"{find_browser().executable}\n")
    except BrowserError as error:
        sys.stderr.write(f"lockstep: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
