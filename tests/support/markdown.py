"""The programs that stand in a Markdown text, each with the output printed below it."""

import re
from itertools import zip_longest
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
    for block, following in zip_longest(blocks, blocks[1:]):
        if block[1] != "python":
            continue
        output = None
        if following and following[1] == "text":
            between = text[block.end() : following.start()]
            output = None if between.strip() else following[2]
        found.append(Program(text.count("\n", 0, block.start()) + 1, block[2], output))
    return found
