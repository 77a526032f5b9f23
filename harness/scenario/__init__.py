"""The joint to the stub's scenarios: the only place of the harness that imports from `mock_server`."""

from harness.scenario.read import bare_scenario, read_scenario
from mock_server.errors import DocumentError, Problem, UnknownScenarioError
from mock_server.events import ClientEvent, ServerEvent
from mock_server.glob import foreign_sign, matches
from mock_server.scenario.fault_parameters import CallFault, FaultSpec, OccurringFault, PacketFault
from mock_server.scenario.faults import ScenarioFault
from mock_server.scenario.load import find_scenario, list_scenarios, load_scenario
from mock_server.scenario.located import Located, in_order, parse, read_yaml, shown, validate
from mock_server.scenario.model import (
    Echo,
    Emit,
    EpicSpec,
    FrontendSettings,
    GatewaySettings,
    Origin,
    Person,
    Priority,
    ProjectSpec,
    Role,
    Rule,
    Scenario,
    SprintSpec,
    SprintStatus,
    TaskSpec,
    TaskStatus,
    TokenState,
    Transport,
    Unscripted,
)
from mock_server.scenario.reference import reference
from mock_server.scenario.schema import scenario_schema

__all__ = [
    "CallFault",
    "ClientEvent",
    "DocumentError",
    "Echo",
    "Emit",
    "EpicSpec",
    "FaultSpec",
    "FrontendSettings",
    "GatewaySettings",
    "Located",
    "OccurringFault",
    "Origin",
    "PacketFault",
    "Person",
    "Priority",
    "Problem",
    "ProjectSpec",
    "Role",
    "Rule",
    "Scenario",
    "ScenarioFault",
    "ServerEvent",
    "SprintSpec",
    "SprintStatus",
    "TaskSpec",
    "TaskStatus",
    "TokenState",
    "Transport",
    "UnknownScenarioError",
    "Unscripted",
    "bare_scenario",
    "find_scenario",
    "foreign_sign",
    "in_order",
    "list_scenarios",
    "load_scenario",
    "matches",
    "parse",
    "read_scenario",
    "read_yaml",
    "reference",
    "scenario_schema",
    "shown",
    "validate",
]
