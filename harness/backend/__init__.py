"""What stands behind the frontend: the stub, which tells and does all, or a deployment, which is as it is."""

from harness.backend.backend import Backend, OpenContext
from harness.backend.of_deployment import DeploymentBackend
from harness.backend.of_stub import StubBackend

__all__ = ["Backend", "DeploymentBackend", "OpenContext", "StubBackend"]
