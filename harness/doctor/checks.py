"""The doctor's checks: each looks at one thing and says what it found and how to mend it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from playwright.sync_api import sync_playwright

from harness.clients.browsers import Engine, FoundBrowser, candidates, find_browser, has_display, launch
from harness.doctor.ports import holder, is_free
from harness.errors import BrowserError
from harness.frontend import NODE_NEEDED, WEBUI, BuildState, build_state, find_node
from harness.settings import fixtures_dir

_DISTRIBUTION = "lockstep-e2e"
_KEY_PACKAGES = ("playwright", "pytest", "pytest-playwright", "python-socketio", "aiohttp", "pydantic")
_SERVE_PORTS = {8002: "gateway", 3001: "frontend"}
_SETUP = "run scripts/setup"


class Status(StrEnum):
    """`ok`; `note`: worth knowing, a run works; `wrong`: a run does not work before it is mended."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `found` is what is there, `fix` what to do when it is not ok."""

    name: str
    status: Status
    found: str
    fix: str = ""


def examine() -> list[Check]:
    """Everything a run needs, in the order in which a person would mend it. Starts the browser once."""
    return [
        _python(),
        *_packages(),
        _node(),
        _frontend(),
        _fixtures(),
        *_browsers(),
        _display(),
        *(_port(port, use) for port, use in _SERVE_PORTS.items()),
    ]


def _python() -> Check:
    # An older Python cannot even read this file, so there is nothing to find wrong.
    return Check(name="Python", status=Status.OK, found=f"{platform.python_version()} ({sys.executable})")


def _packages() -> Iterator[Check]:
    try:
        needed = [Requirement(line) for line in requires(_DISTRIBUTION) or []]
    except PackageNotFoundError:
        yield Check(name=_DISTRIBUTION, status=Status.WRONG, found="not installed", fix=_SETUP)
        return
    yield Check(name=_DISTRIBUTION, status=Status.OK, found=version(_DISTRIBUTION))
    for requirement in sorted(needed, key=lambda each: each.name):
        check = _package(requirement)
        if check.status is Status.WRONG or requirement.name in _KEY_PACKAGES:
            yield check


def _package(requirement: Requirement) -> Check:
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        found = "not installed"
    fits = found != "not installed" and requirement.specifier.contains(found, prereleases=True)
    return Check(
        name=requirement.name,
        status=Status.OK if fits else Status.WRONG,
        found=found if fits else f"{found}, but {requirement.specifier} is needed",
        fix="" if fits else f"{_SETUP}, or: pip install '{requirement}'",
    )


def _node() -> Check:
    node = find_node()
    if node:
        return Check(name="Node", status=Status.OK, found=f"{node.version} ({node.node})")
    old = shutil.which("node")
    found = f"{old} is too old or has no npm" if old else "not found"
    if build_state() in (BuildState.FRESH, BuildState.PACKAGED):
        return Check(name="Node", status=Status.OK, found=f"{found}; not needed, the frontend is built")
    fix = f"{_SETUP}, which brings a Node of its own, or install Node {NODE_NEEDED}, with npm"
    return Check(name="Node", status=Status.WRONG, found=found, fix=fix)


def _frontend() -> Check:
    state = build_state()
    found = {
        BuildState.FRESH: "built from the present sources",
        BuildState.PACKAGED: "built, came with the package",
        BuildState.STALE: "the build is older than its sources",
        BuildState.MISSING: f"not built ({WEBUI / 'dist'})",
    }[state]
    status = {BuildState.STALE: Status.NOTE, BuildState.MISSING: Status.WRONG}.get(state, Status.OK)
    return Check(
        name="reference frontend", status=status, found=found, fix="" if status is Status.OK else _SETUP
    )


def _fixtures() -> Check:
    root = fixtures_dir()
    count = len(list((root / "scenarios").rglob("*.yaml")))
    return Check(
        name="fixtures",
        status=Status.OK if count else Status.WRONG,
        found=f"{count} scenarios in {root}",
        fix=""
        if count
        else "run in the project's folder, or set LOCKSTEP_FIXTURES to the folder with scenarios/",
    )


def _browsers() -> Iterator[Check]:
    try:
        found = find_browser()
    except BrowserError as error:
        yield Check(name="browser", status=Status.WRONG, found="none can be used", fix=str(error))
    else:
        yield _chosen(found)
    yield from (_engine(engine) for engine in Engine)


def _engine(engine: Engine) -> Check:
    tried = candidates(engine, headed=False)
    here = ", ".join(f"{each.name} ({each.executable})" for each in tried if each.usable)
    missing = ", ".join(each.name for each in tried if not each.usable)
    found = (here or "none") + (f"; not here: {missing}" if missing else "")
    return Check(name=f"{engine} browsers", status=Status.OK, found=found)


def _chosen(found: FoundBrowser) -> Check:
    text = f"{found.version} ({found.executable}): {found.reason}"
    try:
        with sync_playwright() as playwright:
            launch(getattr(playwright, found.engine), found).close()
    except BrowserError as error:
        return Check(name="browser used", status=Status.WRONG, found=text, fix=str(error))
    return Check(name="browser used", status=Status.OK, found=f"{text}; it starts")


def _display() -> Check:
    if has_display():
        return Check(name="display", status=Status.OK, found="there is one, so --headed works")
    runner = Path(shutil.which("xvfb-run") or "")
    how = "xvfb-run -a lockstep run --headed"
    fix = f"for --headed: {how}" if runner.name else f"for --headed: sudo apt-get install xvfb, then {how}"
    return Check(name="display", status=Status.NOTE, found="none, so only headless", fix=fix)


def _port(port: int, use: str) -> Check:
    name = f"port {port} ({use})"
    if is_free(port):
        return Check(name=name, status=Status.OK, found="free")
    option = "--port 0" if use == "gateway" else "--ui-port 0"
    return Check(
        name=name,
        status=Status.NOTE,
        found=f"taken by {holder(port) or 'a process of another user'}; only `lockstep serve` wants it",
        fix=f"stop that process, or: lockstep serve {option}",
    )
