"""Build hook: a wheel carries the built frontend and the fixtures, so an installed Lockstep is complete."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LockstepBuildHook(BuildHookInterface[Any]):
    """Builds mock_server/webui/dist when it is not fresh and adds what is not a Python file to the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from the registry, but only for a machine that has none and a build that is not there."""
        frontend = self._frontend()
        if self.target_name != "wheel" or not self._must_build(frontend) or frontend.find_node():
            return []
        project = tomllib.loads(Path(self.root, "pyproject.toml").read_text())
        return list(project["dependency-groups"]["node"])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the frontend and the fixtures; an editable install takes both from the source tree."""
        if self.target_name != "wheel" or version == "editable":
            return
        frontend = self._frontend()
        webui = Path(self.root, "mock_server", "webui")
        if self._must_build(frontend):
            node = frontend.find_node()
            if node is None:
                raise SystemExit(
                    f"lockstep: building the frontend needs node and npm, {frontend.NODE_NEEDED}."
                )
            frontend.build(node, webui)
        build_data["force_include"][str(webui / "dist")] = "mock_server/webui/dist"
        build_data["force_include"][str(Path(self.root, "fixtures"))] = "mock_server/_fixtures"

    def _must_build(self, frontend: ModuleType) -> bool:
        state = frontend.build_state(Path(self.root, "mock_server", "webui"))
        return state in (frontend.BuildState.MISSING, frontend.BuildState.STALE)

    def _frontend(self) -> ModuleType:
        """Loads harness/frontend.py alone: its package needs what is not installed while building."""
        name = "lockstep_frontend"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, Path(self.root, "harness", "frontend.py"))
            assert spec is not None
            assert spec.loader is not None
            sys.modules[name] = module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        return sys.modules[name]
