"""The clock of all pages: what it refuses, and what it keeps going while time is driven."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.errors import LockstepWarning, SpecError, UsageError
from harness.stage import Stage

OpenStage = Callable[[str], Stage[DevMentor]]
WORLD = "connection/websocket"


@pytest.fixture
def world(open_stage: OpenStage) -> Stage[DevMentor]:
    return open_stage(WORLD)


def now_ms(client: DevMentor) -> float:
    return float(client.page.evaluate("Date.now()"))


def test_clock_that_was_not_installed_cannot_be_driven(world: Stage[DevMentor]) -> None:
    world.client("alice")
    with pytest.raises(UsageError) as error:
        world.clock.advance("30s")
    assert str(error.value) == (
        "stage.clock.advance: the pages run on the real clock. "
        "Call stage.clock.install() before the first stage.client"
    )


def test_clock_that_comes_after_the_pages_is_refused(world: Stage[DevMentor]) -> None:
    world.clients("alice", "bob")
    with pytest.raises(UsageError) as error:
        world.clock.install()
    assert str(error.value) == (
        "stage.clock.install() comes too late: the page of alice, bob took the real timers when it was "
        "loaded. Call it before the first stage.client"
    )


@pytest.mark.parametrize(
    ("duration", "message"),
    [
        (-1, "stage.clock.advance: -1 ms is in the past: time runs forward only"),
        (
            "half an hour",
            'stage.clock.advance: \'half an hour\' is no duration: write "500ms", "30s", "10m" or "1h"',
        ),
        ("-5s", 'stage.clock.advance: \'-5s\' is no duration: write "500ms", "30s", "10m" or "1h"'),
        (None, 'stage.clock.advance: None is no duration: write "500ms", "30s", "10m" or "1h"'),
        (True, 'stage.clock.advance: True is no duration: write "500ms", "30s", "10m" or "1h"'),
        (math.inf, 'stage.clock.advance: inf is no duration: write "500ms", "30s", "10m" or "1h"'),
    ],
)
def test_time_that_is_none_is_refused(world: Stage[DevMentor], duration: Any, message: str) -> None:
    world.clock.install()
    with pytest.raises(UsageError) as error:
        world.clock.advance(duration)
    assert str(error.value) == message


def test_clock_without_a_page_is_an_error(world: Stage[DevMentor]) -> None:
    world.clock.install()
    with pytest.raises(UsageError) as error:
        world.clock.sleep_wake("10m")
    assert str(error.value) == "stage.clock.sleep_wake: no page is open: open one with stage.client"


def test_card_in_the_air_is_an_error_and_no_hang(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    with pytest.raises(UsageError) as error:
        alice.board.drag("Write the docs", to="Done", meanwhile=lambda: world.clock.advance("1s"))
    assert str(error.value) == (
        "stage.clock.advance: alice has a card in the air, and a drag needs real frames: drop it first"
    )
    world.clock.advance("1s")


@pytest.mark.parametrize("verb", ["advance", "sleep_wake"])
def test_page_with_a_time_of_its_own_is_named(world: Stage[DevMentor], verb: str) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate("() => { const stopped = Date.now(); Date.now = () => stopped; }")
    with pytest.raises(UsageError) as error:
        getattr(world.clock, verb)("30s")
    assert str(error.value) == (
        "stage.clock: the time of alice's page cannot be driven: of 30000 ms only 0 have passed there. "
        "Its Date is not the window's: the app keeps one of its own"
    )


def test_page_whose_worker_may_have_timers_is_named_once(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate(
        "() => { globalThis.ticker = new Worker('data:text/javascript,setInterval(()=>{},9)'); }"
    )
    with pytest.warns(LockstepWarning) as warned:
        world.clock.advance("30s")
    world.clock.advance("30s")  # a second warning would be an error here
    assert [str(each.message) for each in warned] == [
        "stage.clock: alice's page has a worker (data:text/javascript,setInterval(()=>{},9)): timers in "
        "there, and what the app does by them, are not driven"
    ]


def test_page_that_loads_anew_on_the_way_is_waited_for(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate("() => { setTimeout(() => location.reload(), 20_000); }")
    before = now_ms(alice)
    world.clock.advance("1m")
    assert now_ms(alice) - before >= 60_000
    world.wait_ready(alice)


def test_page_that_loads_anew_again_and_again_is_waited_for(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          const loads = Number(sessionStorage.loads ?? 0) + 1;
          sessionStorage.loads = loads;
          if (loads < 3) location.reload();
        });"""
    )
    before = now_ms(alice)
    alice.page.evaluate("() => { setTimeout(() => location.reload(), 20_000); }")
    world.clock.advance("1m")
    assert now_ms(alice) - before >= 60_000
    assert alice.page.evaluate("sessionStorage.loads") == "3"


