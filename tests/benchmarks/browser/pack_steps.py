"""Packs the engine with steps.py beside it, for the tab of stack.mjs: python -m … TARGET.zip."""

import sys
from pathlib import Path

from tests.webgpu.tab.browser import pack

pack(Path(sys.argv[1]), **{"steps.py": Path(__file__).with_name("steps.py").read_bytes()})
