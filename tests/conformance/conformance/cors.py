"""CORS: which pages a browser lets read the answers."""

from conformance.clause import given
from conformance.sessions import open_websocket
from conformance.wire import Answer, Wire

APP = "http://app.example"
OTHER = "http://other.example"
ASKED = {"EIO": "4", "transport": "polling"}

one_origin = given(cors_origin=APP)


def _allows(answer: Answer) -> None:
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]


@one_origin
async def allowed_origin(wire: Wire) -> None:
    """A page of the allowed origin is named in the answer, with credentials"""
    answer = await wire.get({"Origin": APP})
    assert answer.status == 200
    _allows(answer)


@one_origin
async def allowed_origin_is_refused_readably(wire: Wire) -> None:
    """A refusal can be read by a page of the allowed origin too"""
    answer = await wire.get({"Origin": APP}, sid="nobody")
    assert answer.status == 400
    _allows(answer)


@one_origin
async def other_origin(wire: Wire) -> None:
    """A page of another origin is answered, but not allowed to read it"""
    answer = await wire.get({"Origin": OTHER})
    assert answer.status == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@one_origin
async def no_origin(wire: Wire) -> None:
    """Without an Origin no origin is allowed, and the answer comes all the same"""
    answer = await wire.get()
    assert answer.status == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@one_origin
async def preflight(wire: Wire) -> None:
    """A preflight of the allowed origin is answered with an empty 204 that allows what it asks for"""
    headers = {
        "Origin": APP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-mine",
    }
    answer = await wire.request("OPTIONS", ASKED, headers=headers)
    assert (answer.status, answer.body) == (204, b"")
    _allows(answer)
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type,x-mine"


@one_origin
async def preflight_of_another_origin(wire: Wire) -> None:
    """A preflight of another origin is answered 204 too, without allowing the origin"""
    headers = {"Origin": OTHER, "Access-Control-Request-Method": "POST"}
    answer = await wire.request("OPTIONS", ASKED, headers=headers)
    assert answer.status == 204
    assert "Access-Control-Allow-Origin" not in answer.headers


@one_origin
async def websocket_of_another_origin(wire: Wire) -> None:
    """A websocket of another origin is opened: CORS does not hold for websockets"""
    session = await open_websocket(wire, {"Origin": OTHER})
    assert session.sid


@given(cors_origin="*")
async def any_origin(wire: Wire) -> None:
    """With any origin allowed the answer may be read by the page that asked"""
    answer = await wire.get({"Origin": OTHER})
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", OTHER)
