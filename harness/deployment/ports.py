"""Finding free ports on loopback."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from harness.errors import DeploymentError


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def check_free(port: int) -> None:
    """Raise DeploymentError when somebody listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DeploymentError(f"port {port} is in use: choose another with --port") from None


def loopback_addresses() -> list[str]:
    """Return the loopback addresses of this machine, as nginx writes them; some have no IPv6."""
    with socket.socket(socket.AF_INET6) if socket.has_ipv6 else socket.socket() as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return ["127.0.0.1"]
    return ["127.0.0.1", "[::1]"]
