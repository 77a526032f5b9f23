"""A deployment that is set up wrong: said by its name, as trouble of the environment, no bug of the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from specs_run import PROJECT, lockstep, run_spec, verdicts

from harness.backend.sticky import sticky_problem
from harness.clients.browsers import Engine
from harness.deployment import Deployment
from harness.target import Target, load_target
from tests.harness.conftest import found_or_skip

BY_POLLING = "specs/connection/test_badge.py::test_badge_is_live_over_long_polling_and_names_it"


@pytest.fixture
def target(deployment: Deployment) -> Target:
    return load_target("cluster", PROJECT / "fixtures" / "targets", deployment.environment)


@pytest.fixture
def without_sticky_sessions(deployment: Deployment) -> Iterator[None]:
    deployment.set_sticky(False)
    yield
    deployment.set_sticky(True)


def test_sticky_sessions_that_work_are_no_problem(target: Target) -> None:
    assert sticky_problem(target) is None


@pytest.mark.usefixtures("without_sticky_sessions")
def test_sticky_sessions_that_are_off_are_named(target: Target) -> None:
    said = str(sticky_problem(target))
    assert said.startswith(f"sticky sessions are off at {target.gateway_url} (target cluster): ")
    assert said.endswith(
        "long-polling sessions were unknown (400, code 1) to the node that answered next. Let the load "
        "balancer send all requests of a session to the node that opened it, by a cookie or the address"
    )


def test_sticky_sessions_by_cookie_are_none_for_pages_of_another_origin(target: Target) -> None:
    elsewhere = target.frontend.model_copy(update={"url": "https://app.test"})
    gateway = target.gateway.model_copy(update={"url": target.gateway_url})
    said = str(sticky_problem(target.model_copy(update={"frontend": elsewhere, "gateway": gateway})))
    assert ", since pages of https://app.test send no cookies there (withCredentials): " in said


@pytest.mark.usefixtures("without_sticky_sessions")
def test_run_over_long_polling_without_sticky_sessions_ends_with_their_name(
    deployment: Deployment, tmp_path: Path
) -> None:
    found_or_skip(Engine.CHROMIUM)
    code, said = run_spec(deployment, BY_POLLING, tmp_path)
    assert (code, "environment: sticky sessions are off" in said) == (3, True), said


def test_certificate_that_nobody_trusts_is_said_before_the_first_spec(
    deployment: Deployment, tmp_path: Path
) -> None:
    file = tmp_path / "untrusted.yaml"
    here = PROJECT / "fixtures" / "targets" / "cluster.yaml"
    kept = [line for line in here.read_text(encoding="utf-8").splitlines() if "ca:" not in line]
    stub = (here.parent / "stub.yaml").read_text(encoding="utf-8")
    (tmp_path / "stub.yaml").write_text(stub, encoding="utf-8")
    file.write_text("\n".join(line for line in kept if line != "tls:"), encoding="utf-8")
    options = ("--target", file, "--runs-dir", tmp_path / "runs")
    code, said = lockstep(deployment, "run", BY_POLLING, *options)
    assert code == 3, said
    assert (
        f"the frontend of target untrusted: the certificate of {deployment.url}/ is not trusted "
        "(unable to get local issuer certificate): give the authority's file as `tls: {ca: FILE}` in the "
        "target, or `tls: {insecure: true}`"
    ) in " ".join(said.split()), said


def test_nodes_that_do_not_share_rooms_are_found_by_what_bob_never_hears(
    deployment: Deployment, tmp_path: Path
) -> None:
    found_or_skip(Engine.CHROMIUM)
    spec = "specs/cluster/test_two_nodes.py"
    name = "test_alice_at_one_node_and_bob_at_the_other_are_in_step and websocket"
    planted = {"LOCKSTEP_PLANTED": "nodes that do not share rooms"}
    code, said = run_spec(deployment, spec, tmp_path, "-k", name, more=planted)
    assert code == 1, said
    assert "bob's board does not show 'Buy milk'" in said
    (judged,) = verdicts(tmp_path)
    found = {(each["checker"], each["client"]) for each in judged["findings"]}
    assert ("converged", "bob") in found, judged["findings"]
