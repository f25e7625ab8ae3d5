"""`tf.random.experimental`: older names of what `tf.random` has, and the stateless shuffle."""

from gradtape.random.arguments import Algorithm
from gradtape.random.generator import (
    Generator,
    create_rng_state,
    get_global_generator,
    set_global_generator,
)
from gradtape.random.shuffle import stateless_shuffle
from gradtape.random.stateless import fold_in as stateless_fold_in
from gradtape.random.stateless import split as stateless_split

__all__ = [
    "Algorithm",
    "Generator",
    "create_rng_state",
    "get_global_generator",
    "set_global_generator",
    "stateless_fold_in",
    "stateless_shuffle",
    "stateless_split",
]
