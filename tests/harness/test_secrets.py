"""No file of a run holds a secret in clear: planted in a login, a handshake, a URL, a header and a cookie."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

PROJECT = Path(__file__).resolve().parents[2]

#: Short ones too: a real password is no long random text.
PLANTED = {
    "password": "Tulip-9!",
    "header": "planted-header-3f8b1c7d2a",
    "url": "planted-url-77aa1e0c5b9d",
    "cookie": "planted-cookie-5b2e9d10aa",
    "handshake": "planted-handshake-c41f6e8890",
    # Under a key that only the target file calls secret.
    "door": "Open-9-Sesame",
}
#: Put together in the page, so that what the spec itself hands over holds none whole.
HALVES = [[text[:12], text[12:]] for kind, text in PLANTED.items() if kind != "password"]
SPEC = f"""
import os

import pytest
from harness import Client, Stage
from playwright.sync_api import expect

class Plain(Client):
    pass

@pytest.fixture(scope="session")
def client_type():
    return Plain

@pytest.mark.scenario("board/two_members")
def test_it(stage: Stage[Plain]) -> None:
    alice = stage.client("alice", ready=False)
    page = alice.page
    page.evaluate('''async (halves) => {{
      const [header, url, cookie, handshake, door] = halves.map((pair) => pair.join(""));
      document.cookie = `session=${{cookie}}`;
      localStorage.setItem("refresh_token", handshake);
      const server = (await (await fetch("/env.json")).json()).NEXT_PUBLIC_WEBSOCKET_URL;
      const headers = {{ authorization: `Bearer ${{header}}` }};
      await fetch(`${{server}}/api/projects?access_token=${{url}}`, {{ headers }});
      const body = JSON.stringify({{ door }});
      await fetch(`${{server}}/api/projects`, {{ method: "POST", headers, body }});
      const packed = {{ method: "POST", body: "b" + btoa("packed " + handshake + " in bytes") }};
      await fetch(`${{server}}/socket.io/?EIO=4&transport=polling&sid=none`, packed);
      const gateway = server.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket";
      const socket = new WebSocket(`${{gateway}}&token=${{url}}`);
      const auth = JSON.stringify({{ token: handshake }});
      socket.onmessage = ({{ data }}) => data[0] === "0" && socket.send("40" + auth);
      await new Promise((done) => {{ socket.onclose = done; setTimeout(done, 1000); }});
    }}''', {HALVES})
    mallory = stage.client("mallory", person="bob", visit=False)
    mallory.page.goto(mallory.app_url + "/login")
    mallory.page.evaluate("localStorage.clear()")
    mallory.goto("/login")
    mallory.page.get_by_label("Email").fill("bob@example.com")
    mallory.page.get_by_label("Password").fill(os.environ["PLANTED"])
    mallory.page.get_by_role("button", name="Sign in").click()
    expect(mallory.page.get_by_role("alert").first).to_be_visible()
    token = stage.stub.people["alice"].token
    (stage.timeline.directory.parent / "tokens.planted").write_text(token)
    raise AssertionError("so that all evidence is kept")
"""


def test_no_file_of_a_run_holds_a_planted_secret(run_specs: Callable[..., Any], tmp_path: Path) -> None:
    fixtures = tmp_path / "fixtures"
    shutil.copytree(PROJECT / "fixtures", fixtures)
    with (fixtures / "targets" / "stub.yaml").open("a") as target:
        target.write("secret_keys: [door]\n")
    ran = run_specs(SPEC, "--tracing", "on", LOCKSTEP_FIXTURES=str(fixtures), PLANTED=PLANTED["password"])
    assert ran.code == 1, ran.output
    assert "so that all evidence is kept" in ran.output
    run = ran.run.resolve()
    token_file = run / "tokens.planted"
    # Seven bytes stand before it, and nothing of it shares a character with what comes after.
    packed = base64.b64encode(f"packed {PLANTED['handshake']}".encode()).decode()[10:-4]
    secrets = {**PLANTED, "issued token": token_file.read_text(), "packed handshake": packed}
    token_file.unlink()
    files = list(_contents(run))
    assert {"journal.jsonl", "report.html", "trace.network"} <= {Path(name).name for name, _ in files}
    found = {(name, kind) for name, content in files for kind, text in secrets.items() if text in content}
    assert found == set()
    assert any("[redacted]" in content for name, content in files if name.endswith("journal.jsonl"))
    assert not [kind for kind, text in secrets.items() if text in ran.output]


def _contents(run: Path) -> Iterator[tuple[str, str]]:
    for path in run.rglob("*"):
        if path.is_file() and is_zipfile(path):
            with ZipFile(path) as trace:
                for name in trace.namelist():
                    yield f"{path.name}/{name}", trace.read(name).decode(errors="replace")
        elif path.is_file():
            yield str(path.relative_to(run)), path.read_bytes().decode(errors="replace")
