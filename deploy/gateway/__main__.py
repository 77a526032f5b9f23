"""`python -m deploy.gateway`: runs one node until SIGTERM or SIGINT."""

import logging
import sys

from aiohttp import web

from deploy.gateway.app import Node
from deploy.gateway.settings import read_settings
from mock_server.errors import StubError

_GRACE_S = 2.0


def main() -> None:
    """Exit code 2 with one line on stderr when the node cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    try:
        settings = read_settings()
        web.run_app(
            Node(settings).app(),
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            shutdown_timeout=_GRACE_S,
        )
    except StubError as error:
        sys.stderr.write(f"gateway: {error}\n")
        raise SystemExit(2) from None


main()
