"""A process that evaluates calls in TensorFlow: one line of JSON in, one line of JSON out."""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(Path(__file__).resolve().parent))

from outcome import evaluated


def main() -> None:
    """Answer until the input ends; whatever a library prints goes to the error stream."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    library = importlib.import_module(sys.argv[1])
    if library.__name__ == "tensorflow":  # small tensors: one thread is quickest
        library.config.threading.set_intra_op_parallelism_threads(1)
        library.config.threading.set_inter_op_parallelism_threads(1)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    print(json.dumps({"version": library.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(evaluated(library, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
