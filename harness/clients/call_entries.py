"""The REST calls of one client's page as entries of its lane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.clients.lane import Write
from harness.clients.traffic import Call, Traffic
from harness.journal.entries import EntryKind
from harness.tap import TapRecord


class CallEntries:
    """Feed it what the tap tells of calls, but for Engine.IO's own."""

    def __init__(self, write: Write, traffic: Traffic) -> None:
        self._write = write
        self._traffic = traffic
        self._begun: dict[tuple[str, int], TapRecord] = {}
        self._made: dict[tuple[str, int], Call] = {}

    def left(self, doc: str) -> None:
        """A new document `doc`: calls of the old one will never end."""
        for key in [key for key in self._traffic.calls if key[0] != doc]:
            del self._traffic.calls[key]
            self._made.pop(key).status = 0

    def start(self, record: TapRecord) -> None:
        data, key = record.data, (record.doc, record.data["http"])
        self._begun[key] = record
        path = str(data["url"]).partition("?")[0]
        self._traffic.calls[key] = f"{data['method']} {path}"
        call = Call(t=record.t, method=str(data["method"]), path=urlsplit(path).path)
        self._made[key] = call
        self._traffic.made.append(call)
        self._write(
            EntryKind.HTTP,
            record.t,
            phase="start",
            id=f"{record.doc}-{data['http']}",
            method=data["method"],
            url=data["url"],
            request=_parsed(data.get("text")),
        )

    def end(self, record: TapRecord) -> None:
        data, key = record.data, (record.doc, record.data["http"])
        outcome, status = data["outcome"], data.get("status")
        self._traffic.calls.pop(key, None)
        if (call := self._made.pop(key, None)) is not None:
            call.status = int(status or 0)
        begun = self._begun.pop(key, None)
        asked = begun.data if begun else {}
        response = _parsed(data.get("text"))
        self._write(
            EntryKind.HTTP,
            record.t,
            phase="end",
            id=f"{record.doc}-{data['http']}",
            method=asked.get("method", "GET"),
            url=asked.get("url", ""),
            status=status,
            ok=outcome == "ok" and status is not None and 200 <= status < 300,
            duration_ms=data.get("ms"),
            response=response,
            error=None if outcome == "ok" else outcome,
        )
        listed = response.get("data") if isinstance(response, Mapping) else response
        if status == 200 and asked.get("method") == "GET" and isinstance(listed, list) and listed:
            self._traffic.lists.add(urlsplit(str(asked["url"])).path)


def _parsed(text: Any) -> Any:
    """A body as JSON, when it is JSON."""
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
