"""pytest fixtures, a chain of override points: settings, target, stub process, client type, stage."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright

from harness import evidence
from harness.backend import Backend, DeploymentBackend, StubBackend
from harness.backend.api import certificate_options
from harness.backend.marker import marker, run_id
from harness.browser_for import BrowsersBeside
from harness.clients.browsers import (
    Engine,
    FoundBrowser,
    explain_start_failure,
    find_browser,
    launch_args,
)
from harness.clients.client import Client
from harness.clients.cpu import slow_down
from harness.clients.windows import arrange
from harness.errors import BrowserError, NotOnTarget, UsageError
from harness.pytest_plugin import has_failed, run_directory, settings_key, spec_directory
from harness.scenario import Scenario, bare_scenario, read_scenario
from harness.settings import Settings
from harness.stage import Stage
from harness.stub import StubControl, StubProcess
from harness.target import Build, Kind, Target, load_target
from harness.timeline import Timeline

_VIEWPORT = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def lockstep_settings(pytestconfig: pytest.Config) -> Settings:
    """What this run was asked for."""
    return pytestconfig.stash[settings_key]


@pytest.fixture(scope="session")
def target(lockstep_settings: Settings) -> Target:
    """The target under test."""
    target = load_target(lockstep_settings.target, lockstep_settings.targets_dir)
    return target.slowed(lockstep_settings.cpu_slowdown)


@pytest.fixture(scope="session")
def found_browser(browser_name: str, pytestconfig: pytest.Config) -> FoundBrowser | None:
    """The browser of this machine to use; None when the command line names one by --browser-channel."""
    if pytestconfig.getoption("--browser-channel"):
        return None
    return find_browser(Engine(browser_name), headed=pytestconfig.getoption("--headed"))


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], found_browser: FoundBrowser | None
) -> dict[str, Any]:
    """pytest-playwright's launch arguments, with the browser that this machine has."""
    if found_browser is None:
        return browser_type_launch_args
    headed = browser_type_launch_args.get("headless") is False
    return {**launch_args(found_browser, headed=headed), **browser_type_launch_args}


@pytest.fixture(scope="session")
def launch_browser(
    launch_browser: Callable[..., Browser], found_browser: FoundBrowser | None
) -> Callable[..., Browser]:
    """pytest-playwright's launcher, which says in one message why a browser does not start."""

    def launch(**options: Any) -> Browser:
        try:
            return launch_browser(**options)
        except Error as error:
            if found_browser is None:
                raise BrowserError(f"the browser does not start: {error.message}") from error
            raise BrowserError(explain_start_failure(found_browser, error.message)) from error

    return launch


@pytest.fixture(scope="session")
def browsers_beside(
    playwright: Playwright, lockstep_settings: Settings, pytestconfig: pytest.Config
) -> Generator[BrowsersBeside, None, None]:
    """The browsers of the clients that --browser-for names."""
    beside = BrowsersBeside(
        playwright, headed=lockstep_settings.headed, slow_mo_ms=pytestconfig.getoption("--slowmo")
    )
    yield beside
    beside.close()


@pytest.fixture(scope="session")
def browser_of(
    browser: Browser, browsers_beside: BrowsersBeside, lockstep_settings: Settings
) -> Callable[[str], Browser]:
    """The browser of a client, by the client's name."""

    def browser_of(client: str) -> Browser:
        engine = lockstep_settings.browser_for.get(client, browser.browser_type.name)
        return browser if engine == browser.browser_type.name else browsers_beside.get(Engine(engine))

    return browser_of


@pytest.fixture(scope="session")
def stub_process(
    lockstep_settings: Settings, target: Target, pytestconfig: pytest.Config
) -> Generator[StubProcess, None, None]:
    """The embedded stub of this session; each xdist worker is a session with a stub of its own."""
    worker = _worker(pytestconfig)
    log_path = run_directory(pytestconfig) / f"stub-{worker}.log"
    origin = target.app_url if target.kind is Kind.LOCAL else None
    port = target.gateway.port or 0
    if port and worker not in ("main", "gw0"):
        raise UsageError(
            f"target {target.name} has one stub, on port {port}: run it with --workers 1, or leave out "
            "gateway.port where the frontend takes its settings at run time (frontend.settings)"
        )
    with StubProcess(
        fixtures_dir=lockstep_settings.fixtures_dir, log_path=log_path, port=port, origin=origin
    ) as process:
        yield process


