"""One structured line on standard error for each notable thing: `time level message key=value ...`."""

import json
import logging
import sys
from typing import Any

from mock_server.journal import redacted

_LOGGER = logging.getLogger("lockstep.stub")


class _Log:
    """Logs a message with fields; secrets in the fields are blotted out."""

    def info(self, text: str, **fields: Any) -> None:
        self._line(logging.INFO, text, fields)

    def warning(self, text: str, **fields: Any) -> None:
        self._line(logging.WARNING, text, fields)

    def error(self, text: str, **fields: Any) -> None:
        self._line(logging.ERROR, text, fields)

    def _line(self, level: int, text: str, fields: dict[str, Any]) -> None:
        if _LOGGER.isEnabledFor(level):
            shown = (f"{name}={_shown(value)}" for name, value in redacted(fields).items())
            _LOGGER.log(level, "%s", " ".join([text.replace("\n", " "), *shown]))


log = _Log()


def configure() -> None:
    """Send the lines to standard error; without this call the surrounding program decides."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(levelname)-7s %(message)s", "%H:%M:%S"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return json.dumps(text) if not text or any(c.isspace() or c in '"=' for c in text) else text
