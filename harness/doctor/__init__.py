"""Looks this machine over before a run: what is there, what will be used, and how to mend what is wrong."""

from harness.doctor.checks import Check, Status, examine
from harness.doctor.table import render

__all__ = ["Check", "Status", "examine", "render"]
