"""L02 in a development build, where React mounts everything twice: what is not cleaned up happens twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from as_a_user import user_environment
from ports import free_port

from harness.frontend import WEBUI, find_node

PROJECT = Path(__file__).parents[2]
SPEC = "specs/state/test_coming_back.py"
EVENTS_ONCE = "test_going_from_board_to_board_leaves_one_socket_one_room_and_one_listener"
#: What Socket.IO's own `on` takes twice without a word.
A_LISTENER_THAT_STAYS = {
    '"system:notification", onNotification': '"system:notification", (data) => onNotification(data)',
    "      unsubscribe();\n": "",
}
_DEADLINE_S = 120

TARGET = """\
like: stub
kind: local
frontend:
  url: http://localhost:{port}
  start: {{command: {command}, folder: {folder}}}
  settings: /env.json
"""


def development_build(folder: Path, patches: dict[str, str]) -> Path:
    """A target file whose frontend is built for development, with `patches` in the source of its frame."""
    webui = folder / "webui"
    shutil.copytree(WEBUI, webui, ignore=shutil.ignore_patterns("node_modules", "dist", "tests"))
    (webui / "node_modules").symlink_to(WEBUI / "node_modules")
    component = webui / "src" / "features" / "auth" / "SignedIn.tsx"
    for old, new in patches.items():
        source = component.read_text()
        assert source.count(old) == 1, f"{component} has {source.count(old)} of {old!r}"
        component.write_text(source.replace(old, new))
    node = find_node()
    assert node is not None
    vite = [node.node, str(WEBUI / "node_modules" / "vite" / "bin" / "vite.js")]
    subprocess.run(
        [*vite, "build", "--mode", "development"],
        cwd=webui,
        env={**os.environ, "NODE_ENV": "development"},
        check=True,
        capture_output=True,
        timeout=_DEADLINE_S,
    )
    port = free_port()
    command = json.dumps([*vite, "preview", "--port", str(port), "--strictPort"])
    target = folder / "development.yaml"
    target.write_text(TARGET.format(port=port, command=command, folder=json.dumps(str(webui))))
    return target


def run(target: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    words = ["run", f"{SPEC}::{EVENTS_ONCE}", "--target", str(target), "--runs-dir", str(folder / "runs")]
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", *words],
        cwd=PROJECT,
        env=user_environment(),
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
    )


def test_what_is_mounted_twice_listens_once(tmp_path: Path) -> None:
    ran = run(development_build(tmp_path, {}), tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_listener_that_is_not_taken_back_is_found(tmp_path: Path) -> None:
    ran = run(development_build(tmp_path, A_LISTENER_THAT_STAYS), tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "exactly_once: the notification 'Once' came once and was shown twice on carol's page" in ran.stdout
