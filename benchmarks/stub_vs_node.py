"""Prints what the stub costs beside the official Node server, under the same load, with the ratio to Node.

    python benchmarks/stub_vs_node.py [--clients 100 500 1000] [--transports websocket] [--rounds 3]

For each server, transport and number of clients: a fresh server; all clients join one room, and a task is
changed again and again, which the whole room hears. CPU is user and system time of the server's process
alone; memory is the growth of its resident set by the clients that wait in the room. The servers take turns,
so that a busy machine slows both alike; of several rounds the medians are shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from processes import (
    NODE_PACKAGES,
    BenchmarkError,
    Process,
    ServerProcess,
    start_generators,
    start_node,
    start_stub,
)

# Few clients that hear little: what they leave free would hide the memory of those that count.
_WARM_UP_CLIENTS = 5
_WARM_UP_SHARE = 0.1


@dataclass(frozen=True, kw_only=True)
class Load:
    """What all servers are put under. `deliveries` is how many events all clients together get, about."""

    transport: str
    clients: int
    deliveries: int
    in_flight: int
    generators: int

    @property
    def broadcasts(self) -> int:
        return max(10, self.deliveries // self.clients)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one server cost under one load."""

    connect_us: float
    memory_kb: float
    delivery_us: float
    per_s: float


def measure(server: ServerProcess, load: Load) -> Cost:
    """Put a fresh server under a load; raises BenchmarkError when a client is lost or refused."""
    with ExitStack() as stack:
        generators = start_generators(server.url, load.generators)
        for each in generators:
            stack.callback(each.stop)
        _warm_up(server, load)
        cpu_before_s, kb_before = server.cpu_s(), server.rss_kb()
        shares = [load.clients // len(generators) for _ in generators]
        shares[0] += load.clients - sum(shares)
        for generator, share in zip(generators, shares, strict=True):
            generator.order(do="connect", count=share, transport=load.transport)
        for generator in generators:
            generator.answer()
        connect_s, connected_kb = server.cpu_s() - cpu_before_s, server.rss_kb() - kb_before
        _broadcast(generators, shares, max(1, round(load.broadcasts * _WARM_UP_SHARE)), load.in_flight)
        cpu_before_s = server.cpu_s()
        seconds = _broadcast(generators, shares, load.broadcasts, load.in_flight)
        cpu_s = server.cpu_s() - cpu_before_s
    deliveries = load.broadcasts * load.clients
    return Cost(
        connect_us=connect_s / load.clients * 1e6,
        memory_kb=connected_kb / load.clients,
        delivery_us=cpu_s / deliveries * 1e6,
        per_s=deliveries / seconds,
    )


def _warm_up(server: ServerProcess, load: Load) -> None:
    """Let the server load what it needs for its first client, so that this counts as nobody's cost."""
    (generator,) = start_generators(server.url, 1)
    with generator:
        generator.order(do="connect", count=_WARM_UP_CLIENTS, transport=load.transport)
        generator.answer()
        _broadcast([generator], [_WARM_UP_CLIENTS], 1, load.in_flight)


def _broadcast(generators: list[Process], shares: list[int], count: int, in_flight: int) -> float:
    """Let the first generator change the task `count` times; returns the seconds until all have heard all."""
    for generator, share in zip(generators[1:], shares[1:], strict=True):
        generator.order(do="listen", deliveries=count * share)
    generators[0].order(do="broadcast", count=count, in_flight=in_flight, deliveries=count * shares[0])
    return max(float(each.answer()["seconds"]) for each in generators)


def table(rows: Sequence[tuple[Load, dict[str, Cost]]]) -> str:
    """Return the results as a Markdown table, one line for each server, transport and number of clients."""
    lines = [
        "| transport | clients | server | CPU/delivery | deliveries/s | memory/connection | CPU/connect |",
        "|---|--:|---|--:|--:|--:|--:|",
    ]
    for load, costs in rows:
        for name, cost in costs.items():
            speed = f"{cost.delivery_us:.1f} us | {cost.per_s:,.0f}"
            cells = f"{speed} | {cost.memory_kb:.0f} kB | {cost.connect_us:.0f} us"
            lines.append(f"| {load.transport} | {load.clients} | {name} | {cells} |")
        if "stub" in costs and "node" in costs:
            lines.append(f"| {load.transport} | {load.clients} | **ratio** | {_ratios(costs)} |")
    return "\n".join(lines)


def _ratios(costs: dict[str, Cost]) -> str:
    stub, node = costs["stub"], costs["node"]
    pairs = (
        (stub.delivery_us, node.delivery_us),
        (stub.per_s, node.per_s),
        (stub.memory_kb, node.memory_kb),
        (stub.connect_us, node.connect_us),
    )
    return " | ".join(f"{mine / theirs:.2f}" if theirs > 0 else "-" for mine, theirs in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all loads on both servers; returns the exit code (2: it could not be measured, said why)."""
    options = _parser().parse_args(arguments)
    rows = []
    try:
        for transport in options.transports:
            for clients in options.clients:
                load = Load(
                    transport=transport,
                    clients=clients,
                    deliveries=options.deliveries,
                    in_flight=options.in_flight,
                    generators=min(options.generators, clients),
                )
                rows.append((load, _both(load, options)))
                sys.stderr.write(f"{transport}, {clients} clients: done\n")
    except BenchmarkError as error:
        sys.stderr.write(f"stub_vs_node: {error}\n")
        return 2
    sys.stdout.write(table(rows) + "\n")
    return 0


def _both(load: Load, options: argparse.Namespace) -> dict[str, Cost]:
    seen: dict[str, list[Cost]] = {name: [] for name in options.servers}
    for _ in range(options.rounds):
        for name, costs in seen.items():
            with tempfile.TemporaryDirectory() as scratch, _started(name, Path(scratch), options) as server:
                costs.append(measure(server, load))
    return {name: _median(costs) for name, costs in seen.items()}


def _started(name: str, scratch: Path, options: argparse.Namespace) -> ServerProcess:
    if name == "stub":
        return start_stub(scratch, recovery=options.recovery)
    return start_node(scratch, options.node_packages, recovery=options.recovery)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(**{each.name: median(getattr(cost, each.name) for cost in costs) for each in fields(Cost)})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[100, 500, 1_000])
    parser.add_argument(
        "--transports", nargs="+", choices=["websocket", "polling"], default=["websocket", "polling"]
    )
    parser.add_argument("--servers", nargs="+", choices=["stub", "node"], default=["stub", "node"])
    parser.add_argument(
        "--deliveries", type=int, default=100_000, help="about how many (default: %(default)s)"
    )
    parser.add_argument(
        "--in-flight", type=int, default=4, help="changes on their way at once (default: %(default)s)"
    )
    parser.add_argument(
        "--generators", type=int, default=1, help="processes of clients (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=1, help="of each load (default: %(default)s)")
    parser.add_argument(
        "--recovery", action="store_true", help="with connection state recovery in both servers"
    )
    parser.add_argument("--node-packages", type=Path, default=NODE_PACKAGES, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
