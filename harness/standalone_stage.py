"""A stage outside of pytest, for the commands that look at a page before there is a spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from harness.backend import DeploymentBackend
from harness.clients.client import Client
from harness.scenario import Scenario
from harness.stage import Stage
from harness.target import Target
from harness.timeline import Timeline


@contextmanager
def standalone_stage(
    name: str,
    *,
    target: Target,
    backend: DeploymentBackend,
    scenario: Scenario,
    browser: Browser,
    options: Mapping[str, Any],
    folder: Path,
) -> Iterator[Stage[Client]]:
    """A stage in the world of `scenario`, which ends with the block.

    Its clients get browser contexts with `options`; `folder` gets the journal, whose spec is called `name`.
    """

    def open_context(client: str, **more: Any) -> BrowserContext:
        return browser.new_context(**{**options, **more})

    backend.begin(scenario)
    try:
        stage: Stage[Client] = Stage(
            scenario=scenario,
            target=target,
            backend=backend,
            app_url=target.app_url,
            client_type=Client,
            open_context=open_context,
            timeline=Timeline(folder, spec=name, scenario=scenario, target=target, backend=backend),
        )
        try:
            yield stage
        finally:
            stage.close()
    finally:
        backend.end()
