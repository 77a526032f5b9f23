"""Writes what a probe found as a target file: the one that was probed, with what is otherwise set right."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from harness.target import Target

#: What a file needs not say: its name is the file's own.
_LEFT_OUT = frozenset(("name",))
_READ = frozenset(("selector", "attribute", "optional"))


def filled_in(target: Target, found: Mapping[str, Any]) -> str:
    """YAML of `target` with the dotted keys of `found` in it; secrets stay `${env.NAME}`."""
    said: dict[str, Any] = target.model_dump(mode="json", exclude_defaults=True)
    said = {key: _shortened(value) for key, value in said.items() if key not in _LEFT_OUT}
    for path, value in found.items():
        *parents, last = path.split(".")
        place = said
        for name in parents:
            place = place.setdefault(name, {})
        place[last] = value
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(said, stream)
    return stream.getvalue()


def _shortened(value: Any) -> Any:
    """Readings of a lens as people write them: `h3@title?`."""
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value and value.keys() <= _READ:
        attribute = f"@{value['attribute']}" if value.get("attribute") else ""
        return f"{value.get('selector', '')}{attribute}{'?' if value.get('optional') else ''}"
    return {key: _shortened(each) for key, each in value.items()}
