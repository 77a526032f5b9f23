"""Boards beside each other: what tasks should be shown as, and whether all show the same."""

from __future__ import annotations

from typing import Any

from harness.clients.client import Board, describe_board


def board_of(tasks: list[dict[str, Any]]) -> Board:
    """The board that `tasks` (whole entities) should be shown as."""
    board: Board = {}
    for task in sorted(tasks, key=lambda each: each["position"]):
        board.setdefault(task["status"], []).append((task["id"], task["title"]))
    return board


def all_equal(boards: dict[str, Board]) -> bool:
    shown = [_without_empty(board) for board in boards.values()]
    return all(board == shown[0] for board in shown)


def _without_empty(board: Board) -> Board:
    return {column: cards for column, cards in board.items() if cards}


def show_boards(boards: dict[str, Board]) -> str:
    return "\n".join(describe_board(owner, board) for owner, board in boards.items())
