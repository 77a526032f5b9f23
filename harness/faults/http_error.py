"""`http_error`: REST calls that are answered with an error and never reach the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.fault import Concern, Kind
from harness.faults.parameters import as_json, error_status


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError(Kind):
    """The page answers matching calls with `status` and `body`, a text or what becomes JSON."""

    name: ClassVar[str] = "http_error"
    concern: ClassVar[Concern] = Concern.CALL
    status: int = 500
    body: Any = None

    def check(self) -> None:
        error_status(self.name, self.status)
        as_json(self.name, "body", self.body)

    def params(self) -> dict[str, Any]:
        code = {"code": f"HTTP_{self.status}", "message": "made up by a fault"}
        body = {"success": False, "error": code} if self.body is None else self.body
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"content-type": "text/plain" if isinstance(body, str) else "application/json"}
        return {"status": self.status, "body": text, "headers": headers, "at": "request"}
