"""The one error that reports raise: something asked for cannot be read as a run, or written to."""

from __future__ import annotations


class ReportError(Exception):
    """A run that cannot be read, or a place that cannot be written to; `str(error)` is the whole message."""
