"""What is known of one REST route."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from mock_server.entities import Json
from mock_server.errors import ErrorCode
from mock_server.rest.calls import Handler

PARAMETER = re.compile(r"\{(\w+)\}")
READ_ERRORS = (ErrorCode.UNAUTHORIZED, ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call of the API. `result` names the answer's schema; `many` says that it is a list of it.

    `input` is the body's model, or `body` the name of its schema; `schemas` are more of them.
    """

    method: str
    template: str
    summary: str
    handler: Handler
    input: type[BaseModel] | None = None
    body: str | None = None
    schemas: Mapping[str, Json] = field(default_factory=dict)
    result: str = "Task"
    many: bool = False
    status: int = 200
    errors: tuple[ErrorCode, ...] = READ_ERRORS
    query: tuple[str, ...] = ()
    needs_token: bool = True
    enveloped: bool = True
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = PARAMETER.sub(r"(?P<\1>[^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(pattern + "/?"))
