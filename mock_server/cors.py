"""Cross-origin rules: which web pages a browser lets talk to the gateway."""

from collections.abc import Callable
from urllib.parse import urlsplit

_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
_DEFAULT_HEADERS = "Authorization, Content-Type"
_PREFLIGHT_AGE_S = 600

ANY_ORIGIN = "*"


def origin_rule(configured: str | None, ui_port: int, *, wildcard_host: bool) -> Callable[[str], bool]:
    """Return the test of an `Origin` header.

    `configured` is CORS_ORIGIN: origins separated by commas, or `*`. Without it the frontend's own is
    allowed: its port on 127.0.0.1, localhost and ::1, or on any host when the stub listens on all of them.
    """
    allowed = {each.strip().rstrip("/") for each in (configured or "").split(",") if each.strip()}
    if ANY_ORIGIN in allowed:
        return lambda origin: True
    if allowed:
        return lambda origin: origin in allowed
    own = {f"http://{host}:{ui_port}" for host in ("127.0.0.1", "localhost", "[::1]")}
    if not wildcard_host:
        return lambda origin: origin in own
    return lambda origin: origin in own or _port(origin) == ui_port


def cors_headers(origin: str | None, allows: Callable[[str], bool]) -> dict[str, str]:
    """Return the headers for an answer to a page of `origin`; none of them lets another origin read it."""
    headers = {"Vary": "Origin"}
    if origin is not None and allows(origin):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
    return headers


def preflight_headers(asked_headers: str | None) -> dict[str, str]:
    """Return what an allowed preflight gets on top of `cors_headers`."""
    return {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": asked_headers or _DEFAULT_HEADERS,
        "Access-Control-Max-Age": str(_PREFLIGHT_AGE_S),
    }


def _port(origin: str) -> int | None:
    try:
        return urlsplit(origin).port
    except ValueError:
        return None
