"""/metrics: every name of the contract, from the first moment on, with labels of bounded variety."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mock_server.metrics import Metrics

CONTRACT = {
    "websocket_connections": "gauge",
    "websocket_messages": "counter",
    "websocket_errors": "counter",
    "websocket_latency_seconds": "histogram",
    "websocket_disconnects": "counter",
    "websocket_reconnects": "counter",
    "stub_sessions": "gauge",
    "stub_tasks": "gauge",
    "process_resident_memory_bytes": "gauge",
    "process_open_fds": "gauge",
}


async def families(stub: Any) -> dict[str, Any]:
    text = (await stub.http.get("/metrics")).text
    return {family.name: family for family in text_string_to_metric_families(text)}


async def value(stub: Any, name: str, **labels: str) -> float:
    """Return one sample; 0 when it is not there yet."""
    for family in (await families(stub)).values():
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return 0


async def test_every_name_is_there_from_the_start(stub: Any) -> None:
    found = await families(stub)
    assert {name: found[name].type for name in CONTRACT} == CONTRACT


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_connections_and_sessions_come_and_go(stub: Any, transport: str) -> None:
    before = {name: await value(stub, name) for name in ("stub_sessions", "stub_tasks", "process_open_fds")}
    bob = await stub.connect("bob", transport)
    assert (await value(stub, "websocket_connections"), await value(stub, "stub_sessions")) == (1, 1)
    await bob.client.disconnect()
    await stub.wait(connections=0)
    assert await value(stub, "websocket_connections") == 0
    assert await value(stub, "stub_sessions") == before["stub_sessions"] == 0


async def test_a_handshake_without_connect_is_a_session_and_no_connection(stub: Any) -> None:
    await stub.http.get("/socket.io/?EIO=4&transport=polling")
    assert (await value(stub, "websocket_connections"), await value(stub, "stub_sessions")) == (0, 1)


async def test_messages_are_counted_by_copy_and_by_name(stub: Any) -> None:
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    await alice.join()
    await bob.join()
    await alice.call("task:update", {"id": "t2", "title": "x"})
    await bob.heard("task:updated")
    for direction, event, count in (
        ("in", "join:project", 2),
        ("in", "task:update", 1),
        ("out", "task:updated", 2),
    ):
        assert await value(stub, "websocket_messages_total", direction=direction, event=event) == count
    assert await value(stub, "websocket_latency_seconds_count") == 3
    assert 0 < await value(stub, "websocket_latency_seconds_sum") < 3 * 60


async def test_errors_are_counted_by_kind_on_both_ways_in(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.call("task:update", {"id": "nowhere", "title": "x"})
    await stub.rest("GET", "/api/tasks/nowhere")
    await stub.refused("websocket", {"token": "nonsense"})
    assert await value(stub, "websocket_errors_total", kind="NOT_FOUND") == 2
    assert await value(stub, "websocket_errors_total", kind="UNAUTHORIZED") == 1


async def test_a_reset_counts_anew(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    await stub.reset()
    assert await value(stub, "websocket_messages_total", direction="in", event="join:project") == 0


async def test_what_clients_call_their_events_is_no_label() -> None:
    metrics = Metrics(lambda: 0, lambda: 0)
    for number in range(1_000):
        metrics.received(f"made up {number}")
    lines = [line for line in metrics.text().decode().splitlines() if "websocket_messages_total{" in line]
    assert lines == ['websocket_messages_total{direction="in",event="other"} 1000.0']
