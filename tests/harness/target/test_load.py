"""Targets are found by name or path, take from one another, and get addresses from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TargetError, UnknownName
from harness.target import Kind, Target, list_targets, load_target

TARGETS = Path(__file__).parents[3] / "fixtures" / "targets"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", list_targets(TARGETS))
def test_every_target_that_comes_with_the_project_can_be_read(name: str) -> None:
    target = load_target(name, TARGETS, environment={})
    assert target.name == name
    assert target.description


def test_unknown_target_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'cluster'"):
        load_target("clusterr", TARGETS)


def test_a_path_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="there is no such target file"):
        load_target(str(tmp_path / "mine.yaml"), TARGETS)


def test_a_file_of_ones_own_may_be_like_one_that_comes_with_the_project(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "mine",
        "like: stub\nkind: deployment\nfrontend: {url: 'https://qa.example.org/'}\n"
        "budgets: {badge_change_ms: 5}\n",
    )
    mine, stub = load_target(str(path), TARGETS), load_target("stub", TARGETS)
    assert (mine.name, mine.kind, mine.lens, mine.auth) == ("mine", Kind.DEPLOYMENT, stub.lens, stub.auth)
    assert mine.app_url == mine.gateway_url == mine.api_url == "https://qa.example.org"
    # What it says itself is taken whole, not mixed with the other's.
    assert mine.budgets.badge_change_ms == 5
    assert mine.folder == tmp_path


def test_addresses_come_from_the_environment_or_their_default(tmp_path: Path) -> None:
    text = "kind: deployment\nfrontend: {url: '${env.APP_URL:-http://localhost:3000}'}\n"
    path = written(tmp_path, "mine", text)
    assert load_target(str(path), TARGETS, environment={}).app_url == "http://localhost:3000"
    given = load_target(str(path), TARGETS, environment={"APP_URL": "http://localhost:4000"})
    assert given.app_url == "http://localhost:4000"


def test_secrets_stay_names_of_variables_until_they_are_used(tmp_path: Path) -> None:
    text = (
        "kind: deployment\nfrontend: {url: 'http://localhost:3000'}\n"
        "people: {alice: {email: a@example.com, password: '${env.SECRET}'}}\n"
    )
    target = load_target(str(written(tmp_path, "mine", text)), TARGETS, environment={"SECRET": "hush"})
    assert target.people["alice"].password == "${env.SECRET}"
    assert "hush" not in repr(target)


def test_a_target_has_a_gateway_of_its_own_when_it_says_so(tmp_path: Path) -> None:
    text = (
        "kind: deployment\nfrontend: {url: 'http://localhost:3000'}\n"
        "gateway: {url: 'http://localhost:8002', api_url: 'http://localhost:8003/v2'}\n"
    )
    target: Target = load_target(str(written(tmp_path, "mine", text)), TARGETS)
    assert (target.gateway_url, target.api_url) == ("http://localhost:8002", "http://localhost:8003/v2")


def test_on_a_slower_processor_budgets_and_waits_are_longer_but_the_app_polls_as_ever() -> None:
    target = load_target("stub", TARGETS)
    slowed = target.slowed(4)
    assert slowed.budgets.update_latency_p95_ms == 4 * target.budgets.update_latency_p95_ms
    assert slowed.timeouts.ready_ms == 4 * target.timeouts.ready_ms
    assert slowed.budgets.polling_interval_ms == target.budgets.polling_interval_ms
    assert slowed.path == target.path
    assert (target.slowdown, slowed.slowdown) == (1, 4)
    assert target.slowed(1) is target
