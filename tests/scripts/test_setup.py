"""scripts/setup: what it does on a new machine, what it leaves alone, and what it says when it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: What needs Node, in the order it is made.
NODE_PARTS = ["build", "official", "gallery"]

# Stands in for Python, pip, npm and the search for a browser: notes each call, answers as a good machine.
FAKE_PYTHON = """#!/bin/sh
[ -e "$MACHINE/fail" ] && case "$*" in *"$(cat "$MACHINE/fail")"*) echo "it went wrong"; exit 1 ;; esac
case "$*" in
    *"python3.%d-venv"*) echo python3.11-venv ;;
    -VV) cat "$MACHINE/version" ;;
    *_base_executable*) echo "$MACHINE/bin/python3" ;;
    "-c import ensurepip"*) [ ! -e "$MACHINE/no-ensurepip" ] || exit 1 ;;
    *"-m venv"*) echo venv >>"$MACHINE/calls"; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"pip install"*) shift $(($# - 2)); echo "pip $*" >>"$MACHINE/calls" ;;
    *"frontend.py node") [ ! -e "$MACHINE/no-node" ] || { rm "$MACHINE/no-node"; exit 2; } ;;
    *"frontend.py state") cat "$MACHINE/frontend" ;;
    *"frontend.py installed tests/conformance/official") cat "$MACHINE/official" ;;
    *"frontend.py install tests/conformance/official") echo official >>"$MACHINE/calls"
        echo yes >"$MACHINE/official" ;;
    *"frontend.py state tests/harness/clients/drag_gallery") cat "$MACHINE/gallery" ;;
    *"frontend.py build tests/harness/clients/drag_gallery") echo gallery >>"$MACHINE/calls"
        echo fresh >"$MACHINE/gallery" ;;
    *"frontend.py build") echo "build" >>"$MACHINE/calls"; echo fresh >"$MACHINE/frontend" ;;
    *harness.clients.browsers) [ -e "$MACHINE/browser" ] || { echo "no browser, so set one" >&2; exit 2; }
        echo "$MACHINE/browser" ;;
esac
"""

# Installing venv brings, as it really does, a newer build of the same Python.
FAKE_APT = """#!/bin/sh
echo "apt-get $*" >>"$MACHINE/calls"
case "$*" in
    install*-venv) rm "$MACHINE/no-ensurepip"; echo "Python 3.11.7, built later" >"$MACHINE/version" ;;
    install*) touch "$MACHINE/browser"; chmod +x "$MACHINE/browser" ;;
