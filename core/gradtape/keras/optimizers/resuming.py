"""How a copied or unpickled optimizer goes on with variables that it has not met."""

from __future__ import annotations

from typing import Any

import gradtape as tf


def take_over(optimizer: Any, given: list[tf.Variable]) -> None:
    """Let a copy go on with the variables it meets first, also with others than its own.

    A copied or unpickled optimizer has copies of its variables. Where it is called for those of the
    original, or of a model that was restored by itself, each takes the place of the one of its
    position (where all fit), or of its name, shape and dtype. What fits nowhere stays unknown.
    """
    places, trained = optimizer._places, optimizer._trained
    if all(id(variable) in places for variable in given):
        optimizer._copied.difference_update(places[id(variable)] for variable in given)
        return
    by_position = len(given) == len(trained) and all(map(_fits, given, trained))
    for k, variable in enumerate(given):
        candidates = [
            place
            for place in optimizer._copied
            if (place == k if by_position else _is_named_alike(variable, trained[place]))
        ]
        if id(variable) in places or len(candidates) != 1:
            continue
        (place,) = candidates
        old, trained[place] = trained[place], variable
        optimizer._undecayed = [variable if each is old else each for each in optimizer._undecayed]
        del places[id(old)]
        places[id(variable)] = place
        optimizer._copied.discard(place)


def _fits(a: tf.Variable, b: tf.Variable) -> bool:
    return bool(a.shape == b.shape and a.dtype == b.dtype)


def _is_named_alike(a: tf.Variable, b: tf.Variable) -> bool:
    return _fits(a, b) and getattr(a, "path", a.name) == getattr(b, "path", b.name)
