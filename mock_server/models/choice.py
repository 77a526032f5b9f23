"""Which model a scenario names."""

from collections.abc import Callable, Mapping

from mock_server.models.bare import Bare
from mock_server.models.collection import Collection
from mock_server.models.devmentor import DevMentor
from mock_server.models.model import Model
from mock_server.scenario.model import ModelName, Scenario
from mock_server.world import World

_MODELS: Mapping[ModelName, Callable[[World], Model]] = {
    ModelName.DEVMENTOR: DevMentor,
    ModelName.NONE: Bare,
    ModelName.COLLECTION: Collection,
}


def model_of(scenario: Scenario) -> Callable[[World], Model]:
    """Return what makes the scenario's model for a world."""
    return _MODELS[scenario.model]
