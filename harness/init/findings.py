"""What `lockstep init` has found out about an app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.init.found_badge import FoundBadge
from harness.init.found_list import FoundList
from harness.init.recipe import Recipe


@dataclass(slots=True, kw_only=True)
class Findings:
    """All of it; what the files are written from."""

    #: Where the page came to be, such as `/l/groceries`: the app may have sent it on.
    path: str
    gateway: dict[str, Any] = field(default_factory=dict)
    transports: list[str] = field(default_factory=list)
    #: Event names with how often they were seen.
    sent: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    items: FoundList
    adds: Recipe
    #: What removes an item again, inside it: a selector.
    removes: str | None = None
    badge: FoundBadge | None = None
    #: Texts of things that were put on the list and stand there still.
    left: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
