"""The pytest plugin: options, markers, where a run's files go, and the verdict of each spec."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from harness.browser_for import UnusedNames, parse_browser_for
from harness.checkers.verdicts import Verdict
from harness.environment import environment_trouble
from harness.errors import (
    FindingsError,
    LockstepError,
    MachineError,
    NotOnTarget,
    NoVerdictError,
    SpecError,
    StubError,
    TargetError,
    UsageError,
)
from harness.exit_code import NOT_A_VERDICT, ExitCode
from harness.rule_marks import RuleMarks
from harness.run_directory import create_run, drop_if_empty, spec_directory
from harness.run_report import BY_CHECKERS, ENVIRONMENT, Progress, RunReport, mark_spec
from harness.settings import DEFAULT_TARGET, Settings, fixtures_dir
from harness.stage import Stage
from harness.target_run import TargetRun
from harness.timeline import Judged

settings_key = pytest.StashKey[Settings]()
run_key = pytest.StashKey[Path]()
_failed_key = pytest.StashKey[bool]()
#: Whether the failure itself is what the checkers found.
_told_key = pytest.StashKey[bool]()
_judged_key = pytest.StashKey[Judged]()

_RUN_DIR = "lockstep_run_dir"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lockstep", "Lockstep")
    group.addoption(
        "--target",
        default=DEFAULT_TARGET,
        metavar="NAME",
        help="What is under test: fixtures/targets/NAME.yaml, or a file by its path.",
    )
    group.addoption(
        "--yes-really",
        action="store_true",
        help="Run against a target whose address looks like production.",
    )
    group.addoption(
        "--scenario-seed",
        type=int,
        default=None,
        metavar="N",
        help="Seed for made-up data, over the scenario's own.",
    )
    group.addoption(
        "--browser-for",
        action="append",
        default=[],
        metavar="NAME=ENGINE",
        help="The client NAME gets a browser of ENGINE, the others that of --browser; may be repeated.",
    )
    group.addoption(
        "--cpu-slowdown",
        type=float,
        default=1.0,
        metavar="TIMES",
        help="Every page's processor is so many times slower (Chromium only): a phone, a busy machine. "
        "Budgets and waits are so many times longer then.",
    )
    group.addoption("--runs-dir", default="runs", metavar="DIR", help="Where run directories are made.")
    group.addoption(
        "--contract-coverage",
        default=None,
        metavar="FILE",
        help="Write to FILE which of the collected specs hold each rule of fixtures/contract.yaml.",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scenario(name): the world of this spec, fixtures/scenarios/NAME.yaml")
    # pytest-playwright's own fixture, about which the author of a spec can do nothing.
    config.addinivalue_line("filterwarnings", "ignore:Session-scoped fixtures defined as instance methods")
    config.addinivalue_line(
        "markers", "expect_finding(checker, ...): the spec is about what these checkers find, and they must"
    )
    config.addinivalue_line(
        "markers", "rule(id, ...): the rules of fixtures/contract.yaml that this spec holds"
    )
    config.stash[settings_key] = Settings(
        fixtures_dir=fixtures_dir(Path(config.rootpath)),
        runs_dir=Path(config.invocation_params.dir, config.getoption("--runs-dir")),
        target=config.getoption("--target"),
        seed=config.getoption("--scenario-seed"),
        headed=config.getoption("--headed", default=False),
        cpu_slowdown=_cpu_slowdown(config),
        browser_for=_browser_for(config),
    )
    document = config.getoption("--contract-coverage")
    rule_marks = RuleMarks(
        config.stash[settings_key].fixtures_dir,
        document=Path(config.invocation_params.dir, document) if document else None,
    )
    config.pluginmanager.register(rule_marks, "lockstep-rule-marks")
    worker = getattr(config, "workerinput", None)
    if worker is None:
        config.pluginmanager.register(ExitCode(), "lockstep-exit-code")
        _register_report(config)
        around = TargetRun(
            config.stash[settings_key],
            run_directory=lambda: run_directory(config),
            really=config.getoption("--yes-really"),
        )
        config.pluginmanager.register(around, "lockstep-target")
    else:
        config.stash[run_key] = Path(worker[_RUN_DIR])
    from harness import fixtures

    # Registered last, so that its overrides of pytest-playwright's fixtures win whatever the load order was.
    config.pluginmanager.register(fixtures, "lockstep-fixtures")


def _register_report(config: pytest.Config) -> None:
    progress = Progress(config)
    report = RunReport(
        config,
        settings=config.stash[settings_key],
        progress=progress,
        run_directory=lambda: run_directory(config),
    )
    config.pluginmanager.register(progress, "lockstep-progress")
    config.pluginmanager.register(report, "lockstep-run-report")


def _cpu_slowdown(config: pytest.Config) -> float:
    times: float = config.getoption("--cpu-slowdown")
    if times < 1:
        raise pytest.UsageError(f"--cpu-slowdown {times:g}: give how many times slower, 1 or more")
    return times


def _browser_for(config: pytest.Config) -> dict[str, str]:
    try:
        browser_for = parse_browser_for(config.getoption("--browser-for"))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    if browser_for:
        config.pluginmanager.register(UnusedNames(browser_for), "lockstep-browser-for")
    return browser_for


def run_directory(config: pytest.Config) -> Path:
    """The directory of this run, made when it is first needed; all xdist workers share it."""
    if run_key not in config.stash:
        config.stash[run_key] = create_run(config.stash[settings_key].runs_dir)
    return config.stash[run_key]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: tell a new worker which run it belongs to."""
    node.workerinput[_RUN_DIR] = str(run_directory(node.config))


