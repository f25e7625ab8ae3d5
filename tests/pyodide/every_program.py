"""Runs each program beside it as if it were alone, and prints what all of them printed as JSON.

One tab's Python runs them all, because it takes seconds to start. The engine is imported anew for
each, so that no program sees another one's seeds, counters or registrations.
"""

import contextlib
import io
import json
import runpy
import sys
import traceback
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np


def run(program: Path) -> str:
    """What `program` printed, its error included where it raised one."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "gradtape"]:
        del sys.modules[name]
    np.random.seed(0)
    plt.close("all")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            runpy.run_path(str(program), run_name="__main__")
        except Exception:
            output.write(traceback.format_exc())
    return output.getvalue()


def main() -> None:
    """Run them in the order of their names."""
    others = [path for path in sorted(Path().glob("*.py")) if path.name != Path(__file__).name]
    print(json.dumps({program.name: run(program) for program in others}))


main()
