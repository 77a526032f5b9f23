"""What a node is told by its environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from mock_server.errors import StartError
from mock_server.scenario.model import Positive, RateLimit

_WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def _boolean(value: Any) -> Any:
    return _WORDS.get(str(value).strip().lower(), value)


Text = Annotated[str, Field(min_length=1)]
Switch = Annotated[bool, BeforeValidator(_boolean)]
_BUNDLED_PEOPLE = Path(__file__).with_name("people.json")


class NodeSettings(BaseModel):
    """One field for each variable; the alias is its name. Without a default it must be set."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    host: Text = Field(default="127.0.0.1", alias="HOST")
    port: Annotated[int, Field(ge=1, le=65_535)] = Field(default=8002, alias="PORT")
    node_name: Annotated[str, Field(pattern=r"^[\w.-]+$")] = Field(default="1", alias="NODE_NAME")
    """What /health and the node's connection in Redis' CLIENT LIST say."""
    redis_url: Text = Field(alias="REDIS_URL")
    redis_manager: Switch = Field(default=True, alias="REDIS_MANAGER")
    """Off: rooms end at the node. A mistake to be found, not a mode to use."""
    jwt_secret: Annotated[str, Field(min_length=32)] = Field(alias="JWT_SECRET")
    token_ttl_s: Positive = Field(default=3_600, alias="TOKEN_TTL_S")
    cors_origin: Text | None = Field(default=None, alias="CORS_ORIGIN")
    """Origins of web pages, separated by commas. Without it only the origin that the request itself names."""
    people_file: Path = Field(default=_BUNDLED_PEOPLE, alias="PEOPLE_FILE")
    seed_scenario: Path | None = Field(default=None, alias="SEED_SCENARIO")
    """A scenario file whose projects are put into an empty store."""
    max_connections: Positive = Field(default=1_000, alias="MAX_CONNECTIONS")
    connection_timeout_ms: Positive = Field(default=300_000, alias="CONNECTION_TIMEOUT")
    rate_limit_enabled: Switch = Field(default=False, alias="RATE_LIMIT_ENABLED")
    rate_limit_window_ms: Positive = Field(default=60_000, alias="RATE_LIMIT_WINDOW")
    rate_limit_max: Positive = Field(default=100, alias="RATE_LIMIT_MAX")

    @property
    def rate_limit(self) -> RateLimit:
        return RateLimit(
            enabled=self.rate_limit_enabled, window_ms=self.rate_limit_window_ms, max=self.rate_limit_max
        )


def variables() -> tuple[str, ...]:
    """Return the names of all variables that a node reads, those of people's passwords aside."""
    return tuple(str(field.alias) for field in NodeSettings.model_fields.values())


def read_settings(environ: Mapping[str, str] = os.environ) -> NodeSettings:
    """Return what the environment says; raises StartError naming the first wrong or missing variable."""
    try:
        return NodeSettings.model_validate({name: environ[name] for name in variables() if name in environ})
    except ValidationError as error:
        first = error.errors()[0]
        name, missing = first["loc"][0], first["type"] == "missing"
        raise StartError(
            f"environment variable {name}: {'must be set' if missing else first['msg']}"
        ) from None
