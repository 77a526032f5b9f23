"""Writes every report of one or several runs: the one thing that the harness calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from reports import github
from reports.errors import ReportError
from reports.html import write_html
from reports.junit import write_junit
from reports.merge import merge_runs
from reports.report_json import write_json
from reports.run_files import read_run
from reports.spec_page import write_spec_page
from reports.summary import write_summary
from reports.totals import counts, headline
from reports.verdict import Verdict, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReports:
    """Where the reports are, and in short what they say."""

    html: Path
    junit: Path
    json: Path
    summary: Path
    #: The run in one sentence.
    headline: str
    verdict: Verdict
    counts: Mapping[Verdict, int]
    #: What could not be read of the runs and their specs.
    problems: tuple[str, ...]


def write_reports(
    run_dirs: Sequence[Path],
    out: Path,
    *,
    environment: Mapping[str, str] | None = None,
    stream: TextIO | None = None,
) -> WrittenReports:
    """Report `run_dirs` together; `out` is the one run's own directory, or a new one to merge into.

    On GitHub Actions (as `environment` tells, by default the process' own) annotations go to `stream`, by
    default standard output, and the summary is added to the job's page.
    Raises ReportError when something is no run, is of another version, or `out` is somebody else's.
    """
    if not run_dirs:
        raise ReportError("no run to report: name at least one run directory")
    same = len(run_dirs) == 1 and run_dirs[0].resolve() == out.resolve()
    run = read_run(run_dirs[0] if same else merge_runs(run_dirs, out))
    accounts = [write_spec_page(spec, run, run.directory) for spec in run.specs]
    written = WrittenReports(
        html=write_html(run, accounts, run.directory),
        junit=write_junit(run, accounts, run.directory),
        json=write_json(run, accounts, run.directory),
        summary=write_summary(run, accounts, run.directory),
        headline=headline(run),
        verdict=worst(account.spec.verdict for account in accounts),
        counts=counts(run),
        problems=(
            *run.problems,
            *(f"{each.spec.slug}: {told}" for each in accounts for told in each.problems),
        ),
    )
    environment = os.environ if environment is None else environment
    if github.is_github(environment):
        for line in github.commands(accounts):
            (stream or sys.stdout).write(line + "\n")
        github.add_summary(written.summary, environment)
    return written
