"""pytest in a process of its own: how runs end, and that an interrupted one closes what it opened."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RUN = "import sys; from harness.pytest_process import run_pytest; sys.exit(run_pytest(sys.argv[1:]))"
# Only what is tested here: the other plugins take seconds to load.
QUICK = ["-p", "no:playwright", "-p", "no:lockstep", "-p", "no:asyncio", "-p", "no:hypothesispytest"]

# A spec with something to close, whose process must outlive the interrupt until the fixture has closed it.
SPEC_WITH_A_BROWSER = """
import subprocess, sys, pytest

@pytest.fixture
def browser():
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    yield process
    with open("closed", "a") as log:
        log.write("alive" if process.poll() is None else "dead")
    process.communicate()

def test_it(browser):
    print("ready", flush=True)
    # A signal that comes just before a system call which waits for ever is lost to Python: wait in steps.
    browser.wait(timeout=60)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts pytest on a spec as `lockstep run` does, in a group of its own as a terminal has."""
    processes: list[subprocess.Popen[str]] = []

    def started(spec: str, *args: str) -> "subprocess.Popen[str]":
        (tmp_path / "test_it.py").write_text(spec)
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, "test_it.py", "-s", *QUICK, *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        with process:  # a failed test leaves it running, and what it leaves open fails the next one
            process.terminate()


@pytest.mark.parametrize(
    ("spec", "args", "code"),
    [
        ("def test_it(): assert True", [], 0),
        ("def test_it(): assert False", [], 1),
        ("def test_it(): raise KeyboardInterrupt", [], 2),
        ("def no_spec(): ...", [], 2),
        ("def test_it(): ...", ["--no-such-option"], 2),
        ("import os, signal\ndef test_it(): os.kill(os.getpid(), signal.SIGKILL)", [], 2),
    ],
)
def test_exit_codes(start: Start, spec: str, args: list[str], code: int) -> None:
    process = start(spec, *args)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == code, output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_closes_what_it_opened(start: Start, tmp_path: Path, number: int) -> None:
    process = start(SPEC_WITH_A_BROWSER)
    assert process.stdout is not None
    assert any("ready" in line for line in process.stdout)
    os.killpg(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert (tmp_path / "closed").read_text() == "alive"
    assert "KeyboardInterrupt" in output
