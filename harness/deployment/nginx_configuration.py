"""Renders nginx's configuration: the same for processes on this machine and for containers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from harness.deployment.places import DEPLOY_DIR

_LOGINS_PER_S = 20
_LOGIN_BURST = 100


def nginx_configuration(
    *,
    addresses: Sequence[str],
    nodes: Mapping[int, str],
    user: str | None,
    run_dir: Path,
    tls_dir: Path,
    frontend_dir: Path,
    error_log: str,
    sticky: bool,
    generation: int,
) -> str:
    """Return the text of nginx.conf.

    `addresses` are those to listen on, `nodes` the gateway's addresses by number, `user` whom the workers run
    as (None: nginx's own choice), `run_dir` a folder for the pid and temporary files, `generation` what
    /configuration tells.
    """
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = (DEPLOY_DIR / "nginx" / "nginx.conf.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        addresses=addresses,
        nodes=[{"number": number, "address": address} for number, address in nodes.items()],
        user=user,
        run_dir=run_dir,
        tls_dir=tls_dir,
        frontend_dir=frontend_dir,
        error_log=error_log,
        sticky=sticky,
        generation=generation,
        logins_per_s=_LOGINS_PER_S,
        login_burst=_LOGIN_BURST,
    )
