"""The house rules of scripts/check: each finds its offence, names the line, and lets the rest pass."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing wrong."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "test_it.py").write_text("def test_it(stage):\n    pass\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def house_rules(project: Path, name: str = "no ") -> subprocess.CompletedProcess[str]:
    return subprocess.run([project / "scripts" / "check", name], capture_output=True, text=True, timeout=60)


def test_a_clean_project_passes_every_house_rule(project: Path) -> None:
    done = house_rules(project)
    assert done.returncode == 0, done.stderr
    assert [line.partition(": done")[0] for line in done.stderr.splitlines()] == [
        "check: no sleep in a spec or a test",
        "check: no registry host",
        "check: no path of one machine",
    ]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("no sleep in a spec or a test", "time.sleep(1)"),
        ("no sleep in a spec or a test", "page.wait_for_timeout(100)"),
        ("no sleep in a spec or a test", 'page.wait_for_load_state("networkidle")'),
        ("no registry host", "see https://registry." + "npmjs" + ".org/x"),
        ("no path of one machine", 'open("' + "/home" + '/ann/x")'),
    ],
)
def test_an_offence_is_found_and_shown(project: Path, rule: str, line: str) -> None:
    (project / "specs" / "test_bad.py").write_text(f"import time\n{line}\n")
    done = house_rules(project)
    assert done.returncode == 1
    assert f"specs/test_bad.py:2:{line}" in done.stderr
    assert [each for each in done.stderr.splitlines() if "FAILED" in each] == [
        each for each in done.stderr.splitlines() if each.startswith(f"check: {rule}: FAILED (exit 1)")
    ]


def test_what_git_ignores_is_not_looked_at(project: Path) -> None:
    (project / ".gitignore").write_text("ignored/\n")
    (project / "specs" / "ignored").mkdir()
    (project / "specs" / "ignored" / "test_bad.py").write_text("time.sleep(1)\n")
    assert house_rules(project).returncode == 0


def test_an_unknown_check_is_refused(project: Path) -> None:
    done = house_rules(project, "typos")
    assert (done.returncode, done.stderr) == (2, "check: no check has 'typos' in its name\n")
