"""A spec whose stub is no board's server is run and judged like any other."""

from collections.abc import Callable
from typing import Any

SPEC = """
import httpx
import pytest
from harness import Client, Stage

pytestmark = pytest.mark.scenario("examples/todo")

def test_it(stage: Stage[Client]) -> None:
    url = f"{stage.stub.gateway_url}/api/todos"
    answer = httpx.post(url, json={"list": "home", "title": "Sleep"}, trust_env=False)
    assert answer.status_code == 201
    assert stage.stub.store()["todo"][-1] == answer.json()
    stage.settled()
"""


def test_a_spec_of_a_todo_list_passes(run_specs: Callable[..., Any]) -> None:
    ran = run_specs(SPEC)
    assert ran.code == 0, ran.output
    created = [each for each in ran.journal() if each.get("event") == "todo:created"]
    assert [each["data"]["title"] for each in created] == ["Sleep"]
