"""Writes reports from run directories: reads files only, and imports nothing of the other packages."""

from reports.errors import ReportError
from reports.live import LiveProgress
from reports.merge import merge_runs
from reports.prune import prune_runs
from reports.run_files import read_spec
from reports.verdict import Verdict
from reports.write import WrittenReports, write_reports

__all__ = [
    "LiveProgress",
    "ReportError",
    "Verdict",
    "WrittenReports",
    "merge_runs",
    "prune_runs",
    "read_spec",
    "write_reports",
]
