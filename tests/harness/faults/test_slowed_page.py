"""A page on a slowed processor has so much longer to answer and to hand over."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.stage import Stage


def test_slowed_page_has_longer_to_hand_over_what_it_has_recorded(
    open_stage: Callable[..., Stage[DevMentor]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.clients.recorder._DRAIN_MS", 100)
    bob = open_stage("connection/websocket", slowdown=4).client("bob")
    bob.page.evaluate(
        """() => {
          const tap = globalThis[Symbol.for("lockstep.tap")];
          const { flush } = tap;
          tap.flush = () => ({ ...flush(), count: 1_000_000 });
        }"""
    )
    assert bob.recorder is not None
    began = time.monotonic()
    assert not bob.recorder.drain(bob.page)
    assert time.monotonic() - began >= 0.4
