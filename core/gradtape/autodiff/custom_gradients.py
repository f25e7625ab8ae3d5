"""Gradients that users write: `custom_gradient`, `recompute_grad`, `RegisterGradient`.

User code sees tensors always, so the bare arrays (or batches) of a backward pass are wrapped on the
way in and unwrapped on the way out.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from gradtape import nest
from gradtape.autodiff.tape import GradientTape
from gradtape.primitives.op import KEEP, Op
from gradtape.primitives.registry import FOREIGN_GRADIENTS, REGISTRY, load_all, lookup
from gradtape.runtime.call_sites import user_frame
from gradtape.runtime.recorders import recorders, state
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor, Tensor, wrap
from gradtape.tensors.variable import Variable


class Watcher:
    """A recorder that only notes which variables are read."""

    inline_records = False
    tracked: frozenset[int] = frozenset()
    cut_off_ids: frozenset[int] = frozenset()

    def __init__(self) -> None:
        self.read: dict[int, Variable] = {}

    def note_read(self, variable: Variable, tensor: Any) -> None:
        """Remember a variable that a gradient could be asked for."""
        if variable.trainable and variable.dtype.is_differentiable:
            self.read[variable._id] = variable

    def note_exit(self, *_: Any) -> None:
        """Nothing."""

    def note_assign(self, *_: Any) -> None:
        """Nothing."""


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorator: the gradient of `f` is what `f` itself returns.

    `f(*args)` returns `(y, grad_fn)`; `grad_fn(*dy)` gets one cotangent per output (flattened) and
    returns one gradient per positional argument (None where there is none). If `f` reads trainable
    variables that are no arguments, `grad_fn` takes `variables=` and returns
    `(gradients of args, gradients of variables)`. Nested use and higher orders work: the ops inside
    `grad_fn` are differentiated in their turn. In forward mode `grad_fn` is transposed.

    Raises: TypeError where a tracked tensor comes as a keyword argument (it would get no gradient),
    where `f` does not return a pair, or `grad_fn` lacks `variables`; ValueError for a wrong number
    or shape of gradients.

    >>> import gradtape as tf
    >>> @tf.custom_gradient
    ... def clip_gradients(y):
    ...     return y, lambda dy: tf.clip_by_norm(dy, 0.5)
    >>> v = tf.Variable(2.0)
    >>> with tf.GradientTape() as t:
    ...     output = clip_gradients(v * v)
    >>> print(t.gradient(output, v))
    tf.Tensor(2.0, shape=(), dtype=float32)
    """
    if f is None:
        return custom_gradient

    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return _call(f, args, kwargs)

    return wrapper


def _call(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = getattr(f, "__name__", "function")
    flat = nest.flatten(args)
    inputs = {k: _operand(x) for k, x in enumerate(flat) if is_tensor_like(x)}
    _refuse_tracked_keywords(name, kwargs)
    for x in inputs.values():
        # grad_fn speaks of one element; a tape around the map sees all of them at once
        if any(r in getattr(x._value, "outside", ()) for r in state.recorders):
            raise TypeError(
                f"@tf.custom_gradient: {name} is called inside tf.vectorized_map, and a tape around"
                " the map records; its gradient is known element by element alone, as in tf.map_fn."
            )
    if state.trace is not None:
        state.trace.own_gradients = True
    watcher = Watcher()
    with recorders((*state.recorders, watcher)):
        pair = f(*args, **kwargs)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not callable(pair[1]):
        raise TypeError(
            f"@tf.custom_gradient: {name} must return (y, grad_fn) with a callable grad_fn, but "
            f"returned {pair!r}."
        )
    result, grad_fn = pair
    given = {x._id for x in flat if isinstance(x, Variable)}
    variables = [v for i, v in watcher.read.items() if i not in given]
    if variables and not _takes_variables(grad_fn):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since "
            f"function uses variables: {[v.name for v in variables]}. Write grad_fn(dy, "
            "variables=None) and return (grad_args, grad_variables)."
        )
    leaves = [convert(y) for y in nest.flatten(result)]
    outputs = tuple(wrap(y._value) for y in leaves)
    tensors = [*inputs.values(), *(v._operand() for v in variables)]
    op = _make_op(name, grad_fn, len(flat), list(inputs), tensors, variables, len(outputs))
    frame = user_frame(2)
    for recorder in state.recorders:
        if any(t._id in recorder.tracked for t in tensors):
            recorder.record(
                op, tuple(tensors), outputs if len(outputs) != 1 else outputs[0], {}, frame
            )
        else:  # nothing that the rule speaks of is tracked: the inner ops stand
            identity = lookup("Identity").op  # type: ignore[attr-defined]
            for inner, outer in zip(leaves, outputs, strict=True):
                if inner._id in recorder.tracked:
                    recorder.record(identity, (inner,), outer, {}, frame)
                elif recorder.cut_off_ids:
                    recorder.record_cut(identity, (inner,), outer, frame)
    return nest.pack_sequence_as(result, list(outputs)) if nest.is_nested(result) else outputs[0]


