"""What the doctor finds, and the fix it gives for each thing wrong."""

import socket
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from harness.doctor import Check, Status, checks, examine, render
from harness.doctor.ports import holder, is_free
from harness.errors import BrowserError
from harness.frontend import BuildState


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def named(found: list[Check], name: str) -> Check:
    return next(check for check in found if check.name == name)


def test_every_thing_a_run_needs_is_looked_at() -> None:
    found = examine()
    names = [check.name for check in found]
    assert {"Python", "Node", "reference frontend", "fixtures", "display", "chromium browsers"} <= set(names)
    assert {"port 8002 (gateway)", "port 3001 (frontend)"} <= set(names)
    assert [check.name for check in found if check.status is not Status.OK and not check.fix] == []


def test_a_taken_port_names_its_holder(taken: int) -> None:
    assert not is_free(taken)
    who = holder(taken)
    assert who is not None
    assert "pytest" in who or "python" in who
    check = checks._port(taken, "gateway")
    assert (check.status, check.fix) == (Status.NOTE, "stop that process, or: lockstep serve --port 0")
    assert who in check.found


def test_a_port_is_free_again_when_its_server_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert is_free(port)
    assert holder(port) is None


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (BuildState.FRESH, Status.OK),
        (BuildState.PACKAGED, Status.OK),
        (BuildState.STALE, Status.NOTE),
        (BuildState.MISSING, Status.WRONG),
    ],
)
def test_the_frontends_build(monkeypatch: pytest.MonkeyPatch, state: BuildState, status: Status) -> None:
    monkeypatch.setattr(checks, "build_state", lambda: state)
    check = checks._frontend()
    assert check.status is status
    assert check.fix == ("" if status is Status.OK else "run scripts/setup")


@pytest.mark.parametrize(
    ("state", "status"), [(BuildState.FRESH, Status.OK), (BuildState.MISSING, Status.WRONG)]
)
def test_no_node_is_wrong_only_while_there_is_something_to_build(
    monkeypatch: pytest.MonkeyPatch, state: BuildState, status: Status
) -> None:
    monkeypatch.setattr(checks, "build_state", lambda: state)
    monkeypatch.setattr(checks, "find_node", lambda: None)
    assert checks._node().status is status


def test_no_browser_is_wrong_and_the_fix_is_the_finders_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_browser() -> None:
        raise BrowserError("no chromium found. Install one")

    monkeypatch.setattr(checks, "find_browser", no_browser)
    check = named(list(checks._browsers()), "browser")
    assert (check.status, check.fix) == (Status.WRONG, "no chromium found. Install one")


def test_a_browser_that_does_not_start_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "chrome"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("LOCKSTEP_BROWSER", str(broken))
    check = named(list(checks._browsers()), "browser used")
    assert check.status is Status.WRONG
    assert "does not start" in check.fix


def test_missing_fixtures_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_FIXTURES", str(tmp_path))
    check = checks._fixtures()
    assert check.status is Status.WRONG
    assert "LOCKSTEP_FIXTURES" in check.fix


def test_a_package_of_another_version_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    requirement = checks.Requirement("playwright==1.64.1")
    assert checks._package(requirement).status is Status.OK
    monkeypatch.setattr(checks, "version", lambda _: "1.65.2")
    check = checks._package(requirement)
    assert check.found == "1.65.2, but ==1.64.1 is needed"
    assert check.fix == "run scripts/setup, or: pip install 'playwright==1.64.1'"


def test_the_table_ends_with_the_fixes_and_the_verdict() -> None:
    console = Console(width=100, record=True, file=StringIO())
    console.print(
        render(
            [
                Check(name="Python", status=Status.OK, found="3.11.7"),
                Check(name="browser", status=Status.WRONG, found="none", fix="install one [now]"),
            ]
        )
    )
    lines = [line.strip() for line in console.export_text().splitlines() if line.strip()]
    assert lines[-3:] == ["What to do", "browser: install one [now]", "1 wrong."]
