"""`tf.config.threading`: how many threads may work. NumPy's own libraries decide; kept, no more.

What decides are environment variables such as `OPENBLAS_NUM_THREADS`, set before Python starts.
"""

from __future__ import annotations

_wished = {"inter": 0, "intra": 0}


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Kept, and of no effect: ops run one after the other."""
    _wished["inter"] = int(num_threads)


def get_inter_op_parallelism_threads() -> int:
    """What was set; 0 stands for the library's own choice."""
    return _wished["inter"]


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Kept, and of no effect: the threads of one op are the BLAS library's."""
    _wished["intra"] = int(num_threads)


def get_intra_op_parallelism_threads() -> int:
    """What was set; 0 stands for the library's own choice."""
    return _wished["intra"]
