"""What the history is held to: the target's contract and budgets, as the header says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeGuard

from harness.journal.entries import Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The switches of contract.md with the numbers of its section 6; durations in seconds.

    `contract` is False for an app that keeps no contract: only what holds for any app is asked of it.
    """

    contract: bool = True
    echo: str = "room"
    resync: str = "refetch"
    badge_live: str = "Live"
    badge_polling: str = "Polling"
    badge_mock: str = "Mock Data"
    polls_at_once: bool = True
    task_list_path: str = "/api/projects/{project}/tasks"
    throttle_s: float = 0.1
    latency_s: float = 0.5
    badge_change_s: float = 1.0
    reconnect_resync_s: float = 2.0
    polling_interval_s: float = 30.0
    reconnection_delay_s: float = 1.0
    ack_timeout_s: float = 5.0
    ping_interval_s: float = 25.0
    ping_timeout_s: float = 20.0
    slowdown: float = 1.0

    def allowed(self, seconds: float) -> float:
        """How long something may take that takes an app so long at most: longer on slowed processors."""
        return seconds * self.slowdown

    @classmethod
    def of(cls, header: Header) -> Self:
        """What the header does not say is as contract.md says."""
        said: dict[str, Any] = {"contract": header.keeps_contract}
        if _is_number(header.slowdown) and header.slowdown >= 1:
            said["slowdown"] = header.slowdown
        _texts(said, header.contract, "echo", "resync", "badge_live", "badge_polling", "badge_mock")
        _texts(said, header.contract, "task_list_path")
        _seconds(said, header.contract, throttle_s="throttle_ms")
        if isinstance(header.contract.get("polls_at_once"), bool):
            said["polls_at_once"] = header.contract["polls_at_once"]
        _seconds(said, header.budgets, latency_s="update_latency_p95_ms", badge_change_s="badge_change_ms")
        _seconds(said, header.budgets, reconnect_resync_s="reconnect_resync_ms")
        for source in (header.budgets, header.frontend):
            _seconds(said, source, polling_interval_s="polling_interval_ms")
        _seconds(said, header.frontend, reconnection_delay_s="reconnection_delay_ms")
        _seconds(said, header.frontend, ack_timeout_s="ack_timeout_ms")
        _seconds(said, header.gateway, ping_interval_s="ping_interval_ms", ping_timeout_s="ping_timeout_ms")
        return cls(**said)

    def is_task_list(self, path: str, project: str | None = None) -> bool:
        """Whether `path` is where the tasks of `project` (default: of any project) are listed."""
        before, _, after = self.task_list_path.partition("{project}")
        if not path.startswith(before) or not path.endswith(after) or len(path) < len(before) + len(after):
            return False
        named = path[len(before) : len(path) - len(after)]
        return named == project if project is not None else named != "" and "/" not in named


def _texts(said: dict[str, Any], source: Mapping[str, Any], *names: str) -> None:
    said |= {name: source[name] for name in names if isinstance(source.get(name), str)}


def _seconds(said: dict[str, Any], source: Mapping[str, Any], **names_ms: str) -> None:
    for name, name_ms in names_ms.items():
        value = source.get(name_ms)
        if _is_number(value):
            said[name] = value / 1000


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
