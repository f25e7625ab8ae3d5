"""The differences that are meant: `core/differences.toml`, each with its reason."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tests.fuzz.call import Call
from tests.fuzz.comparison import Difference

LIST = Path(__file__).resolve().parents[2] / "core" / "differences.toml"


@dataclass(frozen=True)
class Declared:
    """Which differences are meant; a pattern that is left out matches everything.

    `stands` is a piece of the sentence that says so in DIFFERENCES.md.
    """

    reason: str
    stands: str = ""
    functions: list[str] = field(default_factory=lambda: ["*"])
    aspects: list[str] = field(default_factory=lambda: ["*"])
    whats: list[str] = field(default_factory=lambda: ["*"])
    theirs: str = ""
    ours: str = ""
    program: str = ""

    def matches(self, call: Call, difference: Difference) -> bool:
        """Whether this difference of this call is one of those."""
        text = "\n".join([*(i.text for i in call.inputs), call.expression])
        return (
            any(fnmatchcase(call.function, pattern) for pattern in self.functions)
            and any(fnmatchcase(difference.aspect, pattern) for pattern in self.aspects)
            and any(fnmatchcase(difference.what, pattern) for pattern in self.whats)
            and bool(re.search(self.theirs, difference.theirs))
            and bool(re.search(self.ours, difference.ours))
            and bool(re.search(self.program, text))
        )


def declared() -> list[Declared]:
    """All of them."""
    return [Declared(**entry) for entry in tomllib.loads(LIST.read_text("utf-8"))["difference"]]
