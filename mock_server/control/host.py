"""What the control API needs of the server."""

from typing import Protocol

from mock_server.scenario.model import Scenario
from mock_server.world import World


class Host(Protocol):
    """A running stub whose world can be looked into and replaced."""

    @property
    def world(self) -> World: ...
    @property
    def control_token(self) -> str: ...
    @property
    def loopback_only(self) -> bool: ...
    @property
    def gateway_url(self) -> str: ...
    @property
    def ui_url(self) -> str: ...

    async def reset(self, scenario: Scenario) -> None: ...

    def load(self, name: str, seed: int | None) -> Scenario:
        """Return a scenario by name or path; raises DocumentError, UnknownScenarioError."""
