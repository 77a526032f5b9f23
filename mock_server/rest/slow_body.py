"""Sends an answer's body in pieces, or only a share of it, as a rule asks."""

import asyncio
from collections.abc import Iterator

from aiohttp import web

from mock_server.scenario.model import Body


async def send_slowly(
    request: web.BaseRequest, response: web.Response, way: Body
) -> tuple[web.StreamResponse, int]:
    """Put an answer on the wire; returns what was sent and how many bytes of the body that were.

    Its head names the whole length, so that a client can tell that a body was cut off.
    """
    body = response.body if isinstance(response.body, bytes | bytearray) else b""
    headers = response.headers.copy()
    headers["Content-Length"] = str(len(body))
    slow = web.StreamResponse(status=response.status, reason=response.reason, headers=headers)
    slow.content_length = len(body)
    kept = bytes(body) if way.cut_after is None else bytes(body[: int(len(body) * way.cut_after)])
    sent = 0
    try:
        await slow.prepare(request)
        for number, piece in enumerate(_pieces(kept, 1 if way.dribble is None else way.dribble.chunks)):
            if number and way.dribble is not None:
                await asyncio.sleep(way.dribble.every_ms / 1000)
            await slow.write(piece)
            sent += len(piece)
        if len(kept) == len(body):
            await slow.write_eof()
        elif request.transport is not None:
            request.transport.close()  # not abort: what was written has to arrive
    except ConnectionError:
        pass  # the client is gone
    return slow, sent


def _pieces(body: bytes, count: int) -> Iterator[bytes]:
    """Yield the body in `count` pieces of nearly one length; fewer when it has fewer bytes."""
    count = min(count, len(body))
    for number in range(count):
        yield body[len(body) * number // count : len(body) * (number + 1) // count]
