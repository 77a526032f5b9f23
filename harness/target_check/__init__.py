"""Probes a target before specs do: is it there, does it let people in, how does it behave, what is seen."""

from harness.target_check.filled_in import filled_in
from harness.target_check.findings import Facts
from harness.target_check.probe import check_target

__all__ = ["Facts", "check_target", "filled_in"]