def _operand(x: Any) -> EagerTensor:
    return x._operand() if isinstance(x, Variable) else convert(x)


def _refuse_tracked_keywords(name: str, kwargs: dict[str, Any]) -> None:
    for key, value in kwargs.items():
        for leaf in nest.flatten(value):
            if is_tensor_like(leaf) and any(
                _operand(leaf)._id in r.tracked for r in state.recorders
            ):
                raise TypeError(
                    f"@tf.custom_gradient: {name} got the tensor {key}= by keyword, and keyword "
                    "arguments get no gradient. Pass it positionally (or tf.stop_gradient(it), "
                    "if no gradient is wanted)."
                )


def _takes_variables(grad_fn: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(grad_fn).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(p.name == "variables" or p.kind is p.VAR_KEYWORD for p in parameters)


def _make_op(
    name: str,
    grad_fn: Callable[..., Any],
    n_args: int,
    positions: list[int],
    tensors: list[EagerTensor],
    variables: list[Variable],
    n_outputs: int,
) -> Op:
    shapes = [tuple(t._value.shape) for t in tensors]
    dtypes = [t.dtype for t in tensors]

    def pullback(g: Any, _y: Any, *_xs: Any) -> Any:
        bare = not isinstance(g[0] if n_outputs != 1 else g, EagerTensor)
        upstream = [_wrapped(part) for part in (g if n_outputs != 1 else (g,))]
        if variables:
            both = grad_fn(*upstream, variables=variables)
            if not isinstance(both, (tuple, list)) or len(both) != 2:
                raise ValueError(
                    f"the grad_fn of {name} reads variables, so it must return (gradients of the "
                    f"arguments, gradients of the variables), but returned {both!r}."
                )
            own, of_variables = _listed(both[0]), _listed(both[1])
            if len(of_variables) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn. "
                    f"{len(of_variables)} came for {[v.name for v in variables]}."
                )
        else:
            own, of_variables = _listed(grad_fn(*upstream)), []
        if len(own) != n_args:
            raise ValueError(
                f"custom_gradient function expected to return {n_args} gradients, but returned "
                f"{len(own)} instead. Return one per positional argument, None where there is "
                "none."
            )
        chosen = [own[k] for k in positions] + of_variables
        return tuple(
            _checked(name, k, gx, shape, dtype, bare)
            for k, (gx, shape, dtype) in enumerate(zip(chosen, shapes, dtypes, strict=True))
        )

    return _user_op(name, pullback)


def _user_op(name: str, pullback: Callable[..., Any]) -> Op:
    return Op(name, pullback, name=name, kind="user", pullback=pullback, structural=True)


def _listed(value: Any) -> list[Any]:
    return nest.flatten(value) if isinstance(value, (tuple, list, dict)) else [value]


def _wrapped(g: Any) -> Any:
    return g if isinstance(g, EagerTensor) else wrap(g)


