"""Records what TensorFlow's `summary_iterator` reads from its own event file, value by value.

    python tests/goldens/record_summaries.py [FILE]      (with TensorFlow and TensorBoard)

With a FILE it prints what it reads from that event file instead: whoever wrote it.
"""

from __future__ import annotations

import glob
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import summary_cases
import tensorflow as tf


def read(name: str) -> list[list[object]]:
    """Step and value of each summary of an event file."""
    return [
        [event.step, value.SerializeToString(deterministic=True).hex()]
        for event in tf.compat.v1.train.summary_iterator(name)
        for value in event.summary.value
    ]


def main() -> None:
    """Write the file."""
    if sys.argv[1:]:
        print(json.dumps(read(sys.argv[1])))
        return
    folder = tempfile.mkdtemp()
    with tf.summary.create_file_writer(folder).as_default():
        summary_cases.write(tf)
    found = read(glob.glob(f"{folder}/*")[0])
    where = Path(__file__).resolve().parent / "summaries.json"
    where.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
