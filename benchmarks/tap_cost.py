"""Prints what tap and lens cost a page: round trips with and without, and a burst on a board of 500 cards.

    python benchmarks/tap_cost.py [--engine chromium --engine firefox] [--rounds 5]

With and without take turns, round by round, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import socketio
from aiohttp import web
from playwright.sync_api import Browser, Page, sync_playwright

from harness.clients.browsers import Engine, find_browser, launch
from harness.clients.lens import Lens, lens_script
from harness.clients.views import Views
from harness.tap import RecordKind, Tap, Wire

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "mock_server/webui/node_modules/socket.io-client/dist/socket.io.min.js"
EVENTS, CARDS = 200, 500
WAYS = {"websocket": ["websocket"], "polling": ["polling"]}

LENS = Lens.model_validate(
    {
        "column": "section",
        "column_name": "@aria-label",
        "column_count": ".count",
        "item": "article",
        "id": "@data-task-id",
        "version": "@data-version",
        "fields": {"text": "h3"},
        "badge": "[role=status]",
        "toast": "[role=alert]",
        "dialog": "[role=dialog]@aria-label",
    }
)

PAGE = """<!doctype html><title>cost</title>
<style>article { padding: 4px; border: 1px solid } main { display: flex }</style>
<script src="/socket.io.min.js"></script><span role="status">Live</span><main></main>
<script>
  const connect = (transports) => new Promise((resolve) => {
    const socket = io({ transports, forceNew: true });
    socket.on("connect", () => resolve(socket));
  });
  // Milliseconds of each of `count` round trips, one after the other.
  async function roundTrips(transports, count) {
    const socket = await connect(transports);
    const times = [];
    for (let n = 0; n < count; n++) {
      const started = performance.now();
      await socket.emitWithAck("echo", { id: "t" + n, title: "A card of usual length", version: n });
      times.push(performance.now() - started);
    }
    socket.disconnect();
    return times;
  }
  function build(cards) {
    document.querySelector("main").innerHTML = ["To Do", "In Progress", "Done"].map((name) =>
      `<section aria-label="${name}"><b class="count"></b><div></div></section>`).join("");
    const lists = [...document.querySelectorAll("section > div")];
    for (let n = 0; n < cards; n++) {
      lists[n % 3].insertAdjacentHTML("beforeend", `<article data-task-id="t${n}" data-version="1">
        <h3>Card ${n}</h3><p><span>P1</span> <time>tomorrow</time> <i>alice</i></p></article>`);
    }
  }
  // The server sends `count` events at once; each changes or moves one card. What the main thread made of it.
  async function burst(count, cards) {
    build(cards);
    const lists = [...document.querySelectorAll("section > div")];
    const socket = await connect(["websocket"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    let handled = 0;
    const done = new Promise((resolve) => socket.on("change", ({ id, version, column }) => {
      const card = document.querySelector(`[data-task-id=${id}]`);
      card.dataset.version = version;
      card.querySelector("h3").textContent = `Changed ${version}`;
      if (column !== null) lists[column].prepend(card);
      if (++handled === count) resolve();
    }));
    const tasks = [];
    const observer = window.PerformanceObserver?.supportedEntryTypes.includes("longtask")
      && new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
    if (observer) observer.observe({ type: "longtask" });
    let beating = true, last = performance.now(), longest = 0;
    const beat = new MessageChannel();
    beat.port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (beating) beat.port2.postMessage(0);
    };
    beat.port2.postMessage(0);
    const started = performance.now();
    socket.emit("burst", count, cards);
    await done;
    const took = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 300));
    beating = false;
    socket.disconnect();
    return { took, longest, longTasks: observer ? tasks : null };
  }
