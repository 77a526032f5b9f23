"""A scenario that a deployment cannot have is refused with the first reason; one that it can have is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.backend.fitting import why_not
from harness.scenario import Scenario
from harness.target import Target

Make = Callable[..., Target]
WRITES = "world: {by: rest}\nwrites: {allowed: true}\n"
ATLAS = {"id": "atlas", "members": ["alice", "bob"], "tasks": [{"title": "Write"}]}
PLAIN: dict[str, Any] = {"people": {"alice": None, "bob": None}, "projects": [ATLAS]}


def scenario(**more: Any) -> Scenario:
    return Scenario.from_document({"name": "it", **PLAIN, **more})


def test_what_the_contracts_rest_can_make_fits(deployment: Make) -> None:
    assert why_not(scenario(), deployment(WRITES)) is None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"rules": [{"on": "task:update", "error": {"code": "NO", "message": "no"}}]},
            "it scripts the server by rules",
        ),
        ({"gateway": {"ping_interval_ms": 200}}, "it sets gateway.ping_interval_ms, which only the stub can"),
        ({"gateway": {"echo": "none"}}, "it sets gateway.echo, which only the stub can"),
        ({"gateway": {"transports": ["polling"]}}, "it sets gateway.transports"),
        (
            {"frontend": {"mock_mode": True}},
            "it sets frontend.mock_mode, and the target's frontend takes no settings",
        ),
        ({"people": {"alice": None, "bob": None, "zoe": None}}, "the target has nobody called zoe"),
        (
            {"people": {"alice": {"token": "expired"}, "bob": None}},
            "alice would have a token that is not good",
        ),
        (
            {"people": {"alice": {"name": "Alice the Great"}, "bob": None}},
            "alice would have another name than their own",
        ),
        (
            {"projects": [{**ATLAS, "tasks": [{"title": "Old", "version": 7}]}]},
            "task t1 would have to be past",
        ),
        (
            {"model": "collection", "projects": [], "collections": {"todo": None}},
            "its server is of the model collection, which only the stub can be",
        ),
    ],
)
def test_what_only_a_stub_can_be_does_not(deployment: Make, more: dict[str, Any], reason: str) -> None:
    assert reason in (why_not(scenario(**more), deployment(WRITES)) or "")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [("", "the target builds no world"), ("world: {by: rest}\n", "the target allows no writes")],
)
def test_a_target_that_may_not_be_written_to_has_no_worlds(deployment: Make, lines: str, reason: str) -> None:
    assert reason in (why_not(scenario(), deployment(lines)) or "")
