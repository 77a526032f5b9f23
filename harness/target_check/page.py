"""Opens a target's page as a person would, under the tap and the lens, and tells what they see."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error

from harness.backend import DeploymentBackend
from harness.clients.client import Client
from harness.clients.lens import read_report
from harness.errors import NotSeen
from harness.journal.entries import EntryKind, SocketState
from harness.journal.reader import read_journal
from harness.scenario import Scenario
from harness.stage import Stage
from harness.standalone_stage import standalone_stage
from harness.target import Build, Target
from harness.target_check.findings import Facts


def look_at_page(
    target: Target,
    backend: DeploymentBackend,
    scenario: Scenario,
    browser: Browser,
    options: Mapping[str, Any],
    facts: Facts,
) -> None:
    """As the first person of `scenario`, in its first project: the socket, the badge, what the lens finds."""
    with tempfile.TemporaryDirectory(prefix="lockstep-check-") as folder:
        _look(target, backend, scenario, browser, options, facts, Path(folder))


def _look(
    target: Target,
    backend: DeploymentBackend,
    scenario: Scenario,
    browser: Browser,
    options: Mapping[str, Any],
    facts: Facts,
    folder: Path,
) -> None:
    try:
        with standalone_stage(
            "target check",
            target=target,
            backend=backend,
            scenario=scenario,
            browser=browser,
            options=options,
            folder=folder,
        ) as stage:
            person = next(iter(backend.people.values()))
            client = stage.client(person.name, ready=False)
            ready = _wait(stage, client, facts)
            stage.timeline.settle([client], timeout_ms=target.timeouts.expect_ms, patient=False)
            _tell_lens(target, client, facts)
            stage.timeline.close([client], settled=True)
            _tell_wire(target, folder, facts, ready=ready)
    except Error as error:
        facts.wrong("page", f"it could not be opened: {error.message.splitlines()[0]}")


def _wait(stage: Stage[Client], client: Client, facts: Facts) -> bool:
    try:
        stage.wait_ready(client)
    except NotSeen as error:
        facts.wrong("ready", str(error).splitlines()[0], _why_not_ready(stage.target, client))
        return False
    join = stage.target.gateway.join_event
    facts.ok("ready", f"the page's socket is connected{f' and {join} acknowledged' if join else ''}")
    return True


def _why_not_ready(target: Target, client: Client) -> str:
    if target.paths.login in client.page.url:
        return "the page went to the login: is auth right (auth.by, local_storage_key)?"
    return "is gateway.join_event what the app sends, and gateway.path where its socket goes?"


def _tell_lens(target: Target, client: Client, facts: Facts) -> None:
    if target.lens is None:
        facts.note(
            "lens", "none: boards are not judged", "describe the board with a lens, or ask `lockstep init`"
        )
        return
    report = read_report(client.page, target.lens)
    if report is None:
        facts.wrong("lens", "it is not in the page", environment=False)
    elif report.missing == ("item",) and target.world.by is Build.NONE:
        facts.note("lens", f"finds no item ({target.lens.item}): the list is empty, or the selector is wrong")
    elif trouble := report.explain():
        facts.wrong("lens", trouble, "mend the selectors of lens in the target file", environment=False)
    else:
        items, columns = report.matches.get("item"), report.matches.get("column")
        where = f" in {columns} columns" if columns else ""
        facts.ok("lens", f"finds {items} items{where}")


def _tell_wire(target: Target, folder: Path, facts: Facts, *, ready: bool) -> None:
    """Which transport carried the page's socket, and what the badge said at the end."""
    entries = read_journal(folder / "journal.jsonl").entries
    sockets = [entry for entry in entries if entry.kind is EntryKind.SOCKET]
    states = [entry.get("state") for entry in sockets]
    if SocketState.CONNECTED in states:
        first = next(entry for entry in sockets if entry.get("state") == SocketState.CONNECTED)
        upgraded = " then websocket" if SocketState.UPGRADED in states else ""
        facts.ok("transport", f"{first.get('transport')}{upgraded}")
    elif not ready:
        facts.note("transport", "no socket of the page was seen to connect")
    badges = [entry.get("text") for entry in entries if entry.kind is EntryKind.BADGE]
    if badges and badges[-1]:
        facts.compare("badge", "contract.badge_live", found=badges[-1], says=target.contract.badge_live)
    elif target.lens and target.lens.badge:
        facts.wrong("badge", f"lens.badge ({target.lens.badge.selector}) shows no text", environment=False)
