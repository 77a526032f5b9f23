"""The kernel's word on who waited for a processor: whose counts, how it adds up, and that it is true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from queue import Queue

import pytest

from harness.clients.run_delay import Processes, RunDelay, delay_between

BROWSER = ("/usr/lib/chromium/chromium-headless-shell", "--headless")
PAGE = ("/usr/lib/chromium/chromium-headless-shell --type=renderer --headless",)
STUB = ("/venv/bin/python", "-m", "mock_server", "--port", "0")


def machine(proc: Path, processes: dict[int, tuple[int, tuple[str, ...], float]]) -> Path:
    """A `/proc` of {pid: (parent, command line, seconds waited)}."""
    for pid, (parent, command, waited_s) in processes.items():
        home = proc / str(pid)
        home.mkdir(exist_ok=True)
        (home / "stat").write_text(f"{pid} (a (strange) name) S {parent} 1 1 0")
        (home / "cmdline").write_bytes("\0".join(command).encode() + b"\0")
        (home / "schedstat").write_text(f"123 {round(waited_s * 1e9)} 7")
    return proc


def test_pages_the_browser_and_the_stub_count_and_nobody_elses(tmp_path: Path) -> None:
    proc = machine(
        tmp_path,
        {
            10: (1, ("python", "-m", "pytest"), 9),
            11: (10, STUB, 0.5),
            12: (10, ("/driver/node", "cli.js"), 9),
            13: (12, BROWSER, 0.25),
            14: (13, (f"{BROWSER[0]} --type=zygote",), 9),
            15: (14, PAGE, 1.5),
            16: (13, (f"{BROWSER[0]} --type=gpu-process",), 9),
            20: (1, BROWSER, 9),
            21: (20, PAGE, 9),
        },
    )
    assert Processes(10, proc).waits() == {11: (False, 0.5), 13: (False, 0.25), 15: (True, 1.5)}


def test_parents_that_are_each_others_are_below_nobody(tmp_path: Path) -> None:
    """A number is given again: to a child of a process whose parent had it."""
    proc = machine(tmp_path, {11: (12, STUB, 1), 12: (11, STUB, 1)})
    assert Processes(10, proc).waits() == {}


def test_firefoxs_pages_are_pages(tmp_path: Path) -> None:
    firefox = "/usr/lib/firefox-esr/firefox-esr"
    proc = machine(
        tmp_path,
        {2: (1, (firefox, "--headless"), 1), 3: (2, (firefox, "-contentproc", "-isForBrowser"), 2)},
    )
    assert Processes(1, proc).waits() == {2: (False, 1.0), 3: (True, 2.0)}


def test_the_page_that_waited_longest_counts_and_those_in_turn_add_up() -> None:
    before = {1: (False, 5.0), 2: (True, 1.0), 3: (True, 7.0)}
    after = {1: (False, 5.5), 2: (True, 1.25), 3: (True, 7.0), 4: (True, 0.75), 5: (False, 0.25)}
    assert delay_between(before, after) == 0.5 + 0.25 + 0.75
    assert delay_between(before, {1: (False, 5.0)}) == 0


def test_a_machine_that_does_not_tell_is_no_trouble(tmp_path: Path) -> None:
    assert Processes(10, tmp_path / "none").waits() == {}
    (machine(tmp_path, {11: (10, STUB, 1)}) / "11" / "schedstat").unlink()
    assert Processes(10, tmp_path).waits() == {}


def test_processes_come_go_and_become_what_they_are(tmp_path: Path) -> None:
    """A page is forked off as its zygote, and takes its own command line a moment later."""
    zygote = (f"{BROWSER[0]} --type=zygote",)
    proc = machine(tmp_path, {12: (10, BROWSER, 0.5), 13: (12, zygote, 0), 14: (13, zygote, 0)})
    processes = Processes(10, proc)
    assert processes.waits() == {12: (False, 0.5)}
    machine(proc, {12: (10, BROWSER, 0.75), 14: (13, PAGE, 1), 15: (13, PAGE, 2), 16: (1, PAGE, 9)})
    assert processes.waits() == {12: (False, 0.75), 14: (True, 1.0), 15: (True, 2.0)}
    shutil.rmtree(proc / "14")
    assert processes.waits() == {12: (False, 0.75), 15: (True, 2.0)}
    machine(proc, {14: (1, STUB, 3)})
    assert processes.waits() == {12: (False, 0.75), 15: (True, 2.0)}


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel keeps no run delay")
def test_who_has_to_share_a_processor_is_told_to_have_waited() -> None:
    """Four that count as stubs, at one processor: each has a quarter of it and waits the rest."""
    spin = "import os, sys, time\nos.sched_setaffinity(0, {int(sys.argv[2])})\nend = time.monotonic() + 60\n"
    spin += "while time.monotonic() < end: pass"
    command = [sys.executable, "-c", spin, "mock_server", str(min(os.sched_getaffinity(0)))]
    told: Queue[tuple[float, float, float]] = Queue()
    delay = RunDelay(lambda *each: told.put(each), now_s=time.monotonic)
    stretches = []
    spinning = [subprocess.Popen(command) for _ in range(4)]
    try:
        while sum(seconds for _, _, seconds in stretches) < 2:
            stretches.append(told.get(timeout=30))
    finally:
        for each in spinning:
            each.kill()
        for each in spinning:
            each.wait()
        delay.stop()
    assert all(start < end and seconds > 0 for start, end, seconds in stretches)
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))
