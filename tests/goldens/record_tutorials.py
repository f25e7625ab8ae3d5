"""Records what the programs of `tests/tutorials` end with under TensorFlow: tutorials.json.

Run by `make goldens`, with the Python that has TensorFlow.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tutorials"))
import running  # noqa: E402

recorded = {name: running.run(name, "tensorflow") for name in running.names()}
lines = [f"{json.dumps(name)}: {json.dumps(results)}" for name, results in recorded.items()]
text = "{\n" + ",\n".join(lines) + "\n}\n"
(HERE / "tutorials.json").write_text(text, encoding="utf-8")
print(f"tutorials.json: {len(recorded)} programs")
