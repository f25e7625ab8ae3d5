"""Packs the engine with the benchmark's steps for the tab of stack.mjs: python -m … TARGET.zip."""

import sys
from pathlib import Path

from tests.webgpu.support.tab.browser import pack

HERE = Path(__file__).parent
FILES = (HERE / "steps.py", HERE.parent / "problems.py")
pack(Path(sys.argv[1]), **{file.name: file.read_bytes() for file in FILES})
