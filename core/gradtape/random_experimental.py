"""`tf.random.experimental`: older names of what `tf.random` has, and the stateless shuffle."""

from gradtape.random_arguments import Algorithm
from gradtape.random_generator import (
    Generator,
    create_rng_state,
    get_global_generator,
    set_global_generator,
)
from gradtape.random_shuffle import stateless_shuffle
from gradtape.random_stateless import fold_in as stateless_fold_in
from gradtape.random_stateless import split as stateless_split

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
