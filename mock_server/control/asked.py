"""What a request of the control API brings, or the refusal it gets."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from mock_server.world import World


class RefusedError(Exception):
    """Raised to answer `{"error": ...}` with a status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


M = TypeVar("M", bound=BaseModel)


async def parsed(model: type[M], request: web.BaseRequest) -> M:
    """Return the body; raises RefusedError for one that is not as `model` wants it."""
    raw = await request.read()
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RefusedError(400, f"{where}: {first['msg']}" if where else first["msg"]) from None


def known_person(world: World, user: str) -> str:
    """Return `user`; raises RefusedError for somebody the scenario does not have."""
    if user not in world.scenario.people:
        known = ", ".join(world.scenario.people)
        raise RefusedError(404, f"no such person: {user}. Known: {known}")
    return user
