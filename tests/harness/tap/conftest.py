"""A small Socket.IO server with pages for the tap to look at."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import socketio
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, Error, Page

from harness.tap import Tap, TapConfig, TapRecord

ROOT = Path(__file__).resolve().parents[3]
BUNDLE = Path("mock_server/webui/node_modules/socket.io-client/dist/socket.io.min.js")
PAGES = Path(__file__).parent / "pages"
# As strict as a real deployment's: the tap must need nothing that this forbids.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src 'self' ws:; "
    "frame-src 'self'; worker-src 'self'"
)


class World:
    """Serves ./pages, socket.io-client, a few REST calls, and answers Socket.IO events; in its own thread."""

    def __init__(self) -> None:
        self.sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", ping_interval=25)
        self.eio_sids: list[str] = []
        self.url = ""
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        # asyncio.run also ends the tasks that python-socketio leaves behind.
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def emit(self, event: str, data: Any = None) -> None:
        """Emit to everybody, from the test's thread."""
        asyncio.run_coroutine_threadsafe(self.sio.emit(event, data), self._loop).result(5)

    async def _serve(self) -> None:
        app = web.Application()
        self._loop = asyncio.get_running_loop()
        self.sio.attach(app)
        self._handlers()
        app.add_routes(
            [
                web.get("/socket.io.min.js", self._bundle),
                web.get("/page/{name}", self._page),
                web.route("*", "/api/{rest:.*}", self._api),
                web.get("/worker.js", self._worker),
                web.get("/slow", self._slow),
                web.get("/raw", self._raw_socket),
            ]
        )
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._ready.set()
        await self._stop.wait()
        await self.sio.shutdown()
        await runner.cleanup()

    def _handlers(self) -> None:
        @self.sio.event
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            self.eio_sids.append(self.sio.manager.eio_sid_from_sid(sid, "/"))

        @self.sio.on("step")
        async def step(sid: str, number: int, data: Any) -> dict[str, Any]:
            await self.sio.emit("stepped", {"number": number, "echo": data}, to=sid)
            return {"ok": True, "number": number}

        @self.sio.on("ask")
        async def ask(sid: str, question: str) -> str:
            # Answers only once the page has acknowledged a question of ours.
            return str(await self.sio.call("asked", question, to=sid))

        @self.sio.on("say")
        async def say(sid: str, event: str, *data: Any) -> None:
            for one in data:
                await self.sio.emit(event, one, to=sid)

        @self.sio.on("connect", namespace="/board")
        async def board(sid: str, environ: dict[str, Any], auth: Any) -> None:
            await self.sio.emit("welcome", {"to": "the board"}, to=sid, namespace="/board")

    async def _bundle(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(socket_io_client(), headers={"content-type": "text/javascript"})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        html = (PAGES / request.match_info["name"]).read_text()
        return web.Response(text=html, content_type="text/html", headers={"content-security-policy": POLICY})

    async def _worker(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="postMessage(1)", content_type="text/javascript")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        status = int(request.query.get("status", "200"))
        answer = {
            "data": {"token": "planted-in-an-answer", "sent": body},
            "size": "x" * int(request.query.get("size", "0")),
        }
        return web.json_response(answer, status=status, headers={"x-request-id": "r-17"})

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        await self._stop.wait()
        return web.Response()

    async def _raw_socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("chat", "other"))
        await socket.prepare(request)
        async for message in socket:
            if message.type is web.WSMsgType.TEXT:
                await socket.send_str(message.data)
            else:
                await socket.send_bytes(message.data)
        return socket


def socket_io_client() -> Path:
    """The browser bundle: the frontend's own, or where `LOCKSTEP_SOCKET_IO_CLIENT` says."""
    path = Path(os.environ.get("LOCKSTEP_SOCKET_IO_CLIENT") or ROOT / BUNDLE)
    if not path.is_file():
        pytest.fail(f"socket.io-client is not there ({path.name}): run scripts/setup, which runs npm ci")
    return path


# Module scope: sync Playwright's loop would be in the way of asyncio tests later in the same process.
@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


class Tapped:
    """A page in a context with a tap in it."""

    def __init__(self, context: BrowserContext, tap: Tap) -> None:
        self.context = context
        self.tap = tap
        self.page: Page = context.new_page()

    def records(self, *kinds: str) -> list[TapRecord]:
        """What was recorded until now, of these kinds, or of all."""
        assert self.tap.drain(self.page)
        return [record for record in self.tap.records if not kinds or record.kind in kinds]

    def wait_for(self, met: Callable[[], Any], *, within_s: float = 5) -> Any:
        """Until `met` holds, giving Playwright its turns."""
        deadline = monotonic() + within_s
        while True:
            try:
                result = met()
                self.page.evaluate("0")
            except Error:  # in the middle of a navigation
                result = None
            if result:
                return result
            assert monotonic() < deadline, "not met in time"


@pytest.fixture
def open_tapped(engine_browser: Browser) -> Iterator[Callable[..., Tapped]]:
    contexts: list[BrowserContext] = []

    def open_one(config: TapConfig | None = None, **options: Any) -> Tapped:
        context = engine_browser.new_context()
        contexts.append(context)
        tap = Tap(config=config, **options)
        tap.install(context)
        return Tapped(context, tap)

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def tapped(open_tapped: Callable[..., Tapped]) -> Tapped:
    return open_tapped()
