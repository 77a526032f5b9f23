"""The contract's metrics of one node, in Prometheus' text format."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from deploy.gateway.telling import PROJECT_DELETED
from mock_server.events import ClientEvent, ServerEvent

_EVENTS = {PROJECT_DELETED, *(event.value for event in (*ClientEvent, *ServerEvent))}
_LATENCY_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_METRICS = {
    "messages": (
        "websocket_messages",
        "Socket.IO events taken, and events told (once each)",
        ["direction", "event"],
    ),
    "errors": ("websocket_errors", "Refused or broken calls", ["kind"]),
    "disconnects": ("websocket_disconnects", "Ended connections", ["reason"]),
    "reconnects": ("websocket_reconnects", "Connections of users who had one before, on any node", []),
}


class Metrics:
    """Counts what one node does. `connections` tells the number of sockets, `healthy` whether all is well."""

    def __init__(self, connections: Callable[[], int], healthy: Callable[[], bool]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        live = Gauge("websocket_connections", "Live Socket.IO connections", registry=registry)
        live.set_function(connections)
        subscribed = Gauge(
            "gateway_subscribed", "1 while the node hears the others through Redis", registry=registry
        )
        subscribed.set_function(lambda: int(healthy()))
        counters = {key: Counter(*about, registry=registry) for key, about in _METRICS.items()}
        self._messages, self._errors = counters["messages"], counters["errors"]
        self._disconnects, self._reconnects = counters["disconnects"], counters["reconnects"]
        self._latency = Histogram(
            "websocket_latency_seconds",
            "From receiving an event to acknowledging it",
            registry=registry,
            buckets=_LATENCY_BUCKETS_S,
        )

    def received(self, event: str) -> None:
        self._messages.labels("in", _label(event)).inc()

    def told(self, event: str) -> None:
        self._messages.labels("out", _label(event)).inc()

    def failed(self, kind: str) -> None:
        self._errors.labels(kind).inc()

    def answered(self, seconds: float) -> None:
        self._latency.observe(seconds)

    def disconnected(self, reason: str) -> None:
        self._disconnects.labels(reason).inc()

    def reconnected(self) -> None:
        self._reconnects.inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)


def _label(event: str) -> str:
    """Return a label of bounded variety: clients may send any name."""
    return event if event in _EVENTS else "other"
