"""A scenario as everything else uses it: one frozen value, read from its document and written back to it."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr

from mock_server.errors import DocumentError
from mock_server.scenario.checks import check
from mock_server.scenario.collections import CollectionSpec
from mock_server.scenario.completion import complete
from mock_server.scenario.faults import ScenarioFault
from mock_server.scenario.located import Located, in_order, parse, shown
from mock_server.scenario.parts import (
    DEFAULT_SEED,
    JWT_SECRET,
    EpicSpec,
    FrontendSettings,
    GatewaySettings,
    Millis,
    Part,
    Person,
    Positive,
    ProjectSpec,
    RateLimit,
    SprintSpec,
    TaskSpec,
)
from mock_server.scenario.placeholders import escape_document, fill
from mock_server.scenario.rules import Answer, Body, Delay, Emit, Rule, RuleError, Spread
from mock_server.scenario.words import (
    STATUS_ALIASES,
    Echo,
    ModelName,
    Parser,
    Priority,
    Role,
    SprintStatus,
    TaskStatus,
    TokenState,
    Transport,
    Unscripted,
    canonical_status,
)

__all__ = [
    "DEFAULT_SEED",
    "JWT_SECRET",
    "STATUS_ALIASES",
    "Answer",
    "Body",
    "Delay",
    "Echo",
    "Emit",
    "EpicSpec",
    "FrontendSettings",
    "GatewaySettings",
    "Millis",
    "ModelName",
    "Origin",
    "Parser",
    "Person",
    "Positive",
    "Priority",
    "ProjectSpec",
    "RateLimit",
    "Role",
    "Rule",
    "RuleError",
    "Scenario",
    "Spread",
    "SprintSpec",
    "SprintStatus",
    "TaskSpec",
    "TaskStatus",
    "TokenState",
    "Transport",
    "Unscripted",
    "canonical_status",
]


class Origin(Part):
    """The file that a document was read from, and the line of each of its rules."""

    file: str
    rule_lines: tuple[int | None, ...] = ()


class Scenario(Part):
    """The whole world before a spec starts.

    Once read, nothing is left to fill in, count out or look up.
    """

    name: str
    """Without it the path of the file below `scenarios`."""
    model: ModelName = ModelName.DEVMENTOR
    """What the server does without rules: as DevMentor's, nothing, or keep `collections`."""
    namespaces: Annotated[tuple[str, ...], Field(min_length=1)] = ("/",)
    """Those that a socket can connect to; not in DevMentor, which has `/` alone."""
    collections: dict[str, CollectionSpec] = Field(default_factory=dict)
    """What `model: collection` keeps; the key is the name. Nothing behind a key is all defaults."""
    description: str = ""
    """What it is about, for `lockstep scenario list`."""
    seed: int = DEFAULT_SEED
    """Of everything made up and drawn."""
    people: dict[str, Person] = Field(default_factory=dict)
    """Who can sign in; the key is the id. Nothing behind a key is all defaults."""
    projects: tuple[ProjectSpec, ...] = ()
    """What there is when a spec starts."""
    gateway: GatewaySettings = GatewaySettings()
    """How the server behaves."""
    frontend: FrontendSettings = FrontendSettings()
    """What the reference frontend is told."""
    unscripted: Unscripted = Unscripted.ERROR
    """What becomes of an event or call that neither the contract nor a rule knows."""
    rules: tuple[Rule, ...] = ()
    """What the server does beside or instead of its built-in answers."""
    faults: tuple[ScenarioFault, ...] = ()
    """What is broken from the start of a spec to its end."""
    _path: Path | None = PrivateAttr(default=None)
    _rule_lines: tuple[int | None, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path | None:
        """The file it was read from; None for a scenario that came as a document."""
        return self._path

    @property
    def origin(self) -> Origin | None:
        """Where it comes from, to be sent along with its `document`."""
        return None if self._path is None else Origin(file=str(self._path), rule_lines=self._rule_lines)

    def with_rules_of(self, other: Self) -> Self:
        """Return this world with the rules of another scenario, and its policy for the unscripted."""
        changed = self.model_copy(update={"rules": other.rules, "unscripted": other.unscripted})
        changed._path, changed._rule_lines = other._path, other._rule_lines
        return changed

    def rule_place(self, index: int) -> tuple[str, int | None]:
        """Return a rule's place, like `board.yaml:12` ("" when there is no file), and its line."""
        line = self._rule_lines[index] if index < len(self._rule_lines) else None
        if self._path is None:
            return "", line
        return shown(self._path) + ("" if line is None else f":{line}"), line

    @property
    def keeps_to_contract(self) -> bool:
        """Whether its events, calls and envelopes are those of the DevMentor contract."""
        return self.model is ModelName.DEVMENTOR

    def handlers(self) -> tuple[str, ...]:
        """Return the Python handlers that rules name, each once."""
        named = (answer.handler for rule in self.rules for answer in rule.answers())
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def requires_auth(self) -> bool:
        """Whether a token is needed: as the gateway says, else whenever people are named."""
        asked = self.gateway.require_auth
        return bool(self.people) if asked is None else asked

    def document(self) -> dict[str, Any]:
        """Return the scenario in the form of its file, JSON-able, with everything made up spelled out."""
        written = escape_document(self.model_dump(mode="json", by_alias=True, exclude_none=True))
        return dict(written)

    @classmethod
    def from_document(cls, document: Any, *, seed: int | None = None, origin: Origin | None = None) -> Self:
        """Read a scenario from the form of its file, `seed` in place of the written one.

        With the `origin` of the file it was read from, its handlers are found and its rules are named by
        line. Raises `DocumentError` with every problem.
        """
        named = {"name": "unnamed", **document} if isinstance(document, dict) else document
        path = None if origin is None else Path(origin.file)
        scenario = cls.read(Located(file="document", value=named), path=path, seed=seed)
        if origin is not None:
            scenario._rule_lines = origin.rule_lines
        return scenario

    @classmethod
    def read(cls, written: Located, *, path: Path | None = None, seed: int | None = None) -> Self:
        """Fill in, complete and check what was written; raises `DocumentError` with every problem."""
        try:
            whole = complete(fill(written, seed=seed))
            scenario, problems = parse(cls, whole)
            problems = in_order((*problems, *check(whole, None if path is None else path.parent)))
        except RecursionError:
            raise DocumentError([written.problem("nested too deeply")]) from None
        if scenario is None or problems:
            raise DocumentError(problems)
        scenario._path = path
        scenario._rule_lines = tuple(rule.line for rule in written.get("rules").each())
        return scenario
