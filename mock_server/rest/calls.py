"""One REST call as its handler sees it, and the answer it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.auth import Actor
from mock_server.entities import Json
from mock_server.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCall:
    """A call on a known route. `body` is the parsed JSON, None when there was none."""

    world: World
    actor: Actor
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    token: str | None

    def payload(self, **fixed: Any) -> Any:
        """Return the body with `fixed` laid over it; a body that is no object comes back as it is."""
        if self.body is None:
            return fixed
        return {**self.body, **fixed} if isinstance(self.body, dict) else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a handler returns; goes out in the envelope, unless `raw` is set."""

    data: Any = None
    status: int = 200
    metadata: Json = field(default_factory=dict)
    raw: bytes | None = None
    """The body as it is (`data` and `metadata` are not used then)."""
    content_type: str = "application/json"


Handler = Callable[[RestCall], Answer]
