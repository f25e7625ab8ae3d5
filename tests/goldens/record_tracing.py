"""Records what TensorFlow gives for the rules of tf.function (tests/core/tracing/rules).

python tests/goldens/record_tracing.py      (in an environment with tensorflow-cpu)
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.core.tracing.rules import RULES, outcome

HERE = Path(__file__).resolve().parent


def main() -> None:
    import tensorflow as tf

    recorded = {name: outcome(run, tf) for name, run in RULES.items()}
    text = json.dumps(recorded, indent=1, sort_keys=True)
    (HERE / "tracing.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
