"""Puts together the script that goes into every page, from tap.js, its parts and what others add."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from harness.journal.redact import SECRET_KEYS

_FOLDER = Path(__file__).parent
# lifecycle comes first, so that the document's record is the first of its document.
_PARTS = ("lifecycle.js", "stillness.js", "sockets.js", "requests.js", "xhr.js")
#: Where the tap's control object sits in a page: `flush()`, `quiet(timeout_ms)`, `gate`, `sockets()`,
#: `inject(ws, data)`, and `lens` when there is one.
CONTROL = 'globalThis[Symbol.for("lockstep.tap")]'


@dataclass(frozen=True, slots=True, kw_only=True)
class TapConfig:
    """What the tap keeps and how it hands it over."""

    secret_keys: tuple[str, ...] = SECRET_KEYS
    #: A REST body longer than this is noted by its size only.
    max_body_chars: int = 16_384
    #: An Engine.IO payload longer than this is cut off; servers refuse longer ones by default.
    max_payload_chars: int = 1_000_000
    #: A second batch follows the first after this time at the earliest, unless it grows large.
    gap_ms: int = 50
    #: How long records may wait in the page, in a steady stream or while Python does not answer.
    linger_ms: int = 250
    #: Records worth more than this are handed over at once.
    batch_chars: int = 64_000
    #: How much unanswered text may travel in sessionStorage to the next document.
    stash_chars: int = 1_500_000
    binding: str = field(default="__lockstep_tap__")


def tap_script(config: TapConfig, extensions: Sequence[str] = ()) -> str:
    """The init script; each extension is the source of a JavaScript function that gets the `tap` object."""
    parts = ",\n".join(f"({source})" for source in [*map(_read, _PARTS), *extensions])
    return f"({_read('tap.js')})({json.dumps(asdict(config))}, ({_read('redact.js')}), [{parts}]);"


@cache
def _read(name: str) -> str:
    source = (_FOLDER / name).read_text(encoding="utf-8").rstrip()
    return source.removesuffix(";")
