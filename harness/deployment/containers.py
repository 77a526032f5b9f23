"""Writes what deploy/compose.yaml mounts: nginx's configuration, certificates, and secrets."""

from __future__ import annotations

import secrets
from pathlib import Path

from harness.deployment.certificates import make_certificates
from harness.deployment.nginx_configuration import nginx_configuration
from harness.deployment.people import people_of
from harness.deployment.places import check_checkout, write_for_the_owner

#: As compose.yaml has them.
_PORT = 8443
_NODES = {1: "node-1:8002", 2: "node-2:8002"}
_MOUNTED = Path("/etc/lockstep")
_FRONTEND = Path("/srv/frontend")
_WRITABLE = Path("/var/lib/lockstep")


def render(directory: Path) -> list[Path]:
    """Write the files into `directory`, secrets and certificates only where there are none yet.

    Returns what there is then; raises DeploymentError.
    """
    check_checkout()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    tls, configuration, settings = (directory / name for name in ("tls", "nginx.conf", "secrets.env"))
    if not (tls / "ca.pem").exists():
        make_certificates(tls)
    text = nginx_configuration(
        addresses=[str(_PORT)],
        nodes=_NODES,
        user=None,
        run_dir=_WRITABLE,
        tls_dir=_MOUNTED / "tls",
        frontend_dir=_FRONTEND,
        error_log="stderr",
        sticky=True,
        generation=1,
    )
    configuration.write_text(text, encoding="utf-8")
    if not settings.exists():
        words = {"REDIS_PASSWORD": secrets.token_urlsafe(24), "JWT_SECRET": secrets.token_urlsafe(48)}
        words |= {f"LOCKSTEP_{name.upper()}_PASSWORD": secrets.token_urlsafe(12) for name in people_of({})}
        write_for_the_owner(settings, "".join(f"{name}={word}\n" for name, word in words.items()))
    return [tls, configuration, settings]
