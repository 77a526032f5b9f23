"""The gate lets faults take single payloads away and give them back, on both transports and both ways."""

from __future__ import annotations

from typing import Any

import pytest

from harness.tap import RecordKind

CONTROL = "globalThis[Symbol.for('lockstep.tap')]"
CONNECTED = """(transports) => new Promise((resolve) => {
    window.heard = [];
    window.socket = io({ transports, forceNew: true });
    socket.on("told", (data) => heard.push(data));
    socket.on("connect", () => resolve());
})"""


@pytest.fixture
def opened(tapped: Any, world: Any) -> Any:
    tapped.page.goto(f"{world.url}/page/exchange.html")
    return tapped.page


def test_frames_to_the_client_are_held_and_released_in_another_order(tapped: Any, opened: Any) -> None:
    opened.evaluate(CONNECTED, ["websocket"])
    opened.evaluate(
        f"""() => {{
            window.held = [];
            {CONTROL}.gate.socketIn = (unit) => unit.data.includes('"told"') && held.push(unit) > 0;
            socket.emit("say", "told", "a", "b", "c");
        }}"""
    )
    tapped.wait_for(lambda: opened.evaluate("held.length === 3"))
    assert opened.evaluate("heard") == []
    opened.evaluate("[2, 0, 1].forEach((index) => held[index].pass())")
    assert opened.evaluate("heard") == ["c", "a", "b"]
    opened.evaluate("held[0].pass(held[0].data.replace('a', 'A'))")
    assert opened.evaluate("heard") == ["c", "a", "b", "A"]
    taken, passed = tapped.records(RecordKind.WS_TAKEN), tapped.records(RecordKind.WS_PASS)
    numbers = [record.data["of"] for record in taken]
    assert [record.data["of"] for record in passed] == [numbers[i] for i in (2, 0, 1, 0)]
    assert [record.data["altered"] for record in passed] == [False, False, False, True]


def test_frames_to_the_server_are_dropped_altered_and_doubled(tapped: Any, opened: Any) -> None:
    opened.evaluate(CONNECTED, ["websocket"])
    opened.evaluate(
        f"""() => {{
            const fates = {{
                dropped: () => {{}},
                doubled: (unit) => {{ unit.pass(); unit.pass(); }},
                altered: (unit) => unit.pass(unit.data.replace("altered", "other")),
            }};
            {CONTROL}.gate.socketOut = (unit) => {{
                const fate = Object.keys(fates).find((name) => unit.data.includes(name));
                if (fate) fates[fate](unit);
                return Boolean(fate);
            }};
            for (const text of ["dropped", "doubled", "altered", "plain"]) socket.emit("say", "told", text);
        }}"""
    )
    tapped.wait_for(lambda: opened.evaluate("heard.includes('plain')"))
    assert opened.evaluate("heard") == ["doubled", "doubled", "other", "plain"]
    assert len(tapped.records(RecordKind.WS_TAKEN)) == 3


def test_a_poll_is_answered_otherwise_and_the_connection_stays(tapped: Any, opened: Any) -> None:
    opened.evaluate(CONNECTED, ["polling"])
    opened.evaluate(
        f"""() => {{
            window.held = [];
            {CONTROL}.gate.responseIn = ({{ url, text, replace }}) => {{
                if (!url.includes("transport=polling") || !text.includes("told")) return;
                held.push(...text.split("\\x1e").filter((packet) => packet.includes("told")));
                replace("6");
            }};
            socket.emit("say", "told", "a", "b", "c");
        }}"""
    )
    tapped.wait_for(lambda: opened.evaluate("held.length === 3"))
    assert opened.evaluate("[heard, socket.connected]") == [[], True]
    # The next answer brings them, in another order.
    opened.evaluate(
        f"""() => {{
            {CONTROL}.gate.responseIn = ({{ url, text, replace }}) => {{
                if (!url.includes("transport=polling") || !text.includes("told")) return;
                replace([held[2], held[0], held[1], text].join("\\x1e"));
            }};
            socket.emit("say", "told", "last");
        }}"""
    )
    tapped.wait_for(lambda: opened.evaluate("heard.includes('last')"))
    assert opened.evaluate("[heard, socket.connected]") == [["c", "a", "b", "last"], True]
    assert len(tapped.records(RecordKind.HTTP_REPLACED)) >= 2


