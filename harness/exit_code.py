"""What a run ends with when some of its specs say nothing of the app."""

from __future__ import annotations

import pytest

from harness.run_report import ENVIRONMENT
from harness.target_run import TargetRun

#: The user property of a report whose spec asked for what does not exist.
NOT_A_VERDICT = "lockstep_not_a_verdict"
_EXIT_USAGE = 2
_EXIT_ENVIRONMENT = 3


class ExitCode:
    """Ends the run with 2 when somebody asked for what does not exist, with 3 when the target is not there.

    On the controller only: xdist takes a worker that ends with 2 for one that was interrupted.
    """

    def __init__(self) -> None:
        self._seen = False
        self._environment = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # Runs on the controller, where only the report itself has come across from a worker.
        self._seen = self._seen or any(key == NOT_A_VERDICT for key, _ in report.user_properties)
        self._environment = self._environment or any(key == ENVIRONMENT for key, _ in report.user_properties)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # Without workers pytest ends with 2 of itself.
        self._seen = self._seen or report.failed

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        around: TargetRun | None = session.config.pluginmanager.get_plugin("lockstep-target")
        if around is not None and around.exit_code is not None:
            session.exitstatus = around.exit_code
        elif self._environment:
            session.exitstatus = _EXIT_ENVIRONMENT
        elif self._seen:
            session.exitstatus = _EXIT_USAGE
