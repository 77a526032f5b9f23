"""What a spec leaves for the reader of its failure: screenshots, traces, the stub's side, by client."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from playwright.sync_api import Error

from harness.clients.client import Client
from harness.journal.redact import Redactor
from harness.stage import Stage
from harness.trace_redaction import redact_trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to record and keep what: pytest-playwright's options, but traces of failures by default."""

    tracing: bool
    keep_passed_traces: bool
    screenshot_passed: bool
    video: bool
    keep_passed_videos: bool

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        tracing = config.getoption("--tracing")
        if not any(str(arg).startswith("--tracing") for arg in config.invocation_params.args):
            tracing = "retain-on-failure"
        video = config.getoption("--video")
        return cls(
            tracing=tracing != "off",
            keep_passed_traces=tracing == "on",
            screenshot_passed=config.getoption("--screenshot") == "on",
            video=video != "off",
            keep_passed_videos=video == "on",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the stub logs from now on: the part of `path` behind `since` bytes."""

    path: Path
    since: int

    @classmethod
    def of(cls, path: Path) -> Self:
        return cls(path=path, since=path.stat().st_size)

    def keep(self, directory: Path, redactor: Redactor) -> None:
        with self.path.open("rb") as source:
            source.seek(self.since)
            text = source.read().decode(errors="replace")
        (directory / "stub.log").write_text(redactor.text(text), encoding="utf-8")


def keep(stage: Stage[Any], directory: Path, *, policy: Policy, failed: bool, log: Log | None) -> None:
    """Write the spec's evidence into `directory`: all of it when it failed, else what the options ask for.

    `log` is what the stub logged during this spec. Closes the clients' contexts.
    """
    if failed:
        directory.mkdir(parents=True, exist_ok=True)
        if log is not None:
            log.keep(directory, stage.timeline.redactor)
    for client in stage.everybody:
        # A spec that failed in its own words has its pictures already, in their place in the timeline.
        if (failed or policy.screenshot_passed) and not (directory / f"{client.name}.png").exists():
            _try(lambda client=client: client.screenshot(directory))
        if policy.tracing:
            kept = directory / f"trace-{client.name}.zip" if failed or policy.keep_passed_traces else None
            _try(lambda client=client, kept=kept: client.context.tracing.stop(path=kept))
            if kept is not None and kept.exists():
                redact_trace(kept, stage.timeline.redactor)
    if policy.video:
        for client in stage.everybody:
            _keep_video(client, directory, kept=failed or policy.keep_passed_videos)


def _keep_video(client: Client, directory: Path, *, kept: bool) -> None:
    video = client.page.video
    client.context.close()
    if video is None:
        return
    if kept:
        video.save_as(directory / f"video-{client.name}.webm")
    video.delete()


def _try(step: Any) -> None:
    """A browser that died with the spec has no picture to give; the rest of the evidence still counts."""
    try:
        step()
    except Error:
        return
