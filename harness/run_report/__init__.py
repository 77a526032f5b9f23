"""Keeps account of a pytest run in its directory, shows how far it is, and has its reports written."""

from harness.run_report.outcomes import BY_CHECKERS, ENVIRONMENT, mark_spec
from harness.run_report.plugin import RunReport
from harness.run_report.progress import Progress

__all__ = ["BY_CHECKERS", "ENVIRONMENT", "Progress", "RunReport", "mark_spec"]
