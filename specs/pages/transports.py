"""What a spec is run over when its rule does not depend on it."""

from __future__ import annotations

import pytest


def _over(**scenarios: str) -> pytest.MarkDecorator:
    """The parameter `transport`, and the scenario of each."""
    named = scenarios.items()
    params = [pytest.param(name, marks=pytest.mark.scenario(scenario)) for name, scenario in named]
    return pytest.mark.parametrize("transport", params)


_BOTH = {"websocket": "connection/websocket", "polling": "connection/long_polling"}
_PATIENT = {"websocket": "interleavings/websocket", "polling": "interleavings/long_polling"}

ON_BOTH_TRANSPORTS = _over(**_BOTH)
#: And from long-polling to a websocket, while the page is at work.
ON_EVERY_TRANSPORT = _over(**_BOTH, upgrade="connection/upgrade")
#: The app waits a minute for an answer, so that a spec can hold it back.
PATIENT_ON_BOTH_TRANSPORTS = _over(**_PATIENT)
PATIENT_ON_EVERY_TRANSPORT = _over(**_PATIENT, upgrade="interleavings/upgrade")
#: The gateway takes no more than a few kilobytes.
SMALL_PAYLOAD_ON_BOTH_TRANSPORTS = _over(
    websocket="limits/small_payload", polling="limits/small_payload_polling"
)
