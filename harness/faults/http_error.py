"""`http_error`: REST calls that are answered with an error and never reach the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.errors import UsageError
from harness.faults.fault import Concern, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError(Kind):
    """The page answers matching calls with `status` and `body`, a text or what becomes JSON."""

    name: ClassVar[str] = "http_error"
    concern: ClassVar[Concern] = Concern.CALL
    status: int = 500
    body: Any = None

    def __post_init__(self) -> None:
        if not 400 <= self.status <= 599:
            raise UsageError(f"http_error: {self.status} is no error: give a status from 400 to 599")

    def params(self) -> dict[str, Any]:
        code = {"code": f"HTTP_{self.status}", "message": "made up by a fault"}
        body = {"success": False, "error": code} if self.body is None else self.body
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"content-type": "text/plain" if isinstance(body, str) else "application/json"}
        return {"status": self.status, "body": text, "headers": headers, "at": "request"}