</script>"""


async def _serve(port: Any) -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
    app = web.Application()
    sio.attach(app)

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def bundle(request: web.Request) -> web.FileResponse:
        return web.FileResponse(BUNDLE)

    @sio.on("echo")
    async def echo(sid: str, data: Any) -> Any:
        return data

    @sio.on("burst")
    async def burst(sid: str, count: int, cards: int) -> None:
        for n in range(count):
            change = {"id": f"t{n * 7 % cards}", "version": n + 2, "column": n % 3 if n % 2 else None}
            await sio.emit("change", change, to=sid)

    app.add_routes([web.get("/", page), web.get("/socket.io.min.js", bundle)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port.put(site._server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]
    await asyncio.Event().wait()


def _server(port: Any) -> None:
    asyncio.run(_serve(port))


@contextmanager
def server_url() -> Iterator[str]:
    """A Socket.IO server in a process of its own."""
    spawning = multiprocessing.get_context("spawn")
    port = spawning.Queue()
    process = spawning.Process(target=_server, args=(port,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{port.get(timeout=30)}"
    process.terminate()
    process.join()


@contextmanager
def page_of(browser: Browser, url: str, *, tapped: bool) -> Iterator[tuple[Page, Tap]]:
    """A fresh page of the server, with or without tap and lens."""
    context = browser.new_context()
    tap = Tap(extensions=[lens_script(LENS)])
    if tapped:
        tap.install(context)
    page = context.new_page()
    page.goto(url)
    yield page, tap
    context.close()


def round_trip_medians(browser: Browser, url: str, way: str, rounds: int) -> dict[bool, float]:
    """Median round trip in ms, without (False) and with (True) tap and lens."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        for tapped in (False, True):
            with page_of(browser, url, tapped=tapped) as (page, _tap):
                times[tapped] += page.evaluate("([way, n]) => roundTrips(way, n)", [WAYS[way], EVENTS])
    return {tapped: median(all_times) for tapped, all_times in times.items()}


def bursts(
    browser: Browser, url: str, rounds: int
) -> tuple[dict[bool, list[dict[str, Any]]], dict[str, Any]]:
    """What each burst did to the main thread, and what of the last one is on record."""
    results: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    recorded: dict[str, Any] = {}
    for _ in range(rounds):
        for tapped in (False, True):
            with page_of(browser, url, tapped=tapped) as (page, tap):
                results[tapped].append(page.evaluate("([n, cards]) => burst(n, cards)", [EVENTS, CARDS]))
                if tapped:
                    recorded = _recorded(tap, page)
    return results, recorded


def _recorded(tap: Tap, page: Page) -> dict[str, Any]:
    tap.drain(page)
    started = time.perf_counter()
    views = Views()
    made = [view for record in tap.records if (view := views.feed(record))]
    events = [one for one in Wire().feed_all(tap.records) if getattr(one.packet, "event", None) == "change"]
    changed = [
        view for view in made if any(card.version != 1 for cards in view.columns.values() for card in cards)
    ]
    errors = sum(record.kind in (RecordKind.TAP_ERROR, RecordKind.LOST) for record in tap.records)
    decoding_ms = (time.perf_counter() - started) * 1000
    return {"events": len(events), "views": len(changed), "errors": errors, "decoding_ms": round(decoding_ms)}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def measure(engine: Engine, browser: Browser, url: str, rounds: int) -> None:
    say(f"{engine} {browser.version}")
    for way in WAYS:
        found = round_trip_medians(browser, url, way, rounds)
        without, within = found[False], found[True]
        say(
            f"  round trip, {way:9} median of {rounds} x {EVENTS}: "
            f"{without:.2f} ms without, {within:.2f} ms with ({within - without:+.2f} ms)"
        )
    results, recorded = bursts(browser, url, rounds)
    for tapped, name in ((False, "without"), (True, "with")):
        took = median(one["took"] for one in results[tapped])
        longest = sorted(one["longest"] for one in results[tapped])
        tasks = [len(one["longTasks"]) for one in results[tapped] if one["longTasks"] is not None]
        long_tasks = f"long tasks over 50 ms: {tasks}" if tasks else "long tasks: this engine does not tell"
        say(
            f"  burst of {EVENTS} on {CARDS} cards, {name:7}: {took:.0f} ms; "
            f"longest block of the main thread {median(longest):.1f} ms "
            f"(worst {longest[-1]:.1f}); {long_tasks}"
        )
    say(f"  of the last burst on record: {recorded}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--engine", action="append", type=Engine, choices=[Engine.CHROMIUM, Engine.FIREFOX])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with server_url() as url, sync_playwright() as driver:
        for engine in options.engine or [Engine.CHROMIUM, Engine.FIREFOX]:
            browser = launch(getattr(driver, engine), find_browser(engine))
            measure(engine, browser, url, options.rounds)
            browser.close()


if __name__ == "__main__":
    main()