esac
"""


class Machine:
    """A made-up machine with a checkout: its programs are scripts that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        shutil.copytree(ROOT / "scripts", self.checkout / "scripts")
        shutil.copytree(ROOT / "requirements", self.checkout / "requirements")
        shutil.copy(ROOT / "pyproject.toml", self.checkout)
        self.program("python3", FAKE_PYTHON)
        self.program("id", "#!/bin/sh\necho 1000\n")
        (folder / "frontend").write_text("missing")
        (folder / "official").write_text("no")
        (folder / "gallery").write_text("missing")
        (folder / "version").write_text("Python 3.11.7")
        self.has_browser()

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def has_browser(self) -> None:
        (self.folder / "browser").touch()
        (self.folder / "browser").chmod(0o755)

    def is_run_by_root(self) -> None:
        self.program("id", "#!/bin/sh\necho 0\n")
        self.program("apt-get", FAKE_APT)

    def setup(self) -> subprocess.CompletedProcess[str]:
        """Runs scripts/setup from another folder, without a terminal."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.defpath}"
        return subprocess.run(
            [self.checkout / "scripts" / "setup"],
            cwd=self.folder,
            env={"PATH": path, "MACHINE": str(self.folder), "CI": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def calls(self) -> list[str]:
        """What was called since the last look."""
        log = self.folder / "calls"
        found = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_new_checkout_gets_everything_in_order(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    assert machine.calls() == ["venv", "pip -r requirements/dev.txt", "pip -e .", *NODE_PARTS]
    assert "Python packages (requirements/dev.txt): done in" in done.stderr


def test_a_second_time_there_is_nothing_to_do(machine: Machine) -> None:
    machine.setup()
    machine.calls()
    done = machine.setup()
    assert (done.returncode, done.stderr) == (0, "setup: nothing to do\n")
    assert machine.calls() == []


@pytest.mark.parametrize(
    ("changed", "calls"),
    [
        ("requirements/dev.txt", ["venv", "pip -r requirements/dev.txt", "pip -e ."]),
        ("pyproject.toml", ["pip -e ."]),
    ],
)
def test_a_change_is_followed_by_what_depends_on_it(machine: Machine, changed: str, calls: list[str]) -> None:
    machine.setup()
    machine.calls()
    file = machine.checkout / changed
    file.write_text("# changed\n" + file.read_text())
    assert machine.setup().returncode == 0
    assert machine.calls() == calls


def test_a_change_of_a_tools_settings_installs_nothing(machine: Machine) -> None:
    machine.setup()
    machine.calls()
    file = machine.checkout / "pyproject.toml"
    file.write_text(file.read_text().replace("line-length = 110", "line-length = 111"))
    assert "nothing to do" in machine.setup().stderr
    assert machine.calls() == []


def test_a_stale_frontend_is_built_again(machine: Machine) -> None:
    machine.setup()
    machine.calls()
    (machine.folder / "frontend").write_text("stale")
    machine.setup()
    assert machine.calls() == ["build"]


def test_a_stale_drag_gallery_is_built_again(machine: Machine) -> None:
    machine.setup()
    machine.calls()
    (machine.folder / "gallery").write_text("stale")
    assert "drag gallery: done in" in machine.setup().stderr
    assert machine.calls() == ["gallery"]


def test_the_official_server_is_installed_again_when_its_lock_changed(machine: Machine) -> None:
    machine.setup()
    machine.calls()
    (machine.folder / "official").write_text("no")
    assert "official Socket.IO server: done in" in machine.setup().stderr
    assert machine.calls() == ["official"]


def test_a_machine_without_node_gets_one_before_the_build(machine: Machine) -> None:
    (machine.folder / "no-node").touch()
    machine.setup()
    assert machine.calls()[-4:] == ["pip -r requirements/node.txt", *NODE_PARTS]


def test_a_step_that_fails_shows_its_output_and_is_done_again(machine: Machine) -> None:
    failing = machine.folder / "fail"
    failing.write_text("requirements/dev.txt")
    done = machine.setup()
    assert done.returncode == 2
    assert "it went wrong" in done.stderr
    assert "FAILED (exit 1)" in done.stderr
    failing.unlink()
    machine.calls()
    assert machine.setup().returncode == 0
    assert machine.calls() == ["venv", "pip -r requirements/dev.txt", "pip -e .", *NODE_PARTS]


def test_no_browser_and_no_rights_says_what_to_do(machine: Machine) -> None:
    (machine.folder / "browser").unlink()
    done = machine.setup()
    assert done.returncode == 2
    assert done.stderr.endswith("no browser, so set one\n")


def test_root_gets_a_browser_from_the_distribution(machine: Machine) -> None:
    (machine.folder / "browser").unlink()
    machine.is_run_by_root()
    assert machine.setup().returncode == 0
    assert machine.calls()[-2:] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core",
    ]
    assert "nothing to do" in machine.setup().stderr


def test_a_browser_that_was_removed_is_missed(machine: Machine) -> None:
    machine.setup()
    (machine.folder / "browser").unlink()
    assert machine.setup().returncode == 2


def test_python_without_venv_names_the_package_to_install(machine: Machine) -> None:
    (machine.folder / "no-ensurepip").touch()
    done = machine.setup()
    assert done.returncode == 2
    assert "sudo apt-get install python3.11-venv" in done.stderr
    machine.is_run_by_root()
    machine.calls()
    assert machine.setup().returncode == 0
    assert machine.calls()[1] == "apt-get install -y --no-install-recommends python3.11-venv"
    assert "nothing to do" in machine.setup().stderr, "the package brought a newer build of this Python"


def test_an_old_python_is_refused(machine: Machine) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        machine.program(name, "#!/bin/sh\nexit 1\n")
    done = machine.setup()
    assert done.returncode == 2
    assert done.stderr.startswith("setup: Python 3.11 or later not found.")
