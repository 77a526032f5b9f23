"""The load generator's process: `python -m load URL`, told what to do in lines of JSON, answering in JSON.

    {"do": "connect", "count": 100, "transport": "websocket"}           -> {"connected": 100}
    {"do": "broadcast", "count": 50, "in_flight": 4, "deliveries": 5000} -> {"deliveries": 5000, "seconds": 1}
    {"do": "listen", "deliveries": 5000}                                 -> as above
    {"do": "leave", "count": 10}                                         -> {"connected": 90}

`broadcast` lets the first client change a task `count` times and waits until the clients of this process have
heard so many events; at most `in_flight` changes are on their way. `listen` waits for what another process
broadcasts. The end of standard input ends the process. An error is {"error": ...} and ends it too.
"""

from __future__ import annotations

import json
import os
import selectors
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from load.clients import LoadError, PollingClient, Tally, WebSocketClient
from load.http_answers import AnswerError

_AT_ONCE = 25
_DEADLINE_S = 120.0
_TICK_S = 0.05
_KINDS = {"websocket": WebSocketClient, "polling": PollingClient}


class Generator:
    """All clients of one process, driven by one selector."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._selector = selectors.DefaultSelector()
        self._tally = Tally()
        self._clients: list[WebSocketClient | PollingClient] = []
        self._orders: list[bytes] = []
        self._ended = False
        self._changes = 0
        # What the server sends while nothing is asked of this process (pings) must be served too.
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._order)

    def run(self) -> None:
        """Carry out orders until standard input ends."""
        unfinished = b""
        while not self._ended:
            self._turn(_TICK_S)
            unfinished += b"".join(self._orders)
            self._orders.clear()
            *lines, unfinished = unfinished.split(b"\n")
            for line in lines:
                _answer(self._carry_out(json.loads(line)))

    def _order(self) -> None:
        said = os.read(sys.stdin.fileno(), 65_536)
        self._ended = not said
        self._orders.append(said)

    def _turn(self, timeout_s: float) -> None:
        for key, _ in self._selector.select(timeout_s):
            if key.fileobj in self._selector.get_map():
                key.data()

    def _carry_out(self, order: dict[str, Any]) -> dict[str, Any]:
        what = order["do"]
        if what == "connect":
            return self._connect(order["count"], order["transport"])
        if what == "leave":
            return self._leave(order["count"])
        if what == "broadcast":
            return self._broadcast(order["count"], order["in_flight"], order["deliveries"])
        return self._broadcast(0, 1, order["deliveries"])

    def _connect(self, count: int, transport: str) -> dict[str, Any]:
        made, ready_before = 0, self._tally.ready
        deadline_s = time.monotonic() + _DEADLINE_S
        while self._tally.ready - ready_before < count:
            while made < count and made - (self._tally.ready - ready_before) < _AT_ONCE:
                self._clients.append(_KINDS[transport](self._address, self._selector, self._tally))
                made += 1
            self._turn(_TICK_S)
            if time.monotonic() > deadline_s:
                raise LoadError(
                    f"only {self._tally.ready - ready_before} of {count} clients connected in time"
                )
        return {"connected": len(self._clients)}

    def _leave(self, count: int) -> dict[str, Any]:
        leaving, self._clients = self._clients[:count], self._clients[count:]
        for number, each in enumerate(leaving):
            if number % 2:
                each.send(b"41")
            each.close()
        return {"connected": len(self._clients)}

    def _broadcast(self, count: int, in_flight: int, expected: int) -> dict[str, Any]:
        tally, clients = self._tally, len(self._clients)
        sent, started_s = 0, time.monotonic()
        while tally.deliveries < expected:
            while sent < count and sent - tally.deliveries // clients < in_flight:
                # No two titles alike: a change that changes nothing is not told to anybody.
                self._changes += 1
                change = {"id": "t1", "title": f"Title {os.getpid()}-{self._changes}"}
                self._clients[0].send(b'42["task:update",' + json.dumps(change).encode() + b"]")
                sent += 1
            self._turn(_TICK_S)
            if tally.lost or time.monotonic() - started_s > _DEADLINE_S:
                raise LoadError(
                    f"{tally.deliveries} of {expected} deliveries came, {tally.lost} clients were lost"
                )
        # Not set to 0 at the start: a listener may hear the first events before it is told to listen.
        tally.deliveries -= expected
        return {"deliveries": expected, "seconds": time.monotonic() - started_s}


def _answer(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serve one run; returns the exit code (1: an error was answered)."""
    try:
        Generator(sys.argv[1]).run()
    except (LoadError, AnswerError, OSError) as error:
        _answer({"error": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
