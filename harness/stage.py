"""What a spec holds: the scenario's world, the people in it, and what can be done to their server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from playwright.sync_api import Error

from harness.backend import Backend, OpenContext
from harness.backend.marker import marker, run_id
from harness.clients.client import Board, Client
from harness.clients.engine import engine_of
from harness.clients.rest_peer import RestPeer
from harness.clients.starting_storage import StartingStorage
from harness.clients.wait import until
from harness.convergence import all_equal, board_of, show_boards
from harness.driven_clock import Clock
from harness.errors import NotOnTarget, NotSeen, UnknownName, UnscriptedError, UsageError
from harness.faults import Faults, ReadOnly
from harness.scenario import ClientEvent, Scenario, ServerEvent
from harness.stub import Person, StubControl
from harness.stub.seen import near_misses
from harness.target import Target
from harness.timeline import Judged, Timeline

ClientT = TypeVar("ClientT", bound=Client)

#: How long the end of a spec may take to become quiet; what a fault holds is not waited for.
_LAST_FENCE_MS = 10_000


class Stage(Generic[ClientT]):
    """One spec's stage. `ClientT` is the suite's own client class, with its page objects."""

    def __init__(
        self,
        *,
        scenario: Scenario,
        target: Target,
        backend: Backend,
        app_url: str,
        client_type: type[ClientT],
        open_context: OpenContext,
        timeline: Timeline,
        on_client: Callable[[list[ClientT]], None] = lambda _clients: None,
    ) -> None:
        self.scenario = scenario
        self.target = target
        self.backend = backend
        self.timeline = timeline
        self._app_url = app_url
        self._client_type = client_type
        self._open_context = open_context
        self._on_client = on_client
        self._clients: dict[str, ClientT] = {}
        #: What breaks the network of the stage's clients; all of it is lifted when the spec ends.
        self.faults = Faults(
            clients=lambda: self.everybody,
            events=_known_events(scenario),
            seed=scenario.seed,
            timeout_ms=target.timeouts.expect_ms,
            stub=backend.stub,
            own_id=self._own_id,
            own_path=self.own_path,
        )
        self._standing = self.faults.from_scenario(scenario.faults)
        self._read_only = _read_only(target)
        #: The time of all pages, when the spec drives it.
        self.clock = Clock(
            lambda: self.everybody, silent=lambda: backend.stub.silent() if backend.stub else ()
        )
        self._peers: dict[str, RestPeer] = {}

    @property
    def stub(self) -> StubControl:
        """The stub's control API. Raises NotOnTarget where the server is none: the spec is then skipped."""
        if self.backend.stub is None:
            raise NotOnTarget(
                f"not on target {self.target.name}: it has no stub, whose control API the spec uses"
            )
        return self.backend.stub

    def id(self, alias: str) -> str:
        """What the server calls the project, epic, sprint or task that the scenario calls `alias`.

        On the stub the same; a deployment gives ids of its own. Raises UnknownName.
        """
        return self.backend.id(alias)

    def own_path(self, path: str) -> str:
        """A path of the REST API with the server's own ids for what the scenario calls otherwise."""
        return "/".join(map(self._own_id, path.split("/")))

    def _own_id(self, text: str) -> str:
        try:
            return self.backend.id(text)
        except UnknownName:
            return text

    def tasks(self, project: str | None = None) -> list[dict[str, Any]]:
        """The tasks that the server has: those of `project` (default: of the first), whole entities."""
        truth = self.backend.truth(self.id(project or self.scenario.projects[0].id))
        return truth["tasks"] if truth else []

    # -- people ----------------------------------------------------------------------------------------------

    @property
    def everybody(self) -> list[ClientT]:
        """The clients opened so far, in that order."""
        return list(self._clients.values())

    def clients(self, *names: str, project: str | None = None) -> tuple[ClientT, ...]:
        """Open a browser for each of the named people and wait until all of them are ready."""
        opened = tuple(self.client(name, project=project, ready=False) for name in names)
        for client in opened:
            self.wait_ready(client, project=project)
        return opened

    def client(
        self,
        name: str,
        *,
        person: str | None = None,
        project: str | None = None,
        ready: bool = True,
        visit: bool = True,
        **context_options: Any,
    ) -> ClientT:
        """Open one client, signed in as `person` (default: `name`), on the board of `project`.

        `project` defaults to the first one that the person is a member of. With `ready=False` the page is
        open but nothing is awaited; with `visit=False` it is still blank. `context_options` go to
        Playwright's `new_context`.

        Raises UnknownName for a person the scenario does not have, UsageError for a name that is taken.
        """
        who = self._person(person or name)
        if name in self._clients:
            raise UsageError(
                f"there is a client {name!r} already: give the second one another name and person="
            )
        self._standing.begin()
        state = self.backend.signed_in(who, self._open_context)
        self.timeline.redactor.know(self.backend.secrets)
        storage = StartingStorage(state)
        context = self._open_context(name, storage_state=storage.for_context, **context_options)
        recorder = self.timeline.recorder(name=name, person=who.id, engine=engine_of(context))
        storage.install(context)
        # A clock before the tap leaves the native one to it.
        self.clock.prepare(context)
        recorder.install(context)
        # Behind the tap, which wants to be the first to touch fetch.
        self.backend.prepare(context)
        client = self._client_type(
            name=name,
            person=who.name if self.backend.stub is None else who.id,
            context=context,
            target=self.target,
            app_url=self._app_url,
            recorder=recorder,
        )
        client.own_path = self.own_path
        self._clients[name] = client
        self._on_client(self.everybody)
        self._standing.opened(client)
        if self._read_only is not None:
            self._read_only.begin(client)
        if visit:
            client.open_project(self._room_of(who, project))
            if ready:
                self.wait_ready(client, project=project)
        return client

    def wait_ready(self, client: ClientT, *, project: str | None = None) -> None:
        """Until the server has the client in its project's room and the page shows real data.

        The server decides, not the badge: the badge is under test.
        """
        self.wait_joined(client, project=project)
        client.wait_ready()

    def wait_joined(
        self, client: ClientT, *, project: str | None = None, newer_than: str | None = None
    ) -> None:
        """Until the server has the client in its project's room, on another session than `newer_than`.

        Raises NotSeen at the deadline, with what was seen instead.
        """
        room = self._room_of(self._person(client.person), project)
        self.backend.wait_joined(
            client, room, newer_than=newer_than, timeout_ms=self.target.timeouts.ready_ms
        )

    def marked(self, text: str) -> str:
        """`text` with the marker of this run: other than in any run before, and found by `lockstep clean`."""
        return f"{text} {marker(run_id(self.timeline.directory.parent))}"

    def rest(self, person: str) -> RestPeer:
        """`person` without a browser, acting by REST."""
        self._standing.begin()
        who = self._person(person)
        if who.token is None:
            raise UsageError(
                f"{person} has no token in scenario {self.scenario.name!r}: nothing to sign in with"
            )
        if self._read_only is not None:
            raise NotOnTarget(
                f"not on target {self.target.name}: the spec acts by REST, and the target allows no writes"
            )
        if person not in self._peers:
            self._peers[person] = self.backend.peer(who)
        return self._peers[person]

    def person(self, name: str) -> Person:
        """The email, password and id of somebody in the scenario. Raises UnknownName."""
        return self._person(name)

    def _person(self, name: str) -> Person:
        if name not in self.backend.people:
            raise UnknownName(f"person of scenario {self.scenario.name!r}", name, self.backend.people)
        return self.backend.people[name]

    def _room_of(self, person: Person, project: str | None) -> str:
        """What the server calls the project that a client of `person` is on."""
        return self.backend.id(self._project_of(person, project))

    def _project_of(self, person: Person, project: str | None) -> str:
        if not self.scenario.projects:
            return project or ""  # an app without projects opens at its start, or where the spec says
        known = {each.id: each for each in self.scenario.projects}
        if project is not None:
            if not known and not self.target.has_stub:
                return project  # a world that is as it is has ids of its own
            if project not in known:
                raise UnknownName(f"project of scenario {self.scenario.name!r}", project, known)
            return project
        mine = [each.id for each in self.scenario.projects if {person.id, person.name} & {*each.members}]
        if not mine:
            raise UsageError(f"{person.id} is in no project of scenario {self.scenario.name!r}: name one")
        return mine[0]

    # -- judging ---------------------------------------------------------------------------------------------

    def converged(self, *clients: ClientT, project: str | None = None) -> None:
        """Until the boards of `clients` (default: everybody) equal each other and the server's truth.

        Raises AssertionError at the deadline, with each board that differs.
        """
        watched = clients or tuple(each for each in self.everybody if not each.page.is_closed())
        room = self._room_of(self._person(watched[0].person), project)

        def boards() -> dict[str, Board]:
            told = self.backend.truth(room)
            truth = {"the server": board_of(told["tasks"])} if told else {}
            return truth | {client.name: client.read_board() for client in watched}

        until(
            lambda: all_equal(boards()),
            page=watched[0].page,
            timeout_ms=self.target.timeouts.expect_ms,
            failure=lambda: "the boards did not converge:\n" + show_boards(boards()),
        )

    def settled(self, *, timeout_ms: int | None = None) -> None:
        """Until all is quiet: every packet delivered, no call under way, nothing left to draw.

        Raises NotSeen at the deadline, with what was still going on.
        """
        __tracebackhide__ = True
        limit_ms = timeout_ms or self.target.timeouts.expect_ms
        settled = self.timeline.settle(self.everybody, timeout_ms=limit_ms, patient=True)
        if not settled.ok:
            raise NotSeen(f"it did not become quiet within {limit_ms} ms: {settled.reason}")

    def judge(
        self, expected: Collection[str] = (), *, failure: str | None = None, duration_s: float | None = None
    ) -> Judged:
        """After a spec, whatever it asserted: let all become quiet, end the timeline and judge it.

        `failure` is what the spec itself failed with. Raises UnknownName for an expected checker that there
        is none of.
        """
        if failure is not None:
            self.timeline.expectation(failure, ok=False)
        with suppress(Error):  # a browser that died with the spec has none left
            self.faults.lift_all()
        settled = bool(self.everybody) and self._settle_at_the_end()
        if failure is not None:
            with suppress(Error):  # a browser that died with the spec has no picture to give
                self.screenshots(self.timeline.directory)
        self.timeline.close(self.everybody, settled=settled)
        outcome = "passed" if failure is None else "failed"
        return self.timeline.judge(expected, spec_outcome=outcome, duration_s=duration_s)

    def _settle_at_the_end(self) -> bool:
        limit_ms = round(_LAST_FENCE_MS * self.target.slowdown)
        return self.timeline.settle(self.everybody, timeout_ms=limit_ms, patient=False).ok

    def require_scripted(self) -> None:
        """Nothing happened that the scenario has no answer for. Raises UnscriptedError."""
        if self.backend.stub is None:
            return
        unscripted = self.backend.stub.journal(kind="unscripted", policy="error")
        if unscripted:
            names = sorted({str(entry.get("event") or entry.get("path")) for entry in unscripted})
            near = dict.fromkeys(entry["near_miss"]["why"] for entry in unscripted if "near_miss" in entry)
            raise UnscriptedError(
                f"the app sent what neither the stub nor scenario {self.scenario.name!r} has an answer for: "
                f"{', '.join(names)}. Add a rule, or say `unscripted: warn` in the scenario."
                + "".join(f"\n{why}" for why in near)
            )

    def require_reading(self) -> None:
        """Nothing was written where nothing may be. Raises NotOnTarget, which skips the spec."""
        if self._read_only is not None and (kept := self._read_only.kept):
            raise NotOnTarget(
                f"not on target {self.target.name}: the spec writes ({', '.join(kept)}), and the target "
                "allows no writes (writes.allowed); nothing of it has left the page"
            )

    def near_misses(self) -> list[str]:
        """Rules of the scenario that looked meant for what the app sent and were not used: why, in words."""
        return near_misses(self.backend.stub.journal()) if self.backend.stub else []

    def close(self) -> None:
        try:
            for peer in self._peers.values():
                peer.close()
            for client in self.everybody:
                client.context.close()
        finally:
            self.timeline.abandon()

    def screenshots(self, directory: Path) -> list[Path]:
        return [client.screenshot(directory) for client in self.everybody]


def _read_only(target: Target) -> ReadOnly | None:
    if target.has_stub or target.writes.allowed:
        return None
    join = [target.gateway.join_event] if target.gateway.join_event else []
    return ReadOnly(
        harmless_events=[*join, *target.writes.harmless_events], harmless_paths=target.writes.harmless_paths
    )


def _known_events(scenario: Scenario) -> dict[str, list[str]]:
    """The names of events by direction as a page sees it; none for an app that only its rules know."""
    if scenario.model != "devmentor":
        return {}
    emitted = [emit.event for rule in scenario.rules for emit in rule.emit]
    return {"in": [*map(str, ServerEvent), *emitted], "out": [*map(str, ClientEvent)]}
