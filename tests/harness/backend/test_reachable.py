"""A target that is not there is told from one that is, and why."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ports import free_port

from deploy.certificates import make_certificates
from harness.backend.reachable import check_frontend, check_gateway, check_reachable, gone
from harness.errors import EnvironmentTrouble
from harness.stub import StubProcess
from harness.target import Target

Make = Callable[..., Target]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path.startswith("/socket.io") else 200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing to say."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A page behind TLS, and the authority that nobody knows."""
    make_certificates(tmp_path / "tls")
    server = HTTPServer(("127.0.0.1", 0), _Page)
    terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    terms.load_cert_chain(tmp_path / "tls" / "server.pem", tmp_path / "tls" / "server.key")
    server.socket = terms.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", tmp_path / "tls" / "ca.pem"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_is_there_says_how_it_keeps_connections(deployment: Make) -> None:
    told = check_reachable(deployment())
    assert told["pingInterval"] > 0
    assert told["upgrades"] == ["websocket"]
    assert gone(deployment()) is None


def test_nobody_at_the_address(deployment: Make) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    target = deployment(url=url)
    with pytest.raises(EnvironmentTrouble) as caught:
        check_reachable(target)
    assert str(caught.value).startswith(f"the frontend of target mine: {url}/ cannot be reached: ")
    assert gone(target) == str(caught.value)


@pytest.mark.parametrize("path", ["/realtime/", "/api/projects"])
def test_a_server_without_socket_io_there(deployment: Make, server: StubProcess, path: str) -> None:
    target = deployment(gateway=f"{{url: '{server.gateway_url}', path: {path}}}")
    with pytest.raises(EnvironmentTrouble) as caught:
        check_gateway(target)
    said = str(caught.value)
    assert said.startswith(f"no Engine.IO 4 at {server.gateway_url}{path} (target mine): it answers ")
    assert said.endswith("Are gateway.url and gateway.path right?")


def test_a_certificate_of_an_unknown_authority(deployment: Make, secure: tuple[str, Path]) -> None:
    url, _ = secure
    with pytest.raises(EnvironmentTrouble) as caught:
        check_frontend(deployment(url=url))
    said = str(caught.value)
    assert f"the certificate of {url}/ is not trusted (" in said
    assert said.endswith(
        "give the authority's file as `tls: {ca: FILE}` in the target, or `tls: {insecure: true}`"
    )


@pytest.mark.parametrize("how", ["ca", "insecure"])
def test_a_certificate_of_an_authority_that_the_target_names(
    deployment: Make, secure: tuple[str, Path], how: str
) -> None:
    url, authority = secure
    check_frontend(
        deployment(
            {"ca": f"tls: {{ca: '{authority}'}}\n", "insecure": "tls: {insecure: true}\n"}[how], url=url
        )
    )


def test_an_authority_that_is_no_file(deployment: Make) -> None:
    with pytest.raises(EnvironmentTrouble, match=r"tls\.ca of target mine: .*nowhere\.pem cannot be used: "):
        check_frontend(deployment("tls: {ca: nowhere.pem}\n"))
