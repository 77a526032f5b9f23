"""What a URL's host tells: whether it is one, its origin, and whether it looks like production."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

#: Words in a host name that say: this is not where the customers are.
_NOT_PRODUCTION = frozenset(
    ("dev", "develop", "development", "staging", "stage", "stg", "test", "testing", "tests", "qa", "uat")
) | frozenset(("e2e", "ci", "preview", "review", "sandbox", "demo", "local", "localhost", "internal", "lan"))


def http_url(text: str) -> str:
    """`text` without a slash at its end. Raises ValueError for what is no address of http or https."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is no address: write it like https://staging.example.org")
    try:
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise ValueError(f"{text!r} has a port that is none") from None
    if parts.username or parts.password:
        raise ValueError("an address has no user and password in it: these belong to `people`")
    return text.rstrip("/")


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, equal for what a browser takes for one origin."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def looks_like_production(url: str) -> bool:
    """Whether the host of `url` is neither this machine or network nor named as a place for tests."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        words = re.split(r"[.\-_]", host)
        return not any(
            word.rstrip("0123456789") in _NOT_PRODUCTION or word in _NOT_PRODUCTION for word in words
        )
    return not (address.is_loopback or address.is_private or address.is_link_local)
