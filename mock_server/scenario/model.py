"""A scenario as everything else uses it: one frozen value, read from its document and written back to it."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr

from mock_server.errors import DocumentError
from mock_server.scenario.checks import check
from mock_server.scenario.completion import complete
from mock_server.scenario.located import Located, in_order, parse
from mock_server.scenario.parts import (
    DEFAULT_SEED,
    JWT_SECRET,
    STATUS_ALIASES,
    Echo,
    Emit,
    EpicSpec,
    FrontendSettings,
    GatewaySettings,
    Millis,
    Part,
    Person,
    Positive,
    Priority,
    ProjectSpec,
    RateLimit,
    Role,
    Rule,
    RuleError,
    SprintSpec,
    SprintStatus,
    TaskSpec,
    TaskStatus,
    TokenState,
    Transport,
    Unscripted,
    canonical_status,
)
from mock_server.scenario.placeholders import escape, fill

__all__ = [
    "DEFAULT_SEED",
    "JWT_SECRET",
    "STATUS_ALIASES",
    "Echo",
    "Emit",
    "EpicSpec",
    "FrontendSettings",
    "GatewaySettings",
    "Millis",
    "Person",
    "Positive",
    "Priority",
    "ProjectSpec",
    "RateLimit",
    "Role",
    "Rule",
    "RuleError",
    "Scenario",
    "SprintSpec",
    "SprintStatus",
    "TaskSpec",
    "TaskStatus",
    "TokenState",
    "Transport",
    "Unscripted",
    "canonical_status",
]


class Scenario(Part):
    """The whole world before a spec starts: nothing left to fill in, count out or look up."""

    name: str
    description: str = ""
    seed: int = DEFAULT_SEED
    people: dict[str, Person] = Field(default_factory=dict)
    projects: tuple[ProjectSpec, ...] = ()
    gateway: GatewaySettings = GatewaySettings()
    frontend: FrontendSettings = FrontendSettings()
    unscripted: Unscripted = Unscripted.ERROR
    rules: tuple[Rule, ...] = ()
    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file it was read from; None for a scenario that came as a document."""
        return self._path

    @property
    def requires_auth(self) -> bool:
        """Whether a token is needed: as the gateway says, else whenever people are named."""
        asked = self.gateway.require_auth
        return bool(self.people) if asked is None else asked

    def document(self) -> dict[str, Any]:
        """Return the scenario in the form of its file, JSON-able, with everything made up spelled out."""
        written = escape(self.model_dump(mode="json", by_alias=True, exclude_none=True))
        return dict(written)

    @classmethod
    def from_document(cls, document: Any, *, seed: int | None = None) -> Self:
        """Read a scenario from the form of its file, `seed` in place of the written one.

        Raises `DocumentError` with every problem.
        """
        named = {"name": "unnamed", **document} if isinstance(document, dict) else document
        return cls.read(Located(file="document", value=named), seed=seed)

    @classmethod
    def read(cls, written: Located, *, path: Path | None = None, seed: int | None = None) -> Self:
        """Fill in, complete and check what was written; raises `DocumentError` with every problem."""
        try:
            whole = complete(fill(written, seed=seed))
            scenario, problems = parse(cls, whole)
            problems = in_order((*problems, *check(whole)))
        except RecursionError:
            raise DocumentError([written.problem("nested too deeply")]) from None
        if scenario is None or problems:
            raise DocumentError(problems)
        scenario._path = path
        return scenario
