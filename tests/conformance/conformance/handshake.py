"""Handshake: the opening packet, and what is refused before there is a session."""

from conformance.clause import given
from conformance.raw_connection import raw_connection, upgrade_headers
from conformance.sessions import open_polling, open_websocket
from conformance.wire import Answer, Closed, Wire

UNKNOWN_TRANSPORT = {"code": 0, "message": "Transport unknown"}
UNKNOWN_SID = {"code": 1, "message": "Session ID unknown"}
BAD_METHOD = {"code": 2, "message": "Bad handshake method"}
BAD_REQUEST = {"code": 3, "message": "Bad request"}
BAD_VERSION = {"code": 5, "message": "Unsupported protocol version"}


def _is_refusal(answer: Answer, error: dict[str, object]) -> None:
    assert answer.status == 400
    assert answer.json == error
    assert answer.headers["Content-Type"] == "application/json"


def _is_upgrade_refusal(answer: Answer, error: dict[str, object]) -> None:
    assert (answer.status, answer.text) == (400, error["message"])
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Connection"] == "close"


async def opens_over_polling(wire: Wire) -> None:
    """The first GET is answered with one open packet of five fields, as uncached UTF-8 text"""
    answer = await wire.get()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.headers["Cache-Control"] == "no-store"
    opening = (await open_polling(wire)).opening
    assert set(opening) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert opening["upgrades"] == ["websocket"]
    assert opening["maxPayload"] == 1_000_000


async def opens_over_websocket(wire: Wire) -> None:
    """A websocket without sid is sent an open packet that offers no upgrades"""
    opening = (await open_websocket(wire)).opening
    assert set(opening) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert opening["upgrades"] == []


async def sid_is_twenty_url_safe_characters(wire: Wire) -> None:
    """The session id is 20 characters, safe in a URL"""
    sid = (await open_polling(wire)).sid
    assert len(sid) == 20
    assert all(each.isalnum() or each in "-_" for each in sid)


@given(ping_interval_ms=12_345, ping_timeout_ms=6_789, max_payload_bytes=54_321)
async def numbers_are_those_configured(wire: Wire) -> None:
    """pingInterval and pingTimeout are told to the millisecond, maxPayload to the byte"""
    for opening in ((await open_polling(wire)).opening, (await open_websocket(wire)).opening):
        assert opening["pingInterval"] == 12_345
        assert opening["pingTimeout"] == 6_789
        assert opening["maxPayload"] == 54_321


async def missing_transport(wire: Wire) -> None:
    """A handshake without transport is refused with 400, code 0"""
    _is_refusal(await wire.request("GET", {"EIO": "4"}), UNKNOWN_TRANSPORT)


async def unknown_transport(wire: Wire) -> None:
    """A handshake with a transport nobody knows is refused with 400, code 0"""
    _is_refusal(await wire.get(transport="tunnel"), UNKNOWN_TRANSPORT)


async def webtransport(wire: Wire) -> None:
    """transport=webtransport, which is off, is unknown"""
    _is_refusal(await wire.get(transport="webtransport"), UNKNOWN_TRANSPORT)


@given(transports=["polling"])
async def websocket_where_only_polling_is_allowed(wire: Wire) -> None:
    """With polling alone allowed, no upgrade is offered, and transport=websocket is unknown"""
    session = await open_polling(wire)
    assert session.opening["upgrades"] == []
    _is_refusal(await wire.get(transport="websocket"), UNKNOWN_TRANSPORT)


@given(transports=["websocket"])
async def polling_where_only_websocket_is_allowed(wire: Wire) -> None:
    """With websocket alone allowed, transport=polling is unknown"""
    await open_websocket(wire)
    _is_refusal(await wire.get(), UNKNOWN_TRANSPORT)


async def missing_version(wire: Wire) -> None:
    """A handshake without EIO is refused with 400, code 5"""
    _is_refusal(await wire.request("GET", {"transport": "polling"}), BAD_VERSION)


async def version_three(wire: Wire) -> None:
    """A handshake with EIO=3 is refused with 400, code 5"""
    _is_refusal(await wire.get(EIO="3"), BAD_VERSION)


async def version_five(wire: Wire) -> None:
    """A handshake with EIO=5 is refused with 400, code 5"""
    _is_refusal(await wire.get(EIO="5"), BAD_VERSION)


async def handshake_by_post(wire: Wire) -> None:
    """A POST without sid is refused with 400, code 2"""
    query = {"EIO": "4", "transport": "polling"}
    _is_refusal(await wire.request("POST", query, data="4hello"), BAD_METHOD)


async def handshake_by_put(wire: Wire) -> None:
    """A PUT without sid is refused with 400, code 2"""
    _is_refusal(await wire.request("PUT", {"EIO": "4", "transport": "polling"}), BAD_METHOD)


async def put_with_a_sid(wire: Wire) -> None:
    """A PUT with a sid is answered 500, and the session goes on"""
    session = await open_polling(wire)
    answer = await wire.request("PUT", {"EIO": "4", "transport": "polling", "sid": session.sid})
    assert (answer.status, answer.body) == (500, b"")
    await session.send("6")


