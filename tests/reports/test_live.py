"""Progress while the suite runs: red at once, plain lines where there is no terminal."""

from __future__ import annotations

import io

from rich.console import Console

from reports import LiveProgress, Verdict


def recording(*, terminal: bool) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(
        file=stream, force_terminal=terminal, width=100, highlight=False, color_system=None
    ), stream


def test_red_is_said_at_once_and_progress_in_tenths() -> None:
    console, stream = recording(terminal=False)
    with LiveProgress(100, console=console) as progress:
        progress.started("specs/x.py::test_red")
        progress.finished("specs/x.py::test_red", "failed", message="exactly_once: twice\nmore")
        assert stream.getvalue().splitlines() == [
            "FAILED   specs/x.py::test_red",
            "         exactly_once: twice",
        ]
        for number in range(99):
            progress.finished(f"specs/x.py::test_{number}", Verdict.PASSED)
    lines = stream.getvalue().splitlines()[2:]
    assert len(lines) == 10
    assert lines[0].startswith("10/100 specs  1 failed  9 passed  0.")
    assert lines[-1].startswith("100/100 specs  1 failed  99 passed")


def test_every_kind_of_red_and_no_green_has_a_line() -> None:
    console, stream = recording(terminal=False)
    with LiveProgress(1000, console=console) as progress:
        for verdict in Verdict:
            progress.finished(f"specs/x.py::test_{verdict}", verdict)
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == [
        "ENVIRONMENT",
        "UNKNOWN",
        "ERROR",
        "FAILED",
    ]


def test_names_with_brackets_are_no_markup_and_long_lines_are_whole() -> None:
    console, stream = recording(terminal=False)
    name = "specs/x.py::test[bold][/nonsense]" + "x" * 200
    with LiveProgress(1000, console=console) as progress:
        progress.finished(name, "failed", message="[red]seen[/red]")
    assert stream.getvalue().splitlines() == [f"FAILED   {name}", "         [red]seen[/red]"]


def test_on_a_terminal_the_line_follows_and_leaves_only_red_behind() -> None:
    console, stream = recording(terminal=True)
    with LiveProgress(3, console=console) as progress:
        for number in range(6):
            progress.started(f"specs/x.py::test_{number}")
        progress.finished("specs/x.py::test_0", "passed")
        progress.finished("specs/x.py::test_1", "failed")
        shown = io.StringIO()
        Console(file=shown, width=100, color_system=None).print(progress._state())
        assert "2/3 specs  1 failed  1 passed" in shown.getvalue()
        assert [line.strip() for line in shown.getvalue().splitlines()[1:]] == [
            "specs/x.py::test_2",
            "specs/x.py::test_3",
            "specs/x.py::test_4",
            "specs/x.py::test_5",
        ]
    assert "FAILED   specs/x.py::test_1" in stream.getvalue()
    assert progress.done == 2


def test_a_suite_that_turns_out_longer_than_said_breaks_nothing() -> None:
    console, _ = recording(terminal=True)
    with LiveProgress(0, console=console) as progress:
        progress.started("a")
        progress.finished("a", "passed")
        progress.finished("never started", "passed")
    assert progress.done == 2
