"""What a spec is run over when its rule does not depend on it."""

from __future__ import annotations

import pytest

ON_BOTH_TRANSPORTS = pytest.mark.parametrize(
    "transport",
    [
        pytest.param("websocket", marks=pytest.mark.scenario("connection/websocket")),
        pytest.param("polling", marks=pytest.mark.scenario("connection/long_polling")),
    ],
)
