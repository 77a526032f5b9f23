"""The tap: one script in every page that sees all its traffic, and the Python side of it."""

from harness.tap.bridge import Tap
from harness.tap.coverage import Coverage, Sight, judge_coverage
from harness.tap.records import RecordKind, TapRecord
from harness.tap.script import CONTROL, TapConfig, tap_script
from harness.tap.wire import Connection, Wire, WireFrame

__all__ = [
    "CONTROL",
    "Connection",
    "Coverage",
    "RecordKind",
    "Sight",
    "Tap",
    "TapConfig",
    "TapRecord",
    "Wire",
    "WireFrame",
    "judge_coverage",
    "tap_script",
]