def slowly_loaded(world: Stage[DevMentor], client: DevMentor) -> None:
    """Each document of the client's from now on has a part that comes when the stub answers for projects."""
    client.page.add_init_script(
        f"""addEventListener("DOMContentLoaded", () => {{
          const src = "{world.stub.gateway_url}/api/projects";
          document.head.append(Object.assign(new Image(), {{ src }}));
        }});
        addEventListener("load", () => {{ globalThis.loaded = Date.now(); }});"""
    )


def answers_after(world: Stage[DevMentor], delay_ms: int) -> None:
    world.stub.rest_fault(method="GET", path="/api/projects", delay_ms=delay_ms, times=1)


def loads_anew_on_the_way(world: Stage[DevMentor], client: DevMentor) -> None:
    before = now_ms(client)
    client.page.evaluate("() => { setTimeout(() => location.reload(), 20_000); }")
    world.clock.advance("1m")
    assert now_ms(client) - before >= 60_000


def test_time_waits_for_a_document_that_is_still_being_loaded(world: Stage[DevMentor]) -> None:
    """What an app begins only then, with a time limit, would else be out of time before it is answered."""
    world.clock.install()
    alice = world.client("alice")
    slowly_loaded(world, alice)
    answers_after(world, 300)
    loads_anew_on_the_way(world, alice)
    assert alice.page.evaluate("Date.now() - loaded") >= 30_000


def test_document_that_is_never_loaded_whole_stops_no_time_and_says_nothing_of_the_next(
    world: Stage[DevMentor],
) -> None:
    world.clock.install()
    alice = world.client("alice")
    slowly_loaded(world, alice)
    answers_after(world, 60_000)
    loads_anew_on_the_way(world, alice)
    assert alice.page.evaluate("document.readyState") == "interactive"
    answers_after(world, 300)
    loads_anew_on_the_way(world, alice)
    assert alice.page.evaluate("Date.now() - loaded") >= 30_000


@pytest.mark.parametrize("delay_ms", [1_500, 5_000])
def test_document_that_is_long_in_coming_gets_its_time_when_it_is_there(
    world: Stage[DevMentor], delay_ms: int
) -> None:
    world.clock.install()
    alice = world.client("alice")
    answers_after(world, delay_ms)
    before = now_ms(alice)
    alice.page.evaluate(
        "(url) => { setTimeout(() => location.assign(url), 20_000); }",
        world.stub.gateway_url + "/api/projects",
    )
    world.clock.advance("1m")
    assert alice.page.url.endswith("/api/projects")
    assert now_ms(alice) - before >= 60_000


def test_step_for_the_document_before_waits_for_what_the_next_begins_with(world: Stage[DevMentor]) -> None:
    """The app reads its settings first, with a time limit; without them it shows a sample and no server."""
    world.clock.install()
    alice = world.client("alice")
    alice.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { __pwClock.controller.runFor(10_000); });"
    )
    alice.page.reload()
    world.wait_ready(alice)


