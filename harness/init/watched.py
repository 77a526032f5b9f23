"""Two people on a page nobody knows yet: what their sockets say, and what the page shows meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error

from harness.backend import DeploymentBackend
from harness.clients.client import Client
from harness.clients.wait import until
from harness.errors import EnvironmentTrouble
from harness.init.tree import Node, snapshot
from harness.journal.entries import EntryKind, SocketState
from harness.journal.reader import read_journal
from harness.scenario import bare_scenario
from harness.stage import Stage
from harness.standalone_stage import standalone_stage
from harness.target import Target

_SETTLE_MS = 3000


class Watched:
    """A stage with the first two people of `target` on its page. `folder` gets the journal."""

    def __init__(self, stage: Stage[Client], folder: Path) -> None:
        self.stage = stage
        self._folder = folder
        names = list(stage.target.people)[:2]
        try:
            self.one, self.other = (stage.client(name, ready=False) for name in names)
        except Error as error:
            url = f"{stage.target.app_url}{stage.target.paths.project}"
            raise EnvironmentTrouble(f"{url} cannot be opened: {error.message.splitlines()[0]}") from error

    def settle(self) -> None:
        """Until all is quiet, or for long enough: a page with a clock on it never is."""
        self.stage.timeline.settle([self.one, self.other], timeout_ms=_SETTLE_MS, patient=False)

    def shown(self) -> tuple[Node, Node]:
        """What both pages show once all is quiet."""
        self.settle()
        return snapshot(self.one.page), snapshot(self.other.page)

    def wait(self, condition: Callable[[], bool], timeout_ms: int) -> bool:
        """Whether `condition` came to hold in time."""
        with suppress(AssertionError):
            until(condition, page=self.one.page, timeout_ms=timeout_ms, failure=lambda: "")
            return True
        return False

    def is_connected(self) -> bool:
        return bool(self.one.sids and self.other.sids)

    def heard(self) -> set[str]:
        """Every text and number in what the other's page has received so far, as texts."""
        return {text for event in self.other.events.received() for text in _leaves(list(event.args))}

    def events(self) -> tuple[dict[str, int], dict[str, int]]:
        """Names of events sent and received by both, with how often."""
        sent: dict[str, int] = {}
        received: dict[str, int] = {}
        for client in (self.one, self.other):
            for event in client.events.sent():
                sent[event.event] = sent.get(event.event, 0) + 1
            for event in client.events.received():
                received[event.event] = received.get(event.event, 0) + 1
        return sent, received

    def gateway(self) -> dict[str, Any]:
        """What is to stand below `gateway` of the target, as far as it is not what anybody would expect."""
        page = urlsplit(self.one.page.url)
        found: dict[str, Any] = {}
        for entry in self._entries():
            url = urlsplit(str(entry.get("url", "")))
            if entry.kind is EntryKind.SOCKET and entry.get("state") == SocketState.CONNECTING and url.netloc:
                if url.netloc != page.netloc:
                    found["url"] = f"{url.scheme.replace('ws', 'http')}://{url.netloc}"
                if url.path != "/socket.io/":
                    found["path"] = url.path
            namespace = entry.get("namespace")
            if entry.get("packet") == "CONNECT" and namespace not in (None, "/"):
                found["namespace"] = namespace
        return found

    def transports(self) -> list[str]:
        """Those that carried messages, in the order of their use."""
        frames = [
            each
            for each in self._entries()
            if each.kind is EntryKind.FRAME and each.get("engine") == "message"
        ]
        return list(dict.fromkeys(str(each.get("transport")) for each in frames))

    def plain_sockets(self) -> bool:
        """Whether the page has a WebSocket that is none of Socket.IO's."""
        return any(each.kind is EntryKind.PLAIN_SOCKET for each in self._entries())

    def _entries(self) -> Iterator[Any]:
        yield from read_journal(self._folder / "journal.jsonl").entries


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


@contextmanager
def watched(
    target: Target, browser: Browser, folder: Path, *, marker: str, options: Mapping[str, Any]
) -> Iterator[Watched]:
    """Signed in as the target says; raises EnvironmentTrouble where that, or the page, is not to be had."""

    backend = DeploymentBackend(target, marker=marker)
    try:
        with standalone_stage(
            "lockstep init",
            target=target,
            backend=backend,
            scenario=bare_scenario(target.people),
            browser=browser,
            options=options,
            folder=folder,
        ) as stage:
            yield Watched(stage, folder)
    finally:
        backend.close()
