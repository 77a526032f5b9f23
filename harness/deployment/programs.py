"""The programs of a deployment: which there are, how each is called, and when it is ready."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.deployment.nginx_configuration import nginx_configuration
from harness.deployment.places import FRONTEND_DIR, ROOT, Places, write_for_the_owner
from harness.deployment.ports import loopback_addresses
from harness.deployment.state import State
from harness.errors import DeploymentError

_SYSTEM_DIRS = "/usr/sbin:/usr/local/sbin:/sbin"
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
_PROBE_S = 2.0

REDIS, NGINX = "redis", "nginx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process of the deployment; `is_ready` asks it, and does not wait."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool]
    grace_s: float = 5.0


def node_name(number: int) -> str:
    return f"node-{number}"


def missing_programs() -> list[str]:
    """Return the Debian packages that a deployment lacks on this machine."""
    return [name for name in ("redis-server", "nginx") if _which(name) is None]


def redis_program(state: State, places: Places) -> Program:
    """Redis on its own port; it keeps its data below the state directory, over a restart of its own too."""
    places.redis.mkdir(parents=True, exist_ok=True)
    configuration = places.redis / "redis.conf"
    lines = [
        f"port {state.redis_port}",
        "bind 127.0.0.1",
        f"requirepass {state.redis_password}",
        f"dir {places.redis}",
        'save ""',
        "appendonly yes",
        "daemonize no",
    ]
    write_for_the_owner(configuration, "\n".join(lines) + "\n")
    return Program(
        name=REDIS,
        command=[_program("redis-server"), str(configuration)],
        environment=_environment(),
        is_ready=lambda: _redis_answers(state),
    )


def node_program(number: int, state: State) -> Program:
    """One gateway node."""
    port = state.node_ports[number]
    passwords = {f"LOCKSTEP_{name.upper()}_PASSWORD": word for name, word in state.passwords.items()}
    own = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "NODE_NAME": str(number),
        "REDIS_URL": state.redis_url,
        "REDIS_MANAGER": str(state.redis_manager).lower(),
        "JWT_SECRET": state.jwt_secret,
        "CORS_ORIGIN": ",".join(origin_urls(state)),
        "SEED_SCENARIO": str(ROOT / "fixtures" / "scenarios" / "demo.yaml"),
        "PYTHONUNBUFFERED": "1",
    }
    return Program(
        name=node_name(number),
        command=[sys.executable, "-m", "deploy.gateway"],
        environment={**_environment(), **own, **passwords, **state.variables},
        is_ready=lambda: _answers(f"http://127.0.0.1:{port}/health"),
        grace_s=8.0,
    )


def nginx_program(state: State, places: Places) -> Program:
    """Nginx before the nodes."""
    write_nginx_configuration(state, places)
    configuration = places.nginx / "nginx.conf"
    log = str(places.log(NGINX))
    return Program(
        name=NGINX,
        command=[_program("nginx"), "-e", log, "-p", str(places.nginx), "-c", str(configuration)],
        environment=_environment(),
        is_ready=lambda: (
            configuration_in_force(state, places) == state.generation and _workers_serving(state) == 1
        ),
    )


def write_nginx_configuration(state: State, places: Places) -> None:
    """Render the configuration for the deployment as it is now."""
    places.nginx.mkdir(parents=True, exist_ok=True)
    text = nginx_configuration(
        addresses=[f"{address}:{state.https_port}" for address in loopback_addresses()],
        nodes={number: f"127.0.0.1:{port}" for number, port in state.node_ports.items()},
        # As root, nginx's workers would run as somebody who cannot read a checkout in a home directory.
        user=pwd.getpwuid(0).pw_name if os.getuid() == 0 else None,
        run_dir=places.nginx,
        tls_dir=places.tls,
        frontend_dir=FRONTEND_DIR,
        error_log=str(places.log(NGINX)),
        sticky=state.sticky,
        generation=state.generation,
    )
    (places.nginx / "nginx.conf").write_text(text, encoding="utf-8")


def configuration_in_force(state: State, places: Places) -> int | None:
    """Return the generation of the configuration that nginx answers by, None when it does not answer."""
    try:
        answer = httpx.get(
            f"{state.url}/configuration", verify=tls_context(places), timeout=_PROBE_S, trust_env=False
        )
        return int(answer.json()["generation"])
    except (httpx.HTTPError, OSError, ValueError, KeyError):
        return None


def _workers_serving(state: State) -> int:
    """Return how many of nginx's workers take requests: after a reload, for a moment, two."""
    master = state.processes[NGINX].pid
    try:
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        titles = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    except OSError:
        return 0
    return sum(b"shutting down" not in title for title in titles)


def origin_urls(state: State) -> list[str]:
    """Return the origins under which the deployment can be visited."""
    return [f"https://{host}:{state.https_port}" for host in ("localhost", "127.0.0.1", "[::1]")]


def tls_context(places: Places) -> ssl.SSLContext:
    """Return what trusts the deployment's own authority, and no other."""
    return ssl.create_default_context(cafile=str(places.ca))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=_PROBE_S, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _redis_answers(state: State) -> bool:
    asked = f"AUTH {state.redis_password}\r\nPING\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", state.redis_port), timeout=_PROBE_S) as connection:
            connection.sendall(asked)
            with connection.makefile("rb") as answers:
                return [answers.readline() for _ in range(2)] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False


def _program(name: str) -> str:
    found = _which(name)
    if found is None:
        raise DeploymentError(f"not installed: {name}. Run: sudo deploy/install")
    return found


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_DIRS}")


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
