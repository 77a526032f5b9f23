"""What made-up calls have found once: each by itself, so that it stays mended."""

from typing import Any

import pytest


@pytest.mark.parametrize("path", ["/api/tasks/a%0Ab", "/api/tasks/%0D%0A", "/api/no%0Athing", "/%0A"])
async def test_a_path_with_a_line_break_is_answered_as_any_other(stub: Any, path: str) -> None:
    answer = await stub.rest("GET", path, Origin=stub.server.ui_url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert answer.headers["Access-Control-Allow-Origin"] == stub.server.ui_url
    assert len(await stub.journal(kind="rest", status=404)) == 1


async def test_a_whole_number_may_be_written_with_a_point(stub: Any) -> None:
    change = '{"title": "x", "version": 1.0}'
    headers = {"Authorization": f"Bearer {stub.people['alice']['token']}"}
    answer = await stub.http.patch("/api/tasks/t1", content=change, headers=headers)
    assert answer.json()["data"]["version"] == 2
    for version in ("1.5", "true", '"1"', "1e400", "1e30"):
        change = f'{{"title": "y", "version": {version}}}'
        answer = await stub.http.patch("/api/tasks/t1", content=change, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_INPUT"), version


@pytest.mark.parametrize("day", ["0000-00-00", "2026-02-30", "2026-13-01T10:00:00Z", "٢٠٢٦-01-01"])
async def test_a_day_that_there_is_not_is_refused(stub: Any, day: str) -> None:
    answer = await stub.rest("PATCH", "/api/tasks/t1", {"dueDate": day})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_INPUT")
    assert (await stub.rest("PATCH", "/api/tasks/t1", {"dueDate": "2028-02-29"})).status_code == 200


async def test_the_document_says_what_is_asked_for(stub: Any) -> None:
    for require_auth in (True, False):
        await stub.reset(gateway={"require_auth": require_auth})
        paths = (await stub.http.get("/openapi.json")).json()["paths"]
        assert bool(paths["/api/projects"]["get"]["security"]) is require_auth
        assert paths["/health"]["get"]["security"] == []
    for path, item in paths.items():
        for operation in item.values():
            assert ("429" in operation["responses"]) is path.startswith("/api/")
            assert ("413" in operation["responses"]) is ("requestBody" in operation)
    assert paths["/api/projects"]["post"]["requestBody"]["required"]
    assert not paths["/api/sprints/{id}/start"]["post"]["requestBody"]["required"]
