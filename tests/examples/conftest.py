"""Copies of the example app, in folders of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("app_copy")

from app_copy import OWN_APP, AppCopy, environment  # noqa: E402 # after the path is set
from ports import free_port  # noqa: E402


@pytest.fixture
def own_app(tmp_path: Path) -> Callable[[], AppCopy]:
    """Makes a copy of the example that shares the installed packages."""

    def copy() -> AppCopy:
        folder = tmp_path / "own_app"
        shutil.copytree(OWN_APP, folder, ignore=shutil.ignore_patterns("node_modules", "runs", "__pycache__"))
        modules = OWN_APP / "node_modules"
        assert modules.is_dir(), "its packages are missing: scripts/setup installs them"
        (folder / "node_modules").symlink_to(modules)
        return AppCopy(folder=folder, port=free_port())

    return copy


@pytest.fixture
def served_app(own_app: Callable[[], AppCopy]) -> Iterator[Callable[..., tuple[AppCopy, str]]]:
    """Starts a copy, changed first if need be; returns it and its address."""
    started: list[subprocess.Popen[str]] = []

    def serve(change: Callable[[AppCopy], None] = lambda _app: None) -> tuple[AppCopy, str]:
        app = own_app()
        change(app)
        env = {**environment(), "PORT": str(app.port)}
        process = subprocess.Popen(
            ["node", "server.js"], cwd=app.folder, env=env, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, f"the app ended with {process.poll()}"
        return app, url

    yield serve
    for process in started:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
