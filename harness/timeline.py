"""The timeline of one spec: the lanes of its clients, its server and itself, and the judgement of it all."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.backend import Backend
from harness.checkers.judge import Judgement, judge, write_verdicts
from harness.checkers.wording import judgement_lines
from harness.clients.client import Client
from harness.clients.recorder import Recorder
from harness.clients.run_delay import RunDelay
from harness.errors import EnvironmentTrouble, StubError
from harness.faults import faults_script
from harness.fence import Fence, Settled
from harness.journal.entries import FILE_NAME, SERVER, EntryKind, Header, MarkName
from harness.journal.lines import line
from harness.journal.reader import read_journal
from harness.journal.redact import SECRET_KEYS, Redactor
from harness.journal.view import JournalView
from harness.journal.writer import JournalWriter
from harness.scenario import Scenario
from harness.stub import StubLane
from harness.target import Target

_RECENT = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The judgement of a spec, and its words."""

    judgement: Judgement
    lines: tuple[str, ...]
    #: The last things that happened, for whoever reads a failure.
    recent: tuple[str, ...]


class Timeline:
    """Writes `directory/journal.jsonl` from now until `judge`."""

    def __init__(
        self, directory: Path, *, spec: str, scenario: Scenario, target: Target, backend: Backend
    ) -> None:
        self.directory = directory
        self._target = target
        self._backend = backend
        self.redactor = Redactor(keys=(*SECRET_KEYS, *target.secret_keys), known=backend.secrets)
        self.writer = JournalWriter(
            directory / FILE_NAME, _header(spec, scenario, target, backend), redactor=self.redactor
        )
        self._run_delay = RunDelay(self._starved, now_s=self.writer.now)
        #: The server's own lane, where it tells what it does.
        self.lane = StubLane(backend.stub, self.writer) if backend.stub else None

    def recorder(self, *, name: str, person: str, engine: str) -> Recorder:
        """A lane for the client `name`."""
        return Recorder(
            name=name,
            person=person,
            engine=engine,
            writer=self.writer,
            target=self._target,
            redactor=self.redactor,
            extensions=[faults_script()],
        )

    def settle(self, clients: Sequence[Client], *, timeout_ms: int, patient: bool) -> Settled:
        """Wait until all is quiet between `clients` and the server; marks the moment and the truth."""
        fence = Fence(
            clients,
            lane=self.lane,
            stub=self._backend.stub,
            throttle_ms=self._target.contract.throttle_ms,
            quiet_ms=self._target.timeouts.quiet_ms,
        )
        settled = fence.reach(timeout_ms, patient=patient)
        names = [client.name for client in clients]
        told: dict[str, Any] = {"reason": settled.reason} if settled.reason else {}
        self.writer.mark(MarkName.SETTLED, ok=settled.ok, exact=self.lane is not None, clients=names, **told)
        with suppress(StubError, EnvironmentTrouble):  # gone: no truth to tell; `close` says so
            if (truth := self._backend.truth()) is not None:
                self.writer.mark(MarkName.TRUTH, **truth)
        return settled

    def _starved(self, start: float, end: float, seconds: float) -> None:
        within = round(end - start, 3)
        self.writer.mark(MarkName.STARVED, at=end, within=within, seconds=round(seconds, 3))

    def expectation(self, what: str, *, ok: bool) -> None:
        """What the spec expected, and whether it was so."""
        self.writer.mark(MarkName.EXPECTATION, what=what, ok=ok)

    def close(self, clients: Sequence[Client], *, settled: bool) -> None:
        """The history ends here: the rest of what the clients and the stub saw is fetched."""
        self._run_delay.stop()
        try:
            if self.lane is not None:
                self.lane.pull()
        except StubError as error:
            self.writer.write(SERVER, EntryKind.OBSERVER, state="lost", what="server", reason=str(error))
        for client in clients:
            if client.recorder is not None:
                connections = self._connections_of(client, clients)
                client.recorder.finish(client.page, connections, settled=settled)
        self.writer.close()

    def abandon(self) -> None:
        """Only a judged timeline has an end; one that was interrupted breaks off here."""
        self._run_delay.stop()
        self.writer.abandon()

    def discard(self) -> None:
        """Nothing is to be judged: the spec was skipped."""
        self.abandon()
        self.writer.path.unlink(missing_ok=True)
        with suppress(OSError):  # there is more in it
            self.directory.rmdir()

    def _connections_of(self, client: Client, clients: Sequence[Client]) -> dict[str, float] | None:
        """What the server has of a person is one client's only while nobody else is that person.

        None: the server does not tell.
        """
        if self.lane is None:
            return None
        if sum(other.person == client.person for other in clients) > 1:
            return {}
        return self.lane.eio_sids.get(client.person, {})

    def judge(
        self, expected: Collection[str], *, spec_outcome: str, duration_s: float | None = None
    ) -> Judged:
        """Judge what was written, and write verdicts.json beside it. Raises UnknownName for a checker."""
        view = JournalView(read_journal(self.writer.path))
        judgement = judge(view, expected)
        write_verdicts(self.directory, view, judgement, spec_outcome=spec_outcome, duration_s=duration_s)
        return Judged(
            judgement=judgement, lines=tuple(judgement_lines(view, judgement)), recent=_recent(view)
        )


def _header(spec: str, scenario: Scenario, target: Target, backend: Backend) -> Header:
    now = time.time()
    told = target.has_stub or target.frontend.settings is not None
    project = scenario.projects[0].id if scenario.projects else None
    return Header(
        spec=spec,
        scenario=scenario.name,
        seed=scenario.seed,
        target=target.name,
        started=time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(now)),
        epoch=now,
        contract={**target.contract.model_dump(mode="json"), "echo": str(scenario.gateway.echo)},
        budgets=target.budgets.model_dump(mode="json"),
        frontend=scenario.frontend.model_dump(mode="json") if told else {},
        gateway=scenario.gateway.model_dump(mode="json") if target.has_stub else {},
        project=backend.id(project) if project else None,
        project_path=target.paths.project,
        slowdown=target.slowdown,
        keeps_contract=target.keeps_contract and (scenario.keeps_to_contract or not target.has_stub),
    )


def _recent(view: JournalView) -> tuple[str, ...]:
    """The last entries that tell of something: no heartbeats, no marks of the harness' own."""
    telling = [
        entry
        for entry in view.entries
        if entry.kind.value not in ("mark", "client", "observer")
        and not (entry.kind.value == "frame" and entry.get("engine") != "message")
    ]
    return tuple(line(entry) for entry in telling[-_RECENT:])
