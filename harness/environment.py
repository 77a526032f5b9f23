"""Tells a failure that is the target's trouble from one that may be the app's."""

from __future__ import annotations

import pytest

from harness.backend.reachable import gone
from harness.backend.sticky import sticky_problem
from harness.checkers.judge import OBSERVER
from harness.errors import EnvironmentTrouble, TargetError
from harness.stage import Stage
from harness.target import Target
from harness.timeline import Judged


def environment_trouble(item: pytest.Item, error: BaseException | None, judged: Judged | None) -> str | None:
    """Why a failed spec says nothing of the app: its target is not there, or not as its file says."""
    if isinstance(error, EnvironmentTrouble | TargetError):
        return str(error)
    funcargs = item.funcargs if isinstance(item, pytest.Function) else {}
    target = funcargs.get("target") or getattr(funcargs.get("stage"), "target", None)
    if not isinstance(target, Target) or target.has_stub:
        return None
    if trouble := gone(target) or _blind_lens(judged, target):
        return trouble
    return sticky_problem(target) if _met_an_unknown_session(item) else None


def _blind_lens(judged: Judged | None, target: Target) -> str | None:
    """A lens that does not fit the page: the target file is to be mended, and no verdict is to be trusted."""
    findings = judged.judgement.unexpected if judged is not None else ()
    blind = (each.message for each in findings if each.checker == OBSERVER and ": lens." in each.message)
    message = next(blind, None)
    return f"the lens of {target.file} does not fit the page: {message}" if message else None


def _met_an_unknown_session(item: pytest.Item) -> bool:
    """Whether a page of the spec was told that nobody knows its session: by a cluster, a sign of its own."""
    stage = item.funcargs.get("stage") if isinstance(item, pytest.Function) else None
    return isinstance(stage, Stage) and any(
        client.recorder is not None and client.recorder.traffic.unknown_sessions > 0
        for client in stage.everybody
    )
