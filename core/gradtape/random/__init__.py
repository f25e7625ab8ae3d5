"""`tf.random`: random tensors, the very numbers of TensorFlow's CPU build for the same seeds.

Three ways to draw: `stateless_…` functions depend on their seed alone; `normal`, `uniform`, …
follow `set_seed`; a `Generator` carries its own state. All read Philox streams (`philox.py`), and
none depends on the machine: natively and in a browser the numbers are the same.
"""

from typing import TYPE_CHECKING

from gradtape.names.absence import absent_from
from gradtape.random import experimental as experimental
from gradtape.random.arguments import Algorithm
from gradtape.random.candidates import (
    all_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from gradtape.random.categorical import categorical, stateless_categorical
from gradtape.random.generator import (
    Generator,
    create_rng_state,
    get_global_generator,
    set_global_generator,
)
from gradtape.random.seeds import set_seed
from gradtape.random.shuffle import shuffle
from gradtape.random.stateful import normal, truncated_normal, uniform
from gradtape.random.stateless import (
    fold_in,
    split,
    stateless_normal,
    stateless_truncated_normal,
    stateless_uniform,
)

__all__ = [
    "Algorithm",
    "Generator",
    "all_candidate_sampler",
    "categorical",
    "create_rng_state",
    "experimental",
    "fold_in",
    "get_global_generator",
    "log_uniform_candidate_sampler",
    "normal",
    "set_global_generator",
    "set_seed",
    "shuffle",
    "split",
    "stateless_categorical",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
    "uniform_candidate_sampler",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
