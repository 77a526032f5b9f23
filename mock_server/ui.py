"""Serves the built reference frontend."""

import mimetypes
from pathlib import Path

from aiohttp import web

from mock_server.errors import StartError

DEFAULT_DIR = Path(__file__).parent / "webui" / "dist"

_INDEX = "index.html"
_ASSET_AGE_S = 31_536_000


def check_build(directory: Path) -> None:
    """Raise StartError when there is no built frontend in `directory`."""
    if not (directory / _INDEX).is_file():
        raise StartError(f"the frontend is not built: no {_INDEX} in {directory}; run scripts/setup")


def static_answer(directory: Path, path: str) -> web.StreamResponse:
    """Return the file that a URL path names; a path without a dot is a page of the app, so `index.html`."""
    relative = path.lstrip("/")
    if "." not in relative.rsplit("/", 1)[-1]:
        relative = _INDEX
    root = directory.resolve()
    file = (root / relative).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        return web.Response(status=404, text="not found")
    # Files under assets/ carry a hash of their content in their names.
    fresh = f"public, max-age={_ASSET_AGE_S}, immutable" if relative.startswith("assets/") else "no-cache"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return web.FileResponse(file, headers={"Cache-Control": fresh, "Content-Type": kind})
