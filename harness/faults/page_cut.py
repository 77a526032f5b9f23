"""`cut` where no stub can do it: the page's own connections end, as if the line had gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import close_code


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCut(Kind):
    """The page sees its websockets end by 1006 (or `code`) and its polls fail; the server, that it left."""

    name: ClassVar[str] = "cut"
    concern: ClassVar[Concern] = Concern.CONNECTION
    code: int | None = None

    def check(self) -> None:
        close_code(self.name, self.code)
