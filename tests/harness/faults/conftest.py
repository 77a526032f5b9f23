"""A stage for each test, on one stub process and one browser a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pages.devmentor import DevMentor
from playwright.sync_api import Browser, BrowserContext

from harness.backend import StubBackend
from harness.scenario import Scenario, read_scenario
from harness.stage import Stage
from harness.stub import StubControl, StubProcess
from harness.target import load_target
from harness.timeline import Timeline
from tests.harness.conftest import PROJECT

FIXTURES = PROJECT / "fixtures"
SCENARIOS = {"websocket": "connection/websocket", "polling": "connection/long_polling"}


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StubProcess, StubControl]]:
    log = tmp_path_factory.mktemp("stub") / "stub.log"
    with (
        StubProcess(fixtures_dir=FIXTURES, log_path=log) as process,
        StubControl(process.gateway_url, process.control_token) as control,
    ):
        yield process, control


@pytest.fixture
def open_stage(
    chromium: Browser, stub: tuple[StubProcess, StubControl], tmp_path: Path
) -> Iterator[Callable[..., Stage[DevMentor]]]:
    """A stage in the world of a scenario, by its name or as it is; closed behind the test."""
    process, control = stub
    opened: list[Stage[DevMentor]] = []

    def open_context(client: str, **options: Any) -> BrowserContext:
        return chromium.new_context(**options)

    def open_it(which: str | Scenario, *, slowdown: float = 1) -> Stage[DevMentor]:
        scenario = (
            read_scenario(which, FIXTURES / "scenarios", seed=None) if isinstance(which, str) else which
        )
        target = load_target("stub", FIXTURES / "targets").slowed(slowdown)
        backend = StubBackend(control, target, app_url=process.ui_url)
        backend.begin(scenario)
        folder = tmp_path / str(len(opened))
        timeline = Timeline(folder, spec="tests::it", scenario=scenario, target=target, backend=backend)
        stage = Stage(
            scenario=scenario,
            target=target,
            backend=backend,
            app_url=process.ui_url,
            client_type=DevMentor,
            open_context=open_context,
            timeline=timeline,
        )
        opened.append(stage)
        return stage

    yield open_it
    for stage in opened:
        stage.close()


@pytest.fixture(params=["websocket", "polling"])
def stage(request: pytest.FixtureRequest, open_stage: Callable[[str], Stage[DevMentor]]) -> Stage[DevMentor]:
    """Both sides speak only this transport."""
    return open_stage(SCENARIOS[request.param])
