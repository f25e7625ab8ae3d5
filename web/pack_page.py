"""Puts the built page into the wheel, as a step of the wheel's build (hatchling calls it).

With the page inside, an installed wheel serves it: `gradtape serve` looks for it beside the
server's own files. Where no page is built, and where GRADTAPE_PAGE=no says so, the wheel is built
without one.
"""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackPage(BuildHookInterface[Any]):
    """The build step."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the page's folder and its place in the wheel; `version` is the kind of wheel."""
        page = Path(self.root) / "web" / "dist"
        wanted = os.environ.get("GRADTAPE_PAGE", "yes") != "no"
        if wanted and version == "standard" and (page / "manifest.json").is_file():
            build_data["force_include"][str(page)] = "gradtape_server/page"
