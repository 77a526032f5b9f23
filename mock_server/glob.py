"""Matching of paths and event names against a pattern with stars, the only kind of glob that there is."""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    """Tell whether `text` is `pattern`, where each `*` stands for one or more characters, slashes too."""
    return _compiled(pattern).fullmatch(text) is not None


def foreign_sign(pattern: str) -> str | None:
    """Return the first sign that other globs know and this one does not, None when there is none."""
    return next((sign for sign in pattern if sign in "?["), None)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)