async def delete_with_a_sid(wire: Wire) -> None:
    """A DELETE with a sid is answered 500, and the session goes on"""
    session = await open_polling(wire)
    answer = await wire.request("DELETE", {"EIO": "4", "transport": "polling", "sid": session.sid})
    assert (answer.status, answer.body) == (500, b"")
    await session.send("6")


async def unknown_sid_on_get(wire: Wire) -> None:
    """A GET with a sid that is none is refused with 400, code 1"""
    _is_refusal(await wire.get(sid="AAAAAAAAAAAAAAAAAAAA"), UNKNOWN_SID)


async def unknown_sid_on_post(wire: Wire) -> None:
    """A POST with a sid that is none is refused with 400, code 1"""
    _is_refusal(await wire.post("AAAAAAAAAAAAAAAAAAAA", "4hello"), UNKNOWN_SID)


async def transport_is_checked_before_the_sid(wire: Wire) -> None:
    """An unknown transport beside an unknown sid is refused for the transport"""
    _is_refusal(await wire.get(transport="tunnel", sid="nobody"), UNKNOWN_TRANSPORT)


async def empty_sid_is_a_handshake(wire: Wire) -> None:
    """An empty sid counts as none: a session opens"""
    answer = await wire.get(sid="")
    assert answer.status == 200
    assert answer.text.startswith('0{"sid":')


async def websocket_transport_without_upgrade(wire: Wire) -> None:
    """transport=websocket in a plain GET is refused with 400, code 3"""
    _is_refusal(await wire.get(transport="websocket"), BAD_REQUEST)


async def other_version_with_a_sid(wire: Wire) -> None:
    """A request of a session with another EIO than it began with is refused with 400, code 3"""
    session = await open_polling(wire)
    _is_refusal(await wire.get(sid=session.sid, EIO="3"), BAD_REQUEST)
    await session.send("6")


async def websocket_upgrade_with_unknown_transport(wire: Wire) -> None:
    """A websocket that asks for an unknown transport is refused with 400 in plain text"""
    _is_upgrade_refusal(await wire.ask_upgrade(transport="tunnel"), UNKNOWN_TRANSPORT)


async def websocket_upgrade_with_unknown_sid(wire: Wire) -> None:
    """A websocket with a sid that is none is refused with 400 in plain text"""
    _is_upgrade_refusal(await wire.ask_upgrade(sid="AAAAAAAAAAAAAAAAAAAA"), UNKNOWN_SID)


async def websocket_handshake_with_wrong_version(wire: Wire) -> None:
    """A websocket with EIO=3 is accepted and then torn down by a 400 that no client can read"""
    websocket = await wire.websocket(EIO="3")
    assert (await websocket.ended()).code in (1006, 1002)


async def websocket_transport_with_a_sid_without_upgrade(wire: Wire) -> None:
    """A plain GET with transport=websocket is refused with 400, code 3, with the sid of a session too"""
    session = await open_polling(wire)
    _is_refusal(await wire.get(sid=session.sid, transport="websocket"), BAD_REQUEST)
    await session.send("6")


async def websocket_that_asks_for_polling(wire: Wire) -> None:
    """A websocket with transport=polling is opened and closed at once with 1005"""
    websocket = await wire.websocket(transport="polling")
    assert await websocket.receive() == Closed(1005)


async def websocket_without_a_key(wire: Wire) -> None:
    """A websocket without Sec-WebSocket-Key is refused with 400"""
    async with raw_connection(wire) as connection:
        headers = upgrade_headers(Sec_WebSocket_Key=None)
        await connection.request("GET", "EIO=4&transport=websocket", headers)
        assert (await connection.head()).startswith("HTTP/1.1 400 ")


async def websocket_of_another_version(wire: Wire) -> None:
    """A websocket of another version than 13 is refused with 400"""
    async with raw_connection(wire) as connection:
        headers = upgrade_headers(Sec_WebSocket_Version="12")
        await connection.request("GET", "EIO=4&transport=websocket", headers)
        assert (await connection.head()).startswith("HTTP/1.1 400 ")


async def no_cookie_is_set(wire: Wire) -> None:
    """Neither transport sets a cookie"""
    answer = await wire.get()
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    session = await open_websocket(wire)
    assert "Set-Cookie" not in session.websocket.socket._response.headers


async def path_without_trailing_slash(wire: Wire) -> None:
    """Without the slash at its end the path is not Socket.IO's: 404"""
    query = {"EIO": "4", "transport": "polling"}
    assert (await wire.request("GET", query, path="/socket.io")).status == 404


async def path_below(wire: Wire) -> None:
    """Any path below is Socket.IO's as well"""
    answer = await wire.request("GET", {"EIO": "4", "transport": "polling"}, path="/socket.io/deeper/down")
    assert answer.status == 200
    assert answer.text.startswith('0{"sid":')


async def binary_flag_is_ignored(wire: Wire) -> None:
    """b64 and t in the query change nothing"""
    answer = await wire.get(b64="1", t="cachebust")
    assert answer.text.startswith('0{"sid":')


async def jsonp(wire: Wire) -> None:
    """j=7 still makes an answer of JSONP: the payload as a string, in a call of ___eio[7]"""
    answer = await wire.get(j="7")
    assert answer.status == 200
    assert answer.text.startswith('___eio[7]("0{')
    assert answer.text.endswith('}");')
