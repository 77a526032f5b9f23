"""Long polling: framing of payloads, answers, duplicate requests, what cannot be read."""

import asyncio
from collections.abc import AsyncIterator

from conformance.clause import given
from conformance.raw_connection import raw_connection
from conformance.sessions import PollingSession, connected, open_polling
from conformance.wire import SEPARATOR, Wire


async def _polling(wire: Wire) -> PollingSession:
    session = await connected(wire, "polling")
    assert isinstance(session, PollingSession)
    return session


async def post_answers_ok(wire: Wire) -> None:
    """A POST is answered 200 `ok` as text/html, not to be stored"""
    session = await open_polling(wire)
    answer = await session.post("40")
    assert (answer.status, answer.text) == (200, "ok")
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Content-Length"] == "2"
    assert answer.headers["Cache-Control"] == "no-store"


async def get_answers_text(wire: Wire) -> None:
    """A GET is answered as text/plain in UTF-8, not to be stored"""
    session = await open_polling(wire)
    await session.send("40")
    answer = await session.poll()
    assert answer.status == 200
    assert answer.text.startswith("40")
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Cache-Control"] == "no-store"


async def get_waits_for_a_packet(wire: Wire) -> None:
    """A GET with nothing to give is held until there is something"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    assert not poll.done()
    await session.send('421["join:project","atlas"]')
    assert (await poll).text.startswith("431[")


async def several_packets_in_a_post(wire: Wire) -> None:
    """Packets in a POST are parted by U+001E and taken in order"""
    session = await _polling(wire)
    await session.send('421["join:project","atlas"]', '422["leave:project","atlas"]')
    first, second = await session.receive(), await session.receive()
    assert isinstance(first, str)
    assert isinstance(second, str)
    assert first.startswith('431[{"ok":true'), first
    assert second.startswith('432[{"ok":true'), second


async def several_packets_in_an_answer(wire: Wire) -> None:
    """What has gathered comes in one answer, parted by U+001E, in order"""
    session = await _polling(wire)
    await session.send('421["join:project","atlas"]')
    assert await session.receive()
    for number in range(3):
        await wire.control.emit("system:notification", {"id": number}, room="project:atlas")
    answer = await session.poll()
    assert answer.packets == [f'42["system:notification",{{"id":{number}}}]' for number in range(3)]


async def many_packets_in_a_post(wire: Wire) -> None:
    """A POST may hold a hundred packets"""
    session = await _polling(wire)
    await session.send(*[f'42{number}["join:project","atlas"]' for number in range(100)])
    for number in range(100):
        packet = await session.receive()
        assert isinstance(packet, str)
        assert packet.startswith(f"43{number}[")


async def characters_beyond_ascii(wire: Wire) -> None:
    """Text is UTF-8 both ways, beyond the basic plane too"""
    session = await _polling(wire)
    await session.send('421["join:project","atlas"]')
    assert await session.receive()
    await wire.control.emit("system:notification", "na\u00efve \U0001f600", room="project:atlas")
    answer = await session.poll()
    assert answer.text == '42["system:notification","na\u00efve \U0001f600"]'


async def second_get_closes(wire: Wire) -> None:
    """A second GET while one is held gets an empty 400, and the session is closed"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    second = await session.poll()
    assert (second.status, second.body) == (400, b"")
    await wire.until_unknown(session.sid)
    poll.cancel()


async def held_get_at_a_second_get(wire: Wire) -> None:
    """The GET that was held when a second one came is let go with a close packet"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    assert (await session.poll()).status == 400
    assert (await poll).text == "1"


async def second_post_closes(wire: Wire) -> None:
    """A POST that comes while another is still coming in gets an empty 400, and the session is closed"""
    session = await _polling(wire)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_body() -> AsyncIterator[bytes]:
        yield b"4"
        begun.set()
        await go_on.wait()

    query = {"EIO": "4", "transport": "polling", "sid": session.sid}
    slow = asyncio.ensure_future(wire.request("POST", query, data=slow_body()))
    wire.tasks.append(slow)
    await begun.wait()
    # The slow one may still be on its way: until it is there, others are answered ok.
    while (answer := await session.post("3")).status == 200:
        pass
    # Whichever of the two came second was refused.
    refused = answer if answer.body == b"" else await slow
    assert (refused.status, refused.body) == (400, b"")
    await wire.until_unknown(session.sid)


async def post_that_breaks_off(wire: Wire) -> None:
    """A POST whose connection breaks before its end closes the session; nothing of it is taken"""
    session = await _polling(wire)
    async with raw_connection(wire) as connection:
        headers = {"Content-Type": "text/plain", "Content-Length": "100"}
        await connection.request("POST", f"EIO=4&transport=polling&sid={session.sid}", headers, b"41")
    await wire.until_unknown(session.sid)


async def connect_and_event_in_one_post(wire: Wire) -> None:
    """An event in one POST with its CONNECT comes too early: it closes the session"""
    session = await open_polling(wire)
    answer = await session.post("40", '421["join:project","atlas"]')
    assert (answer.status, answer.text) == (200, "ok")
    assert (await session.poll()).packets == ["6", "1"]
    await wire.until_unknown(session.sid)


async def unknown_packet_type(wire: Wire) -> None:
    """A packet of unknown type in a POST closes the session; the POST itself is answered ok"""
    session = await _polling(wire)
    answer = await session.post("abc")
    assert (answer.status, answer.text) == (200, "ok")
    await wire.until_unknown(session.sid)


async def empty_post(wire: Wire) -> None:
    """An empty POST holds no packet: it closes the session; the POST itself is answered ok"""
    session = await _polling(wire)
    answer = await session.post()
    assert (answer.status, answer.text) == (200, "ok")
    await wire.until_unknown(session.sid)


async def packets_after_a_bad_one(wire: Wire) -> None:
    """What stands before an unreadable packet is taken, what stands after it is not"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    await session.post('421["join:project","atlas"]', "abc", '422["join:project","atlas"]')
    assert "432" not in (await poll).text
    await wire.until_unknown(session.sid)


