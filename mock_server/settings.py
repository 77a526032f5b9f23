"""What the process is told: flags over environment variables over the scenario over defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from mock_server.errors import StartError
from mock_server.scenario.model import GatewaySettings, Positive, RateLimit

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8002
DEFAULT_UI_PORT = 3001
DEFAULT_SCENARIO = "demo"

_WILDCARDS = frozenset({"0.0.0.0", "::", ""})
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def _boolean(text: Any) -> Any:
    word = str(text).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else text


class _Environment(BaseModel):
    """The gateway's variables; None: not set. `REDIS_URL` is accepted and not used: there is one process."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    port: Annotated[int, Field(ge=0, le=65_535)] | None = Field(default=None, alias="PORT")
    jwt_secret: Annotated[str, Field(min_length=1)] | None = Field(default=None, alias="JWT_SECRET")
    require_auth: Annotated[bool, BeforeValidator(_boolean)] | None = Field(
        default=None, alias="REQUIRE_AUTH"
    )
    cors_origin: Annotated[str, Field(min_length=1)] | None = Field(default=None, alias="CORS_ORIGIN")
    max_connections: Positive | None = Field(default=None, alias="MAX_CONNECTIONS")
    connection_timeout_ms: Positive | None = Field(default=None, alias="CONNECTION_TIMEOUT")
    rate_limit_enabled: Annotated[bool, BeforeValidator(_boolean)] | None = Field(
        default=None, alias="RATE_LIMIT_ENABLED"
    )
    rate_limit_window_ms: Positive | None = Field(default=None, alias="RATE_LIMIT_WINDOW")
    rate_limit_max: Positive | None = Field(default=None, alias="RATE_LIMIT_MAX")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How one stub process runs. Port 0: the system chooses."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    ui_port: int = DEFAULT_UI_PORT
    control_token: str
    scenarios_root: Path
    ui_dir: Path
    gateway_overrides: dict[str, Any] = field(default_factory=dict)
    """Fields of `GatewaySettings` that the environment sets, whatever the scenario says."""
    rate_limit_overrides: dict[str, Any] = field(default_factory=dict)

    @property
    def is_wildcard(self) -> bool:
        """Whether the stub listens on all addresses."""
        return self.host in _WILDCARDS

    @property
    def is_default_host(self) -> bool:
        return self.host == DEFAULT_HOST

    @property
    def url_host(self) -> str:
        """The host that URLs name: wildcard addresses cannot be visited."""
        host = DEFAULT_HOST if self.is_wildcard else self.host
        return f"[{host}]" if ":" in host else host

    def gateway(self, scenario: GatewaySettings) -> GatewaySettings:
        """Return a scenario's settings with those of the environment laid over them."""
        limit = RateLimit(**{**scenario.rate_limit.model_dump(), **self.rate_limit_overrides})
        return scenario.model_copy(update={**self.gateway_overrides, "rate_limit": limit})


def read_environment(
    environ: Mapping[str, str] = os.environ,
) -> tuple[int | None, dict[str, Any], dict[str, Any]]:
    """Return (port, gateway overrides, rate limit overrides); raises StartError naming a wrong variable."""
    names = [str(each.alias) for each in _Environment.model_fields.values()]
    try:
        read = _Environment.model_validate({name: environ[name] for name in names if name in environ})
    except ValidationError as error:
        first = error.errors()[0]
        raise StartError(f"environment variable {first['loc'][0]}: {first['msg']}") from None
    given = read.model_dump(exclude_none=True)
    port = given.pop("port", None)
    prefix = "rate_limit_"
    limits = {name.removeprefix(prefix): given.pop(name) for name in list(given) if name.startswith(prefix)}
    return port, given, limits
