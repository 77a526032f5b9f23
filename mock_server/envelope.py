"""The shape of every REST answer and of every acknowledgement."""

from typing import Any

from mock_server.entities import Json
from mock_server.errors import CallError

API_VERSION = "1.0"


def success(data: Any, *, timestamp: str, request_id: str, **metadata: Any) -> Json:
    """Return `{success, data, metadata}`; more metadata (`cursor`) may be added."""
    about = {"timestamp": timestamp, "version": API_VERSION, "requestId": request_id, **metadata}
    return {"success": True, "data": data, "metadata": about}


def failure(error: CallError) -> Json:
    return {"success": False, "error": error.body()}


def ack_success(data: Any) -> Json:
    return {"ok": True, "data": data}


def ack_failure(error: CallError) -> Json:
    """Return a refusing acknowledgement; `retryAfter` (seconds) stands beside the code when there is one."""
    body = error.body()
    if isinstance(error.details, dict) and "retryAfter" in error.details:
        body["retryAfter"] = error.details["retryAfter"]
    return {"ok": False, "error": body}
