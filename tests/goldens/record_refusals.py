"""Records which exceptions TensorFlow raises, and for what: tests/goldens/refusals.json.

    python tests/goldens/record_refusals.py      (in an environment with tensorflow-cpu)

"calls" holds, for the first case of every function of tests/core/ops/cases, what comes of each way
to spoil one of its inputs; "programs" what comes of those of tests/core/support/misuse.py. An
exception is recorded by its type, a value as its text. The test-suite reads the file and never
needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.core.ops.support.spoiling import first_cases, grouped, outcomes  # noqa: E402
from tests.core.support.misuse import PROGRAMS, outcome  # noqa: E402


def main() -> None:
    """Write the file."""
    import tensorflow as tf

    warnings.simplefilter("ignore")
    tf.get_logger().setLevel("ERROR")
    found = {
        "calls": {case.function: grouped(outcomes(tf, case)) for case in first_cases()},
        "programs": {name: outcome(lambda p=p: p(tf)) for name, p in PROGRAMS.items()},
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / "refusals.json").write_text(text + "\n", encoding="utf-8")
    print({kind: len(entries) for kind, entries in found.items()})


if __name__ == "__main__":
    main()