@pytest.mark.parametrize("via", ["xhr", "fetch"])
def test_a_request_is_held_altered_and_let_go(tapped: Any, opened: Any, via: str) -> None:
    opened.evaluate(
        f"""() => {{
            window.held = [];
            {CONTROL}.gate.requestOut = (unit) => unit.url.includes("/api/") && held.push(unit) > 0;
            window.answers = [];
        }}"""
    )
    opened.evaluate(
        """() => {
            const xhr = new XMLHttpRequest();
            xhr.open("POST", "/api/x");
            xhr.onload = () => answers.push(JSON.parse(xhr.responseText).data.sent);
            xhr.send("mine");
        }"""
        if via == "xhr"
        else """() => {
            const asked = fetch("/api/x", { method: "POST", body: "mine" });
            asked.then((response) => response.json()).then((answer) => answers.push(answer.data.sent));
        }"""
    )
    tapped.wait_for(lambda: opened.evaluate("held.length === 1"))
    assert opened.evaluate("answers") == []
    opened.evaluate("held[0].pass('other')")
    tapped.wait_for(lambda: opened.evaluate("answers.length === 1"))
    assert opened.evaluate("answers") == ["other"]
    (passed,) = tapped.records(RecordKind.HTTP_PASS)
    assert passed.data["altered"] is True


@pytest.mark.parametrize("via", ["xhr", "fetch"])
def test_a_held_request_can_be_made_to_fail(tapped: Any, opened: Any, via: str) -> None:
    threw: list[str] = []
    # The test page's own rules keep Firefox from asking for its icon, which it says as an error too.
    opened.on("pageerror", lambda error: "favicon" in str(error) or threw.append(str(error)))
    opened.evaluate(
        f"""() => {{
            {CONTROL}.gate.requestOut = (unit) => {{
                if (!unit.url.includes("/api/")) return false;
                unit.fail(new TypeError("gone"));
                return true;
            }};
        }}"""
    )
    failed = opened.evaluate(
        """() => new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.onerror = () => resolve("gone");
            xhr.open("GET", "/api/x");
            xhr.send();
        })"""
        if via == "xhr"
        else "fetch('/api/x').catch((error) => error.message)"
    )
    assert failed == "gone"
    opened.evaluate("new Promise(requestAnimationFrame)")
    assert threw == []  # a request that fails is no error of the page's scripts


@pytest.mark.parametrize(("kind", "nothing"), [("", ""), ("text", ""), ("json", None), ("arraybuffer", None)])
def test_a_request_that_is_made_to_fail_has_no_answer(
    tapped: Any, opened: Any, kind: str, nothing: str | None
) -> None:
    opened.evaluate(f"() => {{ {CONTROL}.gate.requestOut = (unit) => (unit.fail(), true); }}")
    seen = opened.evaluate(
        """(kind) => new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            const heard = [];
            for (const type of ["load", "abort", "error"]) xhr[`on${type}`] = () => heard.push(type);
            const seen = () => [heard, xhr.readyState, xhr.status, xhr.getAllResponseHeaders(), xhr.response];
            xhr.onloadend = () => resolve(seen());
            xhr.open("GET", "/api/x");
            xhr.responseType = kind;
            xhr.send();
        })""",
        kind,
    )
    assert seen == [["error"], 4, 0, "", nothing]


def test_a_fetch_can_be_answered_in_place_of_the_server(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        f"""() => {{
            {CONTROL}.gate.requestOut = (unit) => {{
                if (!unit.url.includes("/api/")) return false;
                unit.answer(new Response('{{"error":"made up"}}', {{ status: 503 }}));
                return true;
            }};
        }}"""
    )
    assert opened.evaluate("fetch('/api/x').then((response) => response.status)") == 503
    assert tapped.records(RecordKind.HTTP_END)[-1].data["status"] == 503


def test_a_fault_in_a_hook_is_recorded_and_the_app_goes_on(tapped: Any, opened: Any) -> None:
    opened.evaluate(CONNECTED, ["websocket"])
    opened.evaluate(
        f"""() => {{
            {CONTROL}.gate.socketOut = {CONTROL}.gate.socketIn = () => {{ throw new Error("bad hook"); }};
            socket.emit("say", "told", "still here");
        }}"""
    )
    tapped.wait_for(lambda: opened.evaluate("heard.length === 1"))
    assert "bad hook" in tapped.records(RecordKind.TAP_ERROR)[0].data["message"]


@pytest.mark.parametrize("fed", [True, False])
def test_a_heartbeat_fed_on_virtual_time_keeps_the_connection(tapped: Any, world: Any, fed: bool) -> None:
    """The server knows nothing of the page's hours, so the tap plays its ping and swallows the pong."""
    page = tapped.page
    page.clock.install()
    page.goto(f"{world.url}/page/exchange.html")
    page.evaluate(CONNECTED, ["websocket"])
    page.evaluate(f"() => {{ {CONTROL}.gate.socketOut = ({{ data }}) => data === '3'; }}")
    for _ in range(8):
        if fed:
            page.evaluate(f"{CONTROL}.sockets().forEach(({{ ws }}) => {CONTROL}.inject(ws, '2'))")
        page.clock.run_for(15_000)
    reconnects = len(tapped.records(RecordKind.WS_CREATE)) - 1
    assert (reconnects == 0) is fed
    if fed:
        assert page.evaluate("socket.connected")
        assert len(tapped.records(RecordKind.WS_INJECT)) == 8
        assert len(tapped.records(RecordKind.WS_TAKEN)) == 8
