"""The tap: one script in every page that sees all its traffic, and the Python side of it."""

from harness.tap.bridge import Tap
from harness.tap.coverage import Coverage, Sight, judge_coverage
from harness.tap.records import RecordKind, TapRecord
from harness.tap.redact import MASK, SECRET_KEYS, Redactor
from harness.tap.script import CONTROL, TapConfig, tap_script
from harness.tap.wire import Connection, Wire, WireFrame

__all__ = [
    "CONTROL",
    "MASK",
    "SECRET_KEYS",
    "Connection",
    "Coverage",
    "RecordKind",
    "Redactor",
    "Sight",
    "Tap",
    "TapConfig",
    "TapRecord",
    "Wire",
    "WireFrame",
    "judge_coverage",
    "tap_script",
]
