"""What a target needs around a whole run: leave to use it, its frontend, a look at it, tidying up."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.backend.cleaning import clean
from harness.backend.marker import run_id
from harness.backend.reachable import check_frontend, check_reachable
from harness.backend.serving import served
from harness.errors import LockstepError, UsageError
from harness.settings import DEFAULT_TARGET, Settings
from harness.target import Target, load_target, looks_like_production


def permit(target: Target, *, really: bool) -> None:
    """Raises UsageError for a deployment that looks like production, unless `really`."""
    if target.has_stub or really:
        return
    for url in dict.fromkeys((target.app_url, target.gateway_url, target.api_url)):
        if looks_like_production(url):
            raise UsageError(
                f"{url} (target {target.name}) looks like production: its host is neither of this machine or "
                "network nor named as a place for tests (staging, test, qa, dev, preview, …). "
                "If you mean it, say --yes-really."
            )


class TargetRun:
    """Encloses the run, on its controller only: all workers share the target.

    `exit_code` is what the run ends with when it could not be begun, else None.
    """

    def __init__(self, settings: Settings, *, run_directory: Callable[[], Path], really: bool) -> None:
        self._settings = settings
        self._run_directory = run_directory
        self._really = really
        self._around = ExitStack()
        self._deployment: Target | None = None
        self.exit_code: int | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """True ends the run before it has begun."""
        if session.config.option.collectonly or self._settings.target == DEFAULT_TARGET:
            return None
        try:
            self._begin()
        except LockstepError as error:
            self._say(session, f"lockstep: {error}", red=True)
            self.exit_code = error.exit_code
            return True
        return None

    def _begin(self) -> None:
        target = load_target(self._settings.target, self._settings.targets_dir)
        permit(target, really=self._really)
        self._around.enter_context(served(target, self._run_directory() / "frontend.log"))
        if target.has_stub:
            check_frontend(target)
            return
        check_reachable(target)
        self._deployment = target

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, Any, Any]:
        try:
            result = yield
            if self._deployment is not None:
                self._tidy(session, self._deployment)
            return result
        finally:
            self._around.close()

    def _tidy(self, session: pytest.Session, target: Target) -> None:
        """Remove what the specs made, beside the worlds that they removed themselves."""
        if not target.writes.cleanup:
            return
        run = run_id(self._run_directory())
        try:
            removed = clean(target, run=run)
        except LockstepError as error:
            self._say(session, f"not tidied up: {error}")
            self._say(session, f"later: lockstep clean {self._settings.target} --run {run}")
            return
        if removed:
            self._say(session, f"removed {removed} thing{'s' if removed > 1 else ''} that the specs had left")

    def _say(self, session: pytest.Session, line: str, *, red: bool = False) -> None:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(line, red=red)
