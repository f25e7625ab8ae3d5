"""Runs every program beside it in a tab's Python and prints all results as JSON."""

import json
import traceback
from pathlib import Path

import running

results = {}
for program in sorted(Path().glob("*.py")):
    if program.stem not in ("in_tab", "running"):
        try:
            results[program.stem] = running.run(program.stem, "gradtape", Path())
        except Exception:
            results[program.stem] = traceback.format_exc()
print(json.dumps(results))
