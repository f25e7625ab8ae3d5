"""The programs that stand in a Markdown text, each with the output printed below it."""

import re
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Program(NamedTuple):
    """A ```python block and the ```text block that follows it with nothing between (or None)."""

    line: int
    code: str
    output: str | None


def programs(page: Path) -> list[Program]:
    """The Python programs of a page, in order."""
    text = page.read_text(encoding="utf-8")
    blocks = list(FENCE.finditer(text))
    found = []
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block[1] != "python":
            continue
        output = None
        if (
            following
            and following[1] == "text"
            and not text[block.end() : following.start()].strip()
        ):
            output = following[2]
        found.append(Program(text.count("\n", 0, block.start()) + 1, block[2], output))
    return found
