"""Keys whose values are never written down."""

_SECRET_KEYS = frozenset({"password", "token", "access_token", "refresh_token", "authorization", "secret"})


def is_secret(key: str) -> bool:
    """Tell whether what stands under a key is to be blotted out."""
    return key.lower() in _SECRET_KEYS
