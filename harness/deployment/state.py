"""What is written down of a deployment: ports, secrets, switches, processes. Only its owner can read it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from pydantic import BaseModel, Field, ValidationError

from harness.deployment.places import Places, write_for_the_owner
from harness.deployment.process import Running
from harness.errors import DeploymentError

NODES = (1, 2)


class State(BaseModel):
    """One deployment. Ports are numbers of TCP ports on loopback."""

    https_port: int
    redis_port: int
    node_ports: dict[int, int]
    jwt_secret: str = Field(repr=False)
    redis_password: str = Field(repr=False)
    passwords: dict[str, str] = Field(repr=False)
    """Of the people, by their names."""
    sticky: bool = True
    redis_manager: bool = True
    variables: dict[str, str] = Field(default_factory=dict)
    """More variables of the nodes."""
    generation: int = 1
    """Grows with every new configuration of nginx."""
    processes: dict[str, Running] = Field(default_factory=dict)

    @property
    def url(self) -> str:
        # Not `localhost`, on which engine.io-client does not listen for the browser being offline.
        return f"https://127.0.0.1:{self.https_port}"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}/0"

    def save(self, places: Places) -> None:
        """Write it, in place of what was there."""
        write_for_the_owner(places.state, self.model_dump_json(indent=2))


def new_state(people: Iterable[str], ports: list[int], *, https_port: int) -> State:
    """Return a deployment that does not run yet, with secrets of its own; `ports` are free ones."""
    redis_port, *node_ports = ports
    return State(
        https_port=https_port,
        redis_port=redis_port,
        node_ports=dict(zip(NODES, node_ports, strict=True)),
        jwt_secret=secrets.token_urlsafe(48),
        redis_password=secrets.token_urlsafe(24),
        passwords={person: secrets.token_urlsafe(12) for person in people},
    )


def read_state(places: Places) -> State | None:
    """Return what was written, None when there is none; raises DeploymentError for any other file."""
    try:
        return State.model_validate_json(places.state.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        why = error.strerror if isinstance(error, OSError) else f"{error.error_count()} fields are wrong"
        raise DeploymentError(
            f"{places.state}: cannot be read as the state of a deployment: {why}. "
            "End what runs by hand, and remove the folder."
        ) from None