def pytest_report_header(config: pytest.Config) -> list[str]:
    settings = config.stash[settings_key]
    seed = "each scenario's own" if settings.seed is None else settings.seed
    return [f"lockstep: target {settings.target}, seed {seed}, runs in {settings.runs_dir}"]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Judge within the call: a finding is then FAILED, not an error beside a passed spec."""
    stage = pyfuncitem.funcargs.get("stage")
    if not isinstance(stage, Stage):
        return (yield)
    begun = time.monotonic()
    try:
        result = yield
    except pytest.skip.Exception:
        stage.timeline.discard()
        raise
    except NotOnTarget as reason:
        stage.timeline.discard()
        pytest.skip(str(reason))
    except (KeyboardInterrupt, SystemExit, pytest.exit.Exception):
        raise  # the timeline breaks off
    except BaseException as error:
        _skip_if_it_writes(stage)
        _judge_failed(pyfuncitem, stage, error, time.monotonic() - begun)
        raise
    _skip_if_it_writes(stage)
    judged = stage.judge(_expected(pyfuncitem), duration_s=time.monotonic() - begun)
    pyfuncitem.stash[_judged_key] = judged
    stage.require_scripted()
    pyfuncitem.stash[_told_key] = True
    if judged.judgement.outcome is Verdict.FAILED:
        raise FindingsError("\n".join(judged.lines))
    if judged.judgement.outcome is Verdict.UNKNOWN:
        raise NoVerdictError("no verdict:\n" + "\n".join(judged.lines))
    return result


def _skip_if_it_writes(stage: Stage[Any]) -> None:
    """Where nothing may be written, what a spec that writes has seen is no verdict."""
    try:
        stage.require_reading()
    except NotOnTarget as reason:
        stage.timeline.discard()
        pytest.skip(str(reason))


def _judge_failed(item: pytest.Function, stage: Stage[Any], error: BaseException, duration_s: float) -> None:
    """The spec's own failure is what counts; what the checkers found is told beside it."""
    first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    try:
        item.stash[_judged_key] = stage.judge(_expected(item), failure=first_line, duration_s=duration_s)
    except Exception as trouble:
        error.add_note(f"the timeline could not be judged: {trouble!r}")


def _expected(item: pytest.Item) -> list[str]:
    """The checkers whose findings the spec wants: `@pytest.mark.expect_finding("badge_truth")`."""
    return [name for mark in item.iter_markers("expect_finding") for name in mark.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    mark_spec(report, item)
    if report.failed:
        item.stash[_failed_key] = True
        stage = item.funcargs.get("stage") if isinstance(item, pytest.Function) else None
        if isinstance(stage, Stage):
            report.sections += _sections(item, stage)
    error = call.excinfo.value if call.excinfo else None
    if report.failed and (trouble := environment_trouble(item, error, item.stash.get(_judged_key, None))):
        report.longrepr = f"environment: {trouble}"
        report.user_properties.append((ENVIRONMENT, True))
        item.session.shouldstop = "the target is not there"
    elif isinstance(error, LockstepError):
        report.longrepr = _one_message(item, call, error)
        if not isinstance(error, SpecError):
            report.user_properties.append((NOT_A_VERDICT, type(error).__name__))
        if isinstance(error, FindingsError | NoVerdictError):
            report.user_properties.append((BY_CHECKERS, True))
        if isinstance(error, MachineError | TargetError):
            item.session.shouldstop = "no other spec can run either"
    return report


def _sections(item: pytest.Item, stage: Stage[Any]) -> list[tuple[str, str]]:
    """What stands below a failure: what the checkers found, what happened last, where to look."""
    sections = [("lockstep", _where_to_look(item, stage))]
    with suppress(StubError):  # a stub that is gone has nothing to say
        if near := stage.near_misses():
            sections.insert(0, ("rules of the scenario that were not used", "\n".join(near)))
    judged = item.stash.get(_judged_key, None)
    if judged is not None and judged.recent:
        sections.insert(0, ("timeline (seconds since the spec began)", "\n".join(judged.recent)))
    if judged is not None and judged.lines and not item.stash.get(_told_key, False):
        sections.insert(0, (f"checkers: {judged.judgement.outcome}", "\n".join(judged.lines)))
    return sections


def _where_to_look(item: pytest.Item, stage: Stage[Any]) -> str:
    """The world the spec ran in, and the folder with what it leaves behind."""
    scenario = stage.scenario
    directory = spec_directory(run_directory(item.config), item.nodeid)
    return (
        f"scenario {scenario.name}, seed {scenario.seed}\n"
        f"{directory}: <client>.png, trace-<client>.zip (playwright show-trace), journal.jsonl, stub.log"
    )


def _one_message(item: pytest.Item, call: pytest.CallInfo[None], error: LockstepError) -> str:
    """The error's own message and the line of the spec that met it; no traceback through our own code."""
    assert call.excinfo is not None
    in_spec = [entry for entry in call.excinfo.traceback if Path(entry.path) == item.path]
    where = f"{item.location[0]}:{in_spec[-1].lineno + 1}: " if in_spec else ""
    return f"{where}{error}"


def has_failed(item: pytest.Item) -> bool:
    """Whether a phase of this spec has failed so far."""
    return item.stash.get(_failed_key, False)


def pytest_unconfigure(config: pytest.Config) -> None:
    if run_key in config.stash and not hasattr(config, "workerinput"):
        drop_if_empty(config.stash[run_key])


__all__ = ["has_failed", "run_directory", "settings_key", "spec_directory"]
