"""A real deployment on this machine: nginx with TLS before two gateway nodes that share a Redis."""

from harness.deployment.containers import render as render_for_containers
from harness.deployment.deployment import Deployment
from harness.deployment.places import DEFAULT_STATE_DIR, RENDERED_DIR
from harness.deployment.programs import missing_programs

__all__ = ["DEFAULT_STATE_DIR", "RENDERED_DIR", "Deployment", "missing_programs", "render_for_containers"]
