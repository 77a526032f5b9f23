"""The truth of the store becomes the board that it should be shown as, and differences are told."""

from typing import Any

from harness.clients.client import describe_board
from harness.convergence import board_of


def _task(task_id: str, status: str, position: float) -> dict[str, Any]:
    return {"id": task_id, "title": task_id.upper(), "status": status, "position": position}


def test_board_is_in_the_order_of_positions_by_column() -> None:
    tasks = [_task("t1", "todo", 2), _task("t2", "done", 0), _task("t3", "todo", 0.5)]
    assert board_of(tasks) == {"todo": [("t3", "T3"), ("t1", "T1")], "done": [("t2", "T2")]}


def test_board_is_described_in_one_line() -> None:
    told = describe_board("alice", {"todo": [("t1", "Buy milk")], "done": []})
    assert told == "  alice: todo: 'Buy milk' (t1); done: -"
    assert describe_board("bob", {}) == "  bob: no board"
