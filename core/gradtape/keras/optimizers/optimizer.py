"""`Optimizer`: what all optimizers share: their variables, clipping, weight decay, the step count.

A subclass names its slots (further variables for each variable) and defines one step as arithmetic
on arrays.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import initializers, naming
from gradtape.keras.optimizers.averaging import Averaging
from gradtape.keras.optimizers.clipping import clipped
from gradtape.keras.optimizers.in_place import as_array, on_device, writable
from gradtape.keras.optimizers.rates import HasRate, as_rate
from gradtape.keras.optimizers.resuming import take_over
from gradtape.keras.optimizers.tracing import traced_step
from gradtape.keras.serializing import deserialize_keras_object
from gradtape.keras.variable import Variable
from gradtape.runtime import arrivals
from gradtape.runtime.recorders import restore_warnings, silence_warnings, state

Array = np.ndarray[Any, Any]


class Optimizer(HasRate, Averaging):
    """The base of all optimizers; `apply_gradients(zip(gradients, variables))` takes one step.

    Args:
      learning_rate: a number, a `LearningRateSchedule`, or a function.
      weight_decay: the share, times the learning rate, that variables lose before each step.
      clipnorm, clipvalue, global_clipnorm: at most one: the largest norm of each gradient, its
        largest element, the largest norm of all gradients together.
      use_ema, ema_momentum, ema_overwrite_frequency: whether a moving average of each variable is
        kept, a ← momentum · a + (1 − momentum) · x, and after how many steps it replaces them.
      loss_scale_factor: what `scale_loss` multiplies by and gradients are divided by.
      gradient_accumulation_steps: how many steps make one, with the mean of their gradients.

    Raises: ValueError where no variable has a gradient, for an argument it does not know, and for
    variables other than those of the first step; InvalidArgumentError where a gradient has another
    shape than its variable; nothing is changed then. Variables without a gradient (None) are left
    as they are, with a warning.
    """

    #: names of the further variables that each variable has
    slots: tuple[str, ...] = ()
    #: slots that stand beside each other in `variables`; all of them where it is empty
    slot_groups: tuple[tuple[str, ...], ...] = ()

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("jit_compile", None)  # there is nothing to compile
        self._take_averaging(kwargs)
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                "Argument `decay` is no longer supported and will be ignored. Give a "
                "keras.optimizers.schedules.InverseTimeDecay as learning_rate.",
                stacklevel=3,
            )
        if kwargs:
            raise ValueError(f"Argument(s) not recognized: {kwargs}")
        if sum(clip is not None for clip in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ValueError(
                "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
                f"clipnorm={clipnorm}, clipvalue={clipvalue}, global_clipnorm={global_clipnorm}"
            )
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self.weight_decay = weight_decay
        self.clipnorm, self.clipvalue, self.global_clipnorm = clipnorm, clipvalue, global_clipnorm
        self.built = False
        self._undecayed: list[tf.Variable] = []
        self._undecayed_names: list[str] = []
        self._trained: list[tf.Variable] = []
        self._places: dict[int, int] = {}
        self._slots: list[tuple[Variable, ...]] = []
        self._rooms: dict[Any, Array] = {}
        #: the places in `_trained` that may still be taken over (see resuming.py)
        self._copied: set[int] = set()
        with naming.inside(self):
            self.iterations = Variable(0, dtype=tf.int64, trainable=False, name="iteration")
            self._learning_rate: Any = as_rate(learning_rate)

    # -- what a subclass defines ------------------------------------------------------------------

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        """Change the array `x` and its `slots` in place by the gradient `g`, at step n ≥ 1."""
        raise NotImplementedError(
            f"{type(self).__name__} needs update_step(self, gradient, variable, learning_rate)."
        )

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step on one variable: what a subclass of your own defines."""
        place = self._places[id(variable)]
        self._update(place, as_array(gradient, variable), float(learning_rate), self._count() + 1)

    def _slot_value(self, slot: str, variable: tf.Variable) -> Array:
        return np.zeros(np.shape(variable._tensor._value), variable.dtype.as_numpy_dtype)

    def _begin_step(self, n: int) -> None:
        """What happens once at the start of step n ≥ 1, before any variable changes."""

    def _is_kept(self, slot: str, variable: tf.Variable) -> bool:
        """Whether a slot of this variable is one of `variables`; a placeholder is not."""
        return True

    # -- the step ---------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, tf.Variable]]) -> Variable:
        """One step for pairs of gradient and variable; gives `iterations`."""
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError(
                "No gradients provided for any variable: apply_gradients got an empty list of "
                "(gradient, variable) pairs. Is model.trainable_variables empty, or zip used up?"
            )
        for pair in pairs:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise ValueError(
                    "apply_gradients takes pairs: zip(gradients, variables). Got an entry "
                    f"of type {type(pair).__name__}."
                )
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iterations

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """One step for a list of gradients and the list of their variables."""
        gradients = list(grads)
        if state.trace is not None:
            traced_step(state.trace, self, gradients, trainable_variables)
            return
        variables = self._known(trainable_variables)
        if len(gradients) != len(variables):
            raise ValueError(
                f"apply got {len(gradients)} gradients for {len(variables)} variables."
            )
        places, arrays, missing = [], [], []
        for gradient, variable in zip(gradients, variables, strict=True):
            if gradient is None:
                missing.append(getattr(variable, "path", variable.name))
                continue
            places.append(self._places[id(variable)])
            arrays.append(as_array(gradient, variable))
        if not places:
            raise ValueError(
                "No gradients provided for any variable. tape.explain(loss, variable) says why a "
                "gradient is None."
            )
        if missing:
            warnings.warn(
                f"Gradients do not exist for variables {missing} when minimizing the loss. If "
                "using `model.compile()`, did you forget to provide a `loss` argument? "
                "tape.explain(loss, variable) says why a gradient is None.",
                UserWarning,
                stacklevel=3,
            )
        rate, n = self._rate(), self._count() + 1
        if self.loss_scale_factor is not None:
            arrays = [array / array.dtype.type(self.loss_scale_factor) for array in arrays]
        if self.gradient_accumulation_steps:
            arrays = self._accumulated(places, arrays, n)
            if not arrays:
                self.iterations.set_array(np.int64(n))
                return
        arrays = clipped(arrays, self.clipvalue, self.clipnorm, self.global_clipnorm)
        self._begin_step(n)
        if self._decays:
            for place in places:
                self._decay(self._trained[place], rate)
        if type(self).update_step is Optimizer.update_step:
            for place, array in zip(places, arrays, strict=True):
                self._update(place, array, rate, n)
        else:
            for place, array in zip(places, arrays, strict=True):
                self.update_step(tf.constant(array), self._trained[place], tf.constant(rate))
        for place in places:
            variable = self._trained[place]
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))
        if self.use_ema:
            self._average(n)
        self.iterations.set_array(np.int64(n))
        for array in arrays:
            if on_device(array):
                submit: Any = array.submit  # type: ignore[attr-defined]
                submit()  # the step is whole: the device begins while Python goes on
                break

    def _update(self, place: int, gradient: Array, rate: float, n: int) -> None:
        variable, slots = self._trained[place], self._slots[place]
        x, *states = (writable(each) for each in (variable, *slots))
        there: Any = next((array for array in (gradient, x) if on_device(array)), None)
        if there is not None:  # what is still on the host joins the gradient or the variable
            gradient, x, *states = map(there.beside, (gradient, x, *states))
        token = silence_warnings()  # 1/0 is inf, as everywhere here
        try:
            self._step(x, gradient, states, rate, n)
        finally:
            restore_warnings(token)
        variable.set_array(x)
        for slot, now in zip(slots, states, strict=True):
            slot.set_array(now)

    @property
    def _decays(self) -> bool:
        """Whether weights lose a share before each step."""
        return bool(self.weight_decay)

    def _decay_of(self, variable: tf.Variable) -> float:
        """The share, times the rate, that this variable loses."""
        return float(self.weight_decay or 0.0)

    def _decay(self, variable: tf.Variable, rate: float) -> None:
        if any(variable is each for each in self._undecayed):
            return
        if any(name in variable.name for name in self._undecayed_names):
            return
        x = writable(variable)
        loss = np.multiply(x, self._decay_of(variable), out=self._room(x))
        loss *= rate
        x -= loss
        variable.set_array(x)

    def _room(self, like: Array, which: int = 0) -> Array:
        """An array for intermediate values, of the shape and dtype of `like`."""
        if on_device(like):
            return like.copy()
        size, key = like.size, (like.dtype, which)
        room = self._rooms.get(key)
        if room is None or room.size < size:
            room = self._rooms[key] = np.empty(size, like.dtype)
        return room[:size].reshape(like.shape)

    # -- variables --------------------------------------------------------------------------------

    def build(self, variables: Iterable[tf.Variable]) -> None:
        """Make the slots for these variables, which all later steps are for."""
        if self.built:
            return
        for variable in variables:
            if id(variable) in self._places:
                continue
            if not isinstance(variable, tf.Variable):
                raise TypeError(
                    "An optimizer changes tf.Variables, got "
                    f"{type(variable).__name__}: {variable!r}. Pairs are (gradient, variable)."
                )
            self._places[id(variable)] = len(self._trained)
            self._trained.append(variable)
        self._build_averaging()
        for variable in self._trained[len(self._slots) :]:
            self._slots.append(tuple(self._new_slot(slot, variable) for slot in self.slots))
        self.built = True
        if arrivals.waiting:  # a checkpoint has values for the new slots
            arrivals.tell(self)

    def _checkpoint_children(self) -> dict[str, Any]:
        rate = self._learning_rate
        return {
            "_iterations": self.iterations,
            "_learning_rate": rate if isinstance(rate, Variable) else {},
            "_variables": self.variables,
            "_trainable_variables": self._trained,
        }

    def _new_slot(self, slot: str, variable: tf.Variable) -> Variable:
        return self._slot_of(slot, variable, self._slot_value(slot, variable))

    def _slot_of(self, slot: str, variable: tf.Variable, value: Array) -> Variable:
        own = getattr(variable, "path", None) or variable.name.replace(":", "_")
        name = f"{own.replace('/', '_')}_{slot}"
        with naming.inside(self):
            made = Variable(value, trainable=False, name=name)
        made.set_array(np.array(np.asarray(made._tensor)))
        return made

    def add_variable_from_reference(
        self, reference_variable: Any, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A new variable of the shape and dtype of another, for subclasses of your own."""
        like = reference_variable
        with naming.inside(self):
            return Variable(
                initializers.get(initializer), tuple(like.shape), like.dtype, False, name=name
            )

    def _known(self, variables: Any) -> list[tf.Variable]:
        if variables is None:
            if not self.built:
                raise ValueError(
                    "When passing `grads` without `variables`, the optimizer must already be built "
                    "on a list of variables. Call `optimizer.build(trainable_variables)` first."
                )
            return self._trained
        given: list[tf.Variable] = list(variables)
        self.build(given)
        if self._copied:
            take_over(self, given)
        for variable in given:
            if id(variable) not in self._places:
                raise ValueError(
                    f"Unknown variable: {variable!r}. This optimizer can only be called for the "
                    "variables it was originally built with. When working with a new set of "
                    "variables, you should recreate a new optimizer instance."
                )
        return given

    def __getstate__(self) -> dict[str, Any]:
        state = dict(vars(self))
        del state["_places"], state["_rooms"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _rooms={})
        self._places = {id(variable): place for place, variable in enumerate(self._trained)}
        self._copied = set(self._places.values())

    @property
    def variables(self) -> list[Variable]:
        """The step count, the learning rate where it is a number, and all slots."""
        rate = [self._learning_rate] if isinstance(self._learning_rate, Variable) else []
        ordered = [
            slots[self.slots.index(name)]
            for together in self.slot_groups or (self.slots,)
            for variable, slots in zip(self._trained, self._slots, strict=True)
            for name in together
            if self._is_kept(name, variable)
        ]
        return [self.iterations, *rate, *self._averages_and_sums, *ordered]

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Keep weight decay away from these variables, or from those whose names hold a word."""
        self._undecayed.extend(var_list or ())
        self._undecayed_names.extend(var_names or ())

    # -- keeping ----------------------------------------------------------------------------------

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Put the values of all variables into a dictionary."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = np.array(np.asarray(variable._tensor))

    def load_own_variables(self, store: dict[str, Any]) -> None:
        """Set all variables from such a dictionary; the optimizer must be built."""
        if len(store) != len(self.variables):
            raise ValueError(
                f"{self.name} has {len(self.variables)} variables, but {len(store)} came. Call "
                "optimizer.build(variables) before loading."
            )
        for i, variable in enumerate(self.variables):
            variable.assign(store[str(i)])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        rate = self._learning_rate
        return {
            "name": self.name,
            "learning_rate": float(rate.numpy()) if isinstance(rate, Variable) else rate,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            **self._averaging_config(),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Optimizer:
        """The optimizer made from `get_config`'s arguments."""
        return cls(**deserialize_keras_object(config))