async def octet_stream(wire: Wire) -> None:
    """A POST of application/octet-stream gets an empty 400 and closes the session"""
    session = await _polling(wire)
    answer = await wire.post(session.sid, b"\x04\x00", {"Content-Type": "application/octet-stream"})
    assert (answer.status, answer.body) == (400, b"")
    await wire.until_unknown(session.sid)


async def ping_from_a_client(wire: Wire) -> None:
    """A ping from the client is the wrong direction: the session is closed"""
    session = await _polling(wire)
    answer = await session.post("2")
    assert (answer.status, answer.text) == (200, "ok")
    await wire.until_unknown(session.sid)


async def pong_without_a_ping(wire: Wire) -> None:
    """A pong that nobody asked for changes nothing"""
    session = await _polling(wire)
    await session.send("3")
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


async def noop_and_open_from_a_client(wire: Wire) -> None:
    """Noop, open and upgrade packets from a client over polling change nothing"""
    session = await _polling(wire)
    await session.send("6", "0", "5")
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


@given(max_payload_bytes=1_000)
async def post_of_the_limit(wire: Wire) -> None:
    """A POST of exactly maxPayload bytes is taken"""
    session = await _polling(wire)
    packet = '421["join:project","atlas"]'
    noops = SEPARATOR.join(["6"] * ((999 - len(packet)) // 2))
    body = f"{packet}{SEPARATOR}{noops}".ljust(1_000, "6")
    answer = await wire.post(session.sid, body)
    assert (answer.status, answer.text) == (200, "ok")
    assert str(await session.receive()).startswith("431")


@given(max_payload_bytes=1_000)
async def post_over_the_limit(wire: Wire) -> None:
    """A POST over maxPayload gets an empty 413; nothing of it is taken, and the session goes on"""
    session = await _polling(wire)
    answer = await wire.post(session.sid, '421["join:project","' + "a" * 1_000 + '"]')
    assert (answer.status, answer.body) == (413, b"")
    again = await session.post('422["join:project","atlas"]')
    assert (again.status, again.text) == (200, "ok")
    assert str(await session.receive()).startswith("432")


@given(max_payload_bytes=1_000)
async def chunked_post_over_the_limit(wire: Wire) -> None:
    """A POST in chunks, which does not tell its length, gets 413 as soon as it is over maxPayload"""
    session = await _polling(wire)
    async with raw_connection(wire) as connection:
        headers = {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"}
        query = f"EIO=4&transport=polling&sid={session.sid}"
        await connection.request("POST", query, headers, b"7d0\r\n" + b"4" * 2_000 + b"\r\n")
        assert (await connection.head()).startswith("HTTP/1.1 413 ")


@given(max_payload_bytes=1_000)
async def answer_over_the_limit(wire: Wire) -> None:
    """maxPayload is the client's to keep: a longer answer is sent whole"""
    session = await _polling(wire)
    await session.send('421["join:project","atlas"]')
    assert await session.receive()
    await wire.control.emit("system:notification", "x" * 3_000, room="project:atlas")
    assert (await session.poll()).text == '42["system:notification","' + "x" * 3_000 + '"]'


async def get_whose_connection_breaks(wire: Wire) -> None:
    """A held GET whose connection breaks ends the session"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    await wire.until_unknown(session.sid)


async def internet_explorer(wire: Wire) -> None:
    """Internet Explorer is told X-XSS-Protection: 0"""
    answer = await wire.get({"User-Agent": "Mozilla/5.0 (compatible;MSIE 11.0; Trident/7.0)"})
    assert answer.status == 200
    assert answer.headers["X-XSS-Protection"] == "0"