@pytest.mark.parametrize(("verb", "step"), [("advance", "runFor"), ("sleep_wake", "fastForward")])
def test_step_that_a_document_has_missed_comes_again(world: Stage[DevMentor], verb: str, step: str) -> None:
    """Playwright drops it without a word while the document takes the place of another."""
    world.clock.install()
    alice, bob = world.clients("alice", "bob")
    alice.page.evaluate(
        """(step) => {
          const { controller } = __pwClock;
          const own = controller[step];
          controller[step] = () => { controller[step] = own; };
          globalThis.fired = 0;
          setTimeout(() => { globalThis.fired += 1; }, 29_000);
        }""",
        step,
    )
    before = [now_ms(each) for each in (alice, bob)]
    getattr(world.clock, verb)("30s")
    passed = [now_ms(each) - began for each, began in zip((alice, bob), before, strict=True)]
    assert passed[0] >= 30_000
    assert 30_000 <= passed[1] < 40_000
    assert alice.page.evaluate("fired") == 1


@pytest.mark.parametrize("verb", ["advance", "sleep_wake"])
def test_page_that_never_gets_through_its_timers_is_closed_and_named(
    world: Stage[DevMentor], monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setattr("harness.driven_clock._HANGS_S", 2.0)
    world.clock.install()
    alice, bob = world.clients("alice", "bob")
    alice.page.evaluate("() => { setTimeout(() => { for (;;); }, 9_700); }")
    with pytest.raises(SpecError) as error:
        getattr(world.clock, verb)("10s")
    assert str(error.value).startswith("alice's page hangs: it has not finished ")
    assert str(error.value).endswith("It was closed; an endless loop in the app, or far too many timers?")
    assert alice.page.is_closed()
    bob.badge.expect("Live")


def test_page_that_hangs_by_an_answer_that_driven_time_brought_is_closed_too(
    world: Stage[DevMentor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.driven_clock._HANGS_S", 2.0)
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate("() => { setTimeout(() => fetch('/').then(() => { for (;;); }), 500); }")
    with pytest.raises(
        SpecError, match="alice's page hangs: it has not finished what the driven time has set off"
    ):
        world.clock.advance("10s")


def test_page_that_hung_before_is_closed_too(
    world: Stage[DevMentor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.driven_clock._HANGS_S", 2.0)
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate(
        "() => { const beat = new MessageChannel();"
        " beat.port1.onmessage = () => { for (;;); }; beat.port2.postMessage(0); }"
    )
    with pytest.raises(SpecError, match="it has not finished what it is doing within 2 s"):
        world.clock.advance("10s")


def test_time_passes_alike_for_everybody_and_goes_on_by_itself_afterwards(world: Stage[DevMentor]) -> None:
    world.clock.install()
    people = world.clients("alice", "bob")
    before = [now_ms(each) for each in people]
    world.clock.advance("1m")
    after = [now_ms(each) for each in people]
    for began, ended in zip(before, after, strict=True):
        assert ended - began >= 60_000
    people[0].page.wait_for_function("since => Date.now() > since + 20", arg=after[0])


def test_timers_fire_each_in_its_turn_and_once_after_a_sleep(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate(
        "() => { globalThis.ticks = 0; setInterval(() => { globalThis.ticks += 1; }, 10_000); }"
    )
    world.clock.advance("1m")
    assert alice.page.evaluate("ticks") == 6
    world.clock.sleep_wake("10m")
    assert alice.page.evaluate("ticks") == 7


def test_step_waits_for_the_answer_to_what_it_has_set_off(world: Stage[DevMentor]) -> None:
    """A chain of calls, each begun by a timer behind the answer to the one before."""
    world.clock.install()
    alice = world.client("alice")
    world.stub.rest_fault(method="GET", path="/api/projects", delay_ms=40, times=None)
    alice.page.evaluate(
        """(url) => {
          globalThis.answers = 0;
          const again = async () => {
            await fetch(url, { headers: { Authorization: `Bearer ${localStorage.jwt_token}` } });
            globalThis.answers += 1;
            setTimeout(again, 900);
          };
          setTimeout(again, 900);
        }""",
        world.stub.gateway_url + "/api/projects",
    )
    world.clock.advance("10s")
    assert alice.page.evaluate("answers") >= 5


def test_step_ends_at_the_next_timer_so_that_its_answer_comes_before_what_cuts_it_short(
    world: Stage[DevMentor],
) -> None:
    """A call that is begun after 20 s, and given up 300 ms later: a step of its own length would do both."""
    world.clock.install()
    alice = world.client("alice")
    world.stub.rest_fault(method="GET", path="/api/projects", delay_ms=40, times=None)
    alice.page.evaluate(
        """(url) => {
          setTimeout(async () => {
            const limit = new AbortController();
            setTimeout(() => limit.abort(), 300);
            const headers = { Authorization: `Bearer ${localStorage.jwt_token}` };
            globalThis.ended = await fetch(url, { headers, signal: limit.signal }).then(
              (answer) => answer.status, (error) => error.name);
          }, 20_000);
        }""",
        world.stub.gateway_url + "/api/projects",
    )
    world.clock.advance("1m")
    assert alice.page.evaluate("ended") == 200


def test_timers_are_the_pages_own_to_set_and_to_clear(world: Stage[DevMentor]) -> None:
    world.clock.install()
    alice = world.client("alice")
    alice.page.evaluate(
        """() => {
          globalThis.fired = [];
          const say = (...said) => fired.push(said.join(" "));
          setTimeout(say, 2000, "once", 2);
          const twice = setInterval(() => { say("again"); if (fired.length > 2) clearTimeout(twice); }, 3000);
          clearTimeout(setTimeout(say, 1000, "never"));
          clearInterval(setTimeout(say, 1000, "never"));
          setTimeout("fired.push('by its text')", 10_000);
          setTimeout(function () { say(this === globalThis); }, 12_000);
        }"""
    )
    world.clock.advance("20s")
    assert alice.page.evaluate("fired") == ["once 2", "again", "again", "by its text", "true"]


def test_heartbeat_reaches_a_client_on_either_transport(open_stage: OpenStage) -> None:
    for scenario in (WORLD, "connection/long_polling"):
        world = open_stage(scenario)
        world.clock.install()
        alice = world.client("alice")
        sid = world.stub.connections("alice")[0]["sid"]
        world.clock.advance("3m")
        assert [each["sid"] for each in world.stub.connections("alice")] == [sid]
        assert not world.stub.journal(kind="disconnect")
        alice.badge.expect("Live")
        world.close()


def test_pinned_random_is_the_same_for_every_draw_or_for_every_seed(world: Stage[DevMentor]) -> None:
    world.clock.pin_random(0.5)
    alice = world.client("alice")
    assert alice.page.evaluate("[Math.random(), Math.random()]") == [0.5, 0.5]
    world.clock.pin_random(seed=7)
    drawn = alice.page.evaluate("[Math.random(), Math.random(), Math.random()]")
    world.clock.pin_random(seed=7)
    assert alice.page.evaluate("[Math.random(), Math.random(), Math.random()]") == drawn
    assert len(set(drawn)) == 3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "stage.clock.pin_random: give a value or a seed"),
        ({"value": 1.0}, "stage.clock.pin_random: Math.random is 0 to below 1, and 1.0 is not"),
        ({"value": "0.5"}, "stage.clock.pin_random: Math.random is 0 to below 1, and '0.5' is not"),
        ({"seed": "7"}, "stage.clock.pin_random: a seed is a whole number, and '7' is not"),
        ({"seed": 1.5}, "stage.clock.pin_random: a seed is a whole number, and 1.5 is not"),
    ],
)
def test_random_that_cannot_be_is_refused(world: Stage[DevMentor], given: Any, message: str) -> None:
    with pytest.raises(UsageError) as error:
        world.clock.pin_random(**given)
    assert str(error.value) == message
