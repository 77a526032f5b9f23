"""A deployment of their own for the specs that break one: two nodes, which nobody else uses."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pages.devmentor import DevMentor

from harness import Deployment, DeploymentBackend, Stage, Target, load_target, missing_programs
from harness.settings import Settings

#: What `lockstep deploy` starts; only such a one can be broken as these specs break it.
_OURS = "cluster"
#: Another run's marker would be tidied up by that run.
_MARKER = "[lockstep c1057e40]"
#: In LOCKSTEP_PLANTED: the mistake with which these specs must be red (tests/deploy).
_PLANTED = "nodes that do not share rooms"
#: A machine that says so must have everything: CI, and where scripts/test may install what is missing.
_MUST_HAVE_ALL = ("CI", "LOCKSTEP_ALL_ENGINES")


@pytest.fixture(scope="session")
def deployment(lockstep_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two nodes behind nginx, on ports that the system chooses."""
    if lockstep_settings.target != _OURS:
        pytest.skip(
            f"not on target {lockstep_settings.target}: it takes a cluster whose nodes can be killed "
            f"(--target {_OURS})"
        )
    lacking = missing_programs()
    if lacking and not any(os.environ.get(name) for name in _MUST_HAVE_ALL):
        pytest.skip(f"not without {', '.join(lacking)} (deploy/install)")
    shares_rooms = os.environ.get("LOCKSTEP_PLANTED") != _PLANTED
    with Deployment.start(tmp_path_factory.mktemp("deployment"), redis_manager=shares_rooms) as running:
        yield running


@pytest.fixture(scope="session")
def target(deployment: Deployment, lockstep_settings: Settings) -> Target:
    """The target `cluster`, at this deployment."""
    return load_target(_OURS, lockstep_settings.targets_dir, deployment.environment)


@pytest.fixture(scope="session")
def backend(target: Target, deployment: Deployment) -> Iterator[DeploymentBackend]:
    """Signed in at this deployment."""
    backend = DeploymentBackend(target, marker=_MARKER, environment=deployment.environment)
    yield backend
    backend.close()


@pytest.fixture
def cluster(stage: Stage[DevMentor], deployment: Deployment) -> Iterator[Deployment]:
    """The deployment under the spec; what the spec has broken is mended behind it."""
    yield deployment
    deployment.start_redis()
    deployment.start_nodes()
