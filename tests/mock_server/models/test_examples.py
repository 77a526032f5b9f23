"""The example scenarios: each does what its description says, for a real client."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mock_server.scenario.load import find_scenario, list_scenarios, load_scenario
from mock_server.scenario.model import Scenario

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "fixtures" / "scenarios"
EXAMPLES = [name for name in list_scenarios(SHIPPED) if name.startswith("examples/")]


async def start(app: Any, name: str) -> None:
    await app.reset(**load_scenario(find_scenario(f"examples/{name}", SHIPPED)).document())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_short(name: str) -> None:
    assert len(find_scenario(name, SHIPPED).read_text(encoding="utf-8").splitlines()) < 30


def test_there_are_three_examples() -> None:
    assert EXAMPLES == ["examples/auction", "examples/chat", "examples/todo"]


@pytest.mark.parametrize(("file", "count"), [("README.md", 1), ("fixtures/README.md", 2)])
def test_what_the_documentation_shows_can_be_served(file: str, count: int) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / file).read_text(encoding="utf-8"), re.DOTALL)
    shown = [YAML(typ="safe").load(block) for block in blocks if block.startswith("model: ")]
    assert len(shown) == count
    for document in shown:
        Scenario.from_document(document)


async def test_chat(app: Any) -> None:
    await start(app, "chat")
    assert await app.refused("/chat", auth={"nick": ""}) == {
        "message": "Say who you are",
        "data": {"code": "NO_NICK"},
    }
    ann, ben, eve = [await app.connect("/chat", auth={"nick": nick}) for nick in ("Ann", "Ben", "Eve")]
    assert await ann.heard("welcome") == [("Hello, Ann",)]
    for each in (ann, ben):
        assert await each.call("join", "tea") == {"joined": "tea"}
    assert await ann.heard("joined") == [("tea", "Ben")]
    message = {"room": "tea", "text": "look", "file": b"\x89PNG"}
    sent = await ben.call("message", message)
    assert sorted(sent) == ["at", "id"]
    for each in (ann, ben):
        assert await each.heard("message") == [("Ben", message)]
    await ben.client.disconnect()
    assert await ann.heard("gone") == [("Ben",)]
    await eve.call("leave", "tea")
    assert [name for name, _ in eve.events] == ["welcome", "gone"]


async def test_todo(app: Any) -> None:
    await start(app, "todo")
    http, home, work = app.stub.http, await app.connect(), await app.connect()
    assert [await each.call("open", name) for each, name in ((home, "home"), (work, "work"))] == [
        {"ok": True}
    ] * 2
    refused = await http.post("/api/todos", json={"list": "home", "title": ""})
    assert refused.status_code == 422
    created = (await http.post("/api/todos", json={"list": "home", "title": "Sleep"})).json()
    assert await home.heard("todo:created") == [(created,)]
    done = (await http.patch("/api/todos/milk", json={"done": True, "version": 1})).json()
    assert (done["done"], done["version"]) == (True, 2)
    assert (await http.patch("/api/todos/milk", json={"done": False, "version": 1})).status_code == 409
    assert await home.heard("todo:updated") == [(done,)]
    titles = [item["title"] for item in (await http.get("/api/todos")).json()]
    assert titles == ["Buy milk", "Mend the roof", "Write the docs", "Sleep"]
    await work.call("open", "fence")
    assert work.events == []


async def test_auction(app: Any) -> None:
    await start(app, "auction")
    ann, ben = [await app.connect(auth=app.token(name)) for name in ("ann", "ben")]
    for each in (ann, ben):
        assert await each.call("watch", "clock") == {"watching": "clock"}
    assert (await app.stub.http.get("/api/lots/clock")).json()["price"] == 100
    assert await ann.call("bid", "clock", 110) == {"accepted": True}
    too_low = {"error": {"code": "TOO_LOW", "message": "105 is too low"}}
    assert await ben.call("bid", "clock", 105) == too_low
    assert await ben.call("bid", "clock", 120) == {"accepted": True}
    prices = [({"bid": 110, "by": "ann"},), ({"bid": 120, "by": "ben"},)]
    assert await ann.heard("price", 2) == prices
    for each in (ann, ben):
        assert await each.heard("sold", deadline_s=15) == [({"lot": "clock", "to": "ben"},)]
        assert [name for name, _ in each.events] == ["price", "price", "going", "sold"]