def _checked(name: str, k: int, g: Any, shape: tuple[int, ...], dtype: Any, bare: bool) -> Any:
    """A user's gradient with the dtype and shape of its input, or an error."""
    if g is None:
        return None
    if isinstance(g, IndexedSlices):
        return IndexedSlices(g.values._value, g.indices._value, shape) if bare else g
    tensor = convert(g, dtype if not is_tensor_like(g) else None)
    if tensor.dtype != dtype or tuple(tensor._value.shape) != shape:
        raise ValueError(
            f"the gradient that {name}'s grad_fn returned for argument {k} is {tensor.dtype.name}"
            f"{list(tensor._value.shape)}, but the argument is {dtype.name}{list(shape)}; they "
            "must agree."
        )
    return tensor._value if bare else tensor


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose inner values are computed again in the backward pass instead of being kept.

    Trades time (one more call of `f`) for memory. Gradients flow to the positional arguments and to
    the variables that `f` reads. `wrapped.__wrapped__` is `f`.

    >>> import gradtape as tf
    >>> square = tf.recompute_grad(lambda x: x * x)
    >>> x = tf.Variable(3.0)
    >>> with tf.GradientTape() as t:
    ...     y = square(x)
    >>> t.gradient(y, x).numpy()
    np.float32(6.0)
    """

    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        @custom_gradient
        def inner(*inner_args: Any) -> Any:
            with recorders(tuple(r for r in state.recorders if isinstance(r, Watcher))):
                result = f(*inner_args, **kwargs)

            def grad(*dy: Any, variables: Any = None) -> Any:
                variables = variables or []
                fresh = nest.map_structure(
                    lambda x: lookup("Identity")(_operand(x)) if is_tensor_like(x) else x,
                    list(inner_args),
                )
                tensors = [x for x in nest.flatten(fresh) if isinstance(x, Tensor)]
                with GradientTape() as tape:
                    tape.watch([t for t in tensors if t.dtype.is_differentiable])
                    again = f(*fresh, **kwargs)
                pulled = tape.gradient(
                    nest.flatten(again), [*tensors, *variables], output_gradients=list(dy)
                )
                supply = iter(pulled)
                own = [next(supply) if isinstance(x, Tensor) else None for x in nest.flatten(fresh)]
                return (own, list(supply)) if variables else own

            return result, grad

        return inner(*args)

    wrapper.__wrapped__ = f
    return wrapper


class _OpView:
    """What a registered gradient function sees of the op."""

    def __init__(
        self, op: Op, outputs: list[Any], inputs: list[Any], params: dict[str, Any]
    ) -> None:
        self.type, self.name = op.type, op.type
        self.inputs, self.outputs, self._params = inputs, outputs, params

    def get_attr(self, name: str) -> Any:
        """The value of an attribute of the op."""
        return self._params[name]


class RegisterGradient:
    """Decorator that registers the gradient of an op type that has none.

    `@tf.RegisterGradient("AdjustHue")` over `fn(op, *grads)`, which returns one gradient per input;
    `op.inputs` and `op.outputs` are tensors. It is in force at once, everywhere.

    Raises: TypeError where the type is no string, KeyError where a gradient exists.

    Source: the interface of TensorFlow's `tf.RegisterGradient`.

    >>> import gradtape as tf
    >>> @tf.RegisterGradient("MyOwnOp")
    ... def _my_gradient(op, grad):
    ...     return grad
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._type = op_type

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """Register `f` and return it."""
        op = _unclaimed(self._type)
        if op is None:
            FOREIGN_GRADIENTS[self._type] = f
            return f

        def pullback(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
            many = isinstance(g, tuple)
            first = g[0] if many else g
            bare = not isinstance(first, EagerTensor)
            inputs = [_wrapped(x) for x in xs]
            view = _OpView(
                op, [_wrapped(t) for t in (y if isinstance(y, tuple) else (y,))], inputs, params
            )
            grads = _listed(f(view, *(_wrapped(part) for part in (g if many else (g,)))))
            if len(grads) != len(xs):
                raise ValueError(
                    f"the gradient registered for {op.type} returned {len(grads)} values for "
                    f"{len(xs)} inputs"
                )
            return tuple(
                _checked(op.type, k, gx, tuple(x._value.shape), x.dtype, bare)
                for k, (gx, x) in enumerate(zip(grads, inputs, strict=True))
            )

        op.pullback, op.jvp, op.kind = pullback, None, "user"
        op.pull_keeps = (KEEP, KEEP)
        return f


def no_gradient(op_type: str) -> None:
    """Mark an op type as not differentiable: its gradient is None instead of a LookupError.

    Raises: TypeError where the type is no string, KeyError where a gradient exists.
    """
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    op = _unclaimed(op_type)
    if op is None:
        FOREIGN_GRADIENTS[op_type] = None
    else:
        op.kind = "nondifferentiable"


def _unclaimed(op_type: str) -> Op | None:
    """The op of this type, if it still has no gradient."""
    load_all()  # a gradient that no program has asked for yet is there all the same
    op = REGISTRY.get(op_type)
    if op_type in FOREIGN_GRADIENTS or (op is not None and op.kind != "unregistered"):
        raise KeyError(
            f"Registering two gradient with name '{op_type}'! It has one already; wrap the op in "
            "tf.custom_gradient to replace its gradient in one place."
        )
    return op


__all__ = [
    "RegisterGradient",
    "custom_gradient",
    "no_gradient",
    "recompute_grad",
]
