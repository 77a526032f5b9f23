"""How servers answer a long-polling request of a session that they do not know."""

from __future__ import annotations

import json

#: Engine.IO's code for it; python-engineio says it in words.
_CODE = 1
_WORDS = "invalid session"


def is_unknown_session(text: str) -> bool:
    """Whether the body of a 400 says that."""
    try:
        told = json.loads(text)
    except ValueError:
        return False
    if isinstance(told, str):
        return told.lower().startswith(_WORDS)
    return isinstance(told, dict) and told.get("code") == _CODE
