"""The pytest plugin that writes run.json and specs.jsonl while specs run, and the reports at the end."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.errors import LockstepError
from harness.run_directory import point_latest, spec_directory
from harness.run_report.outcomes import Outcome, Outcomes, is_spec
from harness.run_report.progress import Progress
from harness.settings import Settings

_RUN_FORMAT = 1
#: So many red specs are named at the end; the report has them all.
_MOST_RED = 30
_RED = frozenset(("failed", "error", "unknown", "environment"))
_MOST_PROBLEMS = 5


class RunReport:
    """Follows a session from its controller; without a spec in it, it writes nothing.

    `run_directory` makes the run's directory, when it is not there yet.
    """

    def __init__(
        self,
        config: pytest.Config,
        *,
        settings: Settings,
        progress: Progress,
        run_directory: Callable[[], Path],
    ) -> None:
        self._config = config
        self._settings = settings
        self._progress = progress
        self._run_directory = run_directory
        self._outcomes = Outcomes()
        self._started = _now()
        self._total = 0
        self._red: list[str] = []
        self._run: Path | None = None
        #: What could not be written, said at the end: trouble of the account is no trouble of the specs.
        self._trouble: str | None = None

    # -- while specs run -------------------------------------------------------------------------------------

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._total = len(session.items)
        if self._runs_tests and any(map(is_spec, session.items)):
            self._progress.start(self._total)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._progress.started(nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = self._outcomes.take(report)
        if outcome.is_spec and self._run is None and self._trouble is None and self._runs_tests:
            self._begin()
        ended = self._outcomes.end(report)
        if ended is None:
            return
        # Of a worker that crashed during set-up nobody can say whether it was with a spec.
        ended.is_spec = ended.is_spec or report.when not in {"setup", "call", "teardown"}
        verdict, message = ended.outcome, ended.message
        if ended.is_spec and self._run is not None:
            verdict, message = self._record(self._run, ended)
        if verdict in _RED:
            self._red.append(f"{verdict:<8} {ended.nodeid}")
        self._progress.finished(ended.nodeid, verdict, message)

    @property
    def _runs_tests(self) -> bool:
        return not (self._config.option.collectonly or self._config.option.setuponly)

    def _begin(self) -> None:
        try:
            self._run = self._run_directory()
            self._write_head(self._run, ended=None)
            point_latest(self._run)
        except (OSError, LockstepError) as error:
            self._trouble = str(error)
        self._progress.start(self._total)

    def _record(self, run: Path, outcome: Outcome) -> tuple[str, str | None]:
        """Write down what became of a spec; returns its verdict, the checkers' included, and why."""
        from reports import read_spec

        line = outcome.document(spec_directory(run, outcome.nodeid).name)
        try:
            with (run / "specs.jsonl").open("a", encoding="utf-8") as specs:
                specs.write(json.dumps(line) + "\n")
            spec = read_spec(run, line)
        except Exception as error:  # a full disk, or a file of a spec that reports cannot make out
            self._trouble = self._trouble or _in_one_line(error)
            return outcome.outcome, outcome.message
        return spec.verdict, spec.headline

    def _write_head(self, run: Path, *, ended: str | None) -> None:
        workers = self._config.getoption("numprocesses", default=None)
        head = {
            "lockstep_run": _RUN_FORMAT,
            "started": self._started,
            "ended": ended,
            "target": self._settings.target,
            "seed": self._settings.seed,
            "argv": [str(arg) for arg in self._config.invocation_params.args],
            "workers": workers or 1,
        }
        fresh = run / ".run.json"
        fresh.write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
        fresh.replace(run / "run.json")

    # -- at the end ------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, Any, Any]:
        """The last word: by then the workers are gone and pytest has said all it has to say."""
        self._progress.stop()
        try:
            return (yield)
        finally:
            if self._run is not None:
                self._finish(self._run)
            elif self._trouble:
                self._say(f"no report: {self._trouble}")

    def _finish(self, run: Path) -> None:
        for outcome in self._outcomes.unfinished():
            self._record(run, outcome)
        try:
            self._write_head(run, ended=_now())
            lines = _reported(run)
        # Whatever goes wrong here, of the specs everything is said already, and it stands.
        except (Exception, KeyboardInterrupt) as error:
            lines = [f"no report: {_in_one_line(error)}", f"results: {run}"]
        if self._trouble:
            lines.insert(0, f"not all results could be written down: {self._trouble}")
        red = self._red[:_MOST_RED]
        if len(self._red) > _MOST_RED:
            red.append(f"and {len(self._red) - _MOST_RED} more")
        self._say(*_pruned(self._settings.runs_dir), *red, *lines)

    def _say(self, *lines: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            for line in lines:
                reporter.write_line(line)


def _reported(run: Path) -> list[str]:
    """Write the reports; returns what to say, the report's own path last."""
    from reports import write_reports
    from reports.places import shown_path

    annotations = io.StringIO()
    written = write_reports([run], run, stream=annotations)
    problems = [f"the report has a gap: {each}" for each in written.problems]
    if len(problems) > _MOST_PROBLEMS:
        more = len(problems) - _MOST_PROBLEMS
        problems[_MOST_PROBLEMS:] = [f"and {more} more gaps, named in the report"]
    return [
        *annotations.getvalue().splitlines(),
        *problems,
        written.headline,
        f"report: {shown_path(written.html)}",
    ]


def _pruned(runs_dir: Path) -> list[str]:
    from reports import prune_runs

    try:
        removed = prune_runs(runs_dir)
    except OSError as error:
        return [f"old runs are still there: {_in_one_line(error)}"]
    count = len(removed)
    return [f"removed {count} old run{'s' if count > 1 else ''}"] if removed else []


def _in_one_line(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return said if isinstance(error, LockstepError | OSError) and said else f"{type(error).__name__}: {said}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
