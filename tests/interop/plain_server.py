"""A server of plain WebSockets, no Socket.IO: it says everything back, and notes what it heard."""

from __future__ import annotations

import asyncio
import threading

from aiohttp import WSMsgType, web

_START_TIMEOUT_S = 10.0


class PlainServer:
    """Runs in its own thread: `/` is an empty page, `/ws` answers each message with itself."""

    def __init__(self) -> None:
        #: What came over the sockets, text and bytes, in order.
        self.heard: list[str | bytes] = []
        #: The subprotocol of each socket, None without one.
        self.protocols: list[str | None] = []
        self.url = ""
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._ready.wait(_START_TIMEOUT_S), "the plain server did not start"

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws") + "/ws"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = web.Application()
        app.add_routes([web.get("/", self._page), web.get("/ws", self._echo)])
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = "http://{}:{}".format(*runner.addresses[0])
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text="<!doctype html><title>Plain</title>", content_type="text/html")

    async def _echo(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("graphql-transport-ws",))
        await socket.prepare(request)
        self.protocols.append(socket.ws_protocol)
        async for message in socket:
            self.heard.append(message.data)
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data)
            else:
                await socket.send_bytes(message.data)
        return socket
