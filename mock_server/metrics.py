"""The Prometheus metrics of one world, in a registry of their own."""

import asyncio
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from mock_server.events import ClientEvent, ServerEvent

_KNOWN_EVENTS = {event.value for event in (*ClientEvent, *ServerEvent)}
_LATENCY_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts what the contract names, and what a soak must find back at its start.

    `connections` and `sessions` tell the number of live Socket.IO and Engine.IO connections when asked.
    """

    def __init__(self, connections: Callable[[], int], sessions: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        for name, what, count in (
            ("websocket_connections", "Live Socket.IO connections", connections),
            ("stub_sessions", "Live Engine.IO sessions, with or without a Socket.IO connection", sessions),
            ("stub_tasks", "Tasks of the event loop", _tasks),
        ):
            Gauge(name, what, registry=registry).set_function(count)
        self._messages = Counter(
            "websocket_messages", "Socket.IO events", ["direction", "event"], registry=registry
        )
        self._errors = Counter("websocket_errors", "Refused or broken calls", ["kind"], registry=registry)
        self._latency = Histogram(
            "websocket_latency_seconds",
            "From receiving an event to acknowledging it",
            registry=registry,
            buckets=_LATENCY_BUCKETS_S,
        )
        self._disconnects = Counter(
            "websocket_disconnects", "Ended connections", ["reason"], registry=registry
        )
        self._reconnects = Counter(
            "websocket_reconnects", "Connections of users who had one before", registry=registry
        )

    def received(self, event: str) -> None:
        self._messages.labels("in", _label(event)).inc()

    def sent(self, event: str, copies: int) -> None:
        self._messages.labels("out", _label(event)).inc(copies)

    def failed(self, kind: str) -> None:
        self._errors.labels(kind).inc()

    def answered(self, seconds: float) -> None:
        self._latency.observe(seconds)

    def disconnected(self, reason: str) -> None:
        self._disconnects.labels(reason).inc()

    def reconnected(self) -> None:
        self._reconnects.inc()

    def text(self) -> bytes:
        """Return the exposition in Prometheus' text format."""
        return generate_latest(self._registry)


def _tasks() -> int:
    return len(asyncio.all_tasks())


def _label(event: str) -> str:
    """Return a label of bounded variety: clients may send any name."""
    return event if event in _KNOWN_EVENTS else "other"