@pytest.fixture(scope="session")
def stub_control(stub_process: StubProcess) -> Generator[StubControl, None, None]:
    """The control API of this session's stub."""
    with StubControl(stub_process.gateway_url, stub_process.control_token) as control:
        yield control


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest, target: Target) -> Generator[Backend, None, None]:
    """What stands behind the frontend: this session's stub, or the deployment."""
    if target.has_stub:
        stub: StubProcess = request.getfixturevalue("stub_process")
        control: StubControl = request.getfixturevalue("stub_control")
        url = stub.ui_url if target.kind is Kind.STUB else target.app_url
        yield StubBackend(control, target, app_url=url)
        return
    run = run_id(run_directory(request.config))
    deployment = DeploymentBackend(target, marker=marker(run))
    yield deployment
    deployment.close()


def _worker(config: pytest.Config) -> str:
    return str(getattr(config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def client_type() -> type[Client]:
    """The suite's client class: override it with one that has page objects."""
    return Client


@pytest.fixture
def scenario(request: pytest.FixtureRequest, lockstep_settings: Settings, target: Target) -> Scenario:
    """The scenario that the spec names with `@pytest.mark.scenario(NAME)`.

    A spec of an app whose world nobody builds needs none: its people are the target's.
    """
    marker = request.node.get_closest_marker("scenario")
    if marker is None and not target.has_stub and target.world.by is Build.NONE:
        return bare_scenario(target.people)
    if marker is None or len(marker.args) != 1:
        raise UsageError(
            f"{request.node.nodeid} names no scenario: mark it with @pytest.mark.scenario('NAME')"
        )
    return read_scenario(marker.args[0], lockstep_settings.scenarios_dir, seed=lockstep_settings.seed)


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    scenario: Scenario,
    target: Target,
    backend: Backend,
    client_type: type[Client],
    browser_of: Callable[[str], Browser],
    browser_context_args: dict[str, Any],
    lockstep_settings: Settings,
) -> Generator[Stage[Client], None, None]:
    """The stage of one spec, on a fresh world; what a failed spec leaves behind is kept."""
    try:
        backend.begin(scenario)
    except NotOnTarget as error:
        pytest.skip(str(error))
    policy = evidence.Policy.of(request.config)
    log = evidence.Log.of(request.getfixturevalue("stub_process").log_path) if target.has_stub else None
    directory = spec_directory(run_directory(request.config), request.node.nodeid)
    timeline = Timeline(
        directory, spec=request.node.nodeid, scenario=scenario, target=target, backend=backend
    )
    common = {**browser_context_args, **certificate_options(target)}
    stage = Stage(
        scenario=scenario,
        target=target,
        backend=backend,
        app_url=app_url_of(request, target),
        client_type=client_type,
        open_context=_context_opener(browser_of, common, lockstep_settings.headed, policy),
        timeline=timeline,
        on_client=_prepares(lockstep_settings),
    )
    yield stage
    try:
        evidence.keep(stage, directory, policy=policy, failed=has_failed(request.node), log=log)
    finally:
        stage.close()
        backend.end()


def app_url_of(request: pytest.FixtureRequest, target: Target) -> str:
    """Where the frontend is."""
    if target.kind is not Kind.STUB:
        return target.app_url
    url: str = request.getfixturevalue("stub_process").ui_url
    return url


def _context_opener(
    browser_of: Callable[[str], Browser], common: dict[str, Any], headed: bool, policy: evidence.Policy
) -> Callable[..., BrowserContext]:
    window: dict[str, Any] = {"no_viewport": True} if headed else {"viewport": _VIEWPORT}

    def open_context(client: str, **options: Any) -> BrowserContext:
        context = browser_of(client).new_context(**{**window, **common, **options})
        if policy.tracing:
            context.tracing.start(screenshots=policy.keep_passed_traces, snapshots=True)
        return context

    return open_context


def _prepares(settings: Settings) -> Callable[[list[Client]], None]:
    """What is done whenever there is a client more, the newest last."""

    def prepare(clients: list[Client]) -> None:
        if settings.headed:
            arrange([client.page for client in clients])
        if settings.cpu_slowdown > 1:
            slow_down(clients[-1].page, settings.cpu_slowdown)

    return prepare
