"""`tf.function`: calls by signature, to programs that were traced or to the Python function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any
from weakref import ref

from gradtape import nest
from gradtape.autodiff.function_gradients import asks_for_gradients, recorded
from gradtape.dispatch.apply import convert_operand
from gradtape.functions.control.specs import TensorSpec
from gradtape.runtime import devices
from gradtape.runtime.recorders import functions, observed, state
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor
from gradtape.tracing import results
from gradtape.tracing.concrete import ConcreteFunction
from gradtape.tracing.counting import Count
from gradtape.tracing.entry import Entry
from gradtape.tracing.signature import Signature, UntraceableError, arrays_as_tensors

#: signatures of one function that are traced; what comes with more of them runs eagerly
MOST = 128


class Function:
    """What `tf.function` returns: the function, traced once for each signature."""

    def __init__(
        self, python_function: Callable[..., Any], options: dict[str, Any], instance: Any = None
    ) -> None:
        functools.update_wrapper(self, python_function)  # first: it brings attributes along
        self.name = getattr(python_function, "__name__", type(python_function).__name__)
        self._written = python_function
        #: of a method: its object, which does not live on because its method was traced
        self.owner = _nobody if instance is None else _reference(instance)
        self._options = options
        given = options.get("input_signature")
        self.input_signature = None if given is None else tuple(given)
        self._asks: bool | None = None  # whether it calls tf.gradients or tf.hessians
        self._entries: dict[Any, Entry] = {}
        self.said: set[str] = set()  # the reasons that were given for running it eagerly
        self._methods: dict[int, Function] = {}  # id of an object → its own method
        self._positional = _positional(self.python_function)
        self.count = Count(given is not None, bool(options.get("reduce_retracing")))
        self.may_create = True  # variables: until the function was called

    @property
    def python_function(self) -> Callable[..., Any]:
        """The function as it was written; of a method, bound to its object."""
        instance = self.owner()
        if instance is None:
            return self._written
        bound: Callable[..., Any] = self._written.__get__(instance)
        return bound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        if self.input_signature is not None:
            args, kwargs = self._bound(args, kwargs), {}
        else:
            for value in args:
                if type(value) is not EagerTensor:
                    args = arrays_as_tensors(args)
                    break
            if kwargs or len(args) != self._positional:
                args, kwargs = self.canonical(args, arrays_as_tensors(kwargs))
        return self.call_known(args, kwargs)

    def call_known(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call whose arguments are in order."""
        if (
            state.trace is not None
            or observed.by is not None
            or devices.SCOPED
            or devices.gpu_state.backend is not None
            or functions.run_eagerly
        ):
            return self.run(args, kwargs)
        try:
            signature = Signature(args if not kwargs else (*args, kwargs))
        except UntraceableError:
            return self.run(args, kwargs)
        return self._entry(signature).call(signature, args, kwargs)

    def _entry(self, signature: Signature) -> Entry:
        entry = self._entries.get(signature.key)
        if entry is None:
            if self._asks is None:
                self._asks = asks_for_gradients(self.python_function)
            crowded = len(self._entries) >= MOST  # objects that are new in every call, say
            entry = Entry(self, signature, eager=self._asks or crowded)
            if not crowded:
                self._entries[signature.key] = entry
        return entry

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The function for arguments like these, tensors or `tf.TensorSpec`s among them."""
        if self.input_signature is not None and not args and not kwargs:
            args = self.input_signature
        args, kwargs = self.canonical(arrays_as_tensors(args), arrays_as_tensors(kwargs))
        concrete = ConcreteFunction(self, args, kwargs)
        concrete.trace()
        return concrete

    def looked_at(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """What the function gives for such arguments, as specs, and the key of the call."""
        signature = Signature(args if not kwargs else (*args, kwargs))
        return self._entry(signature).look(signature, args, kwargs), signature.key

    def known_variables(self) -> list[Any]:
        """The variables that the traces so far have read."""
        found = {id(v): v for entry in self._entries.values() for v in entry.reads}
        return list(found.values())

    def run(self, args: Any, kwargs: Any) -> Any:
        """The Python function itself."""
        if self._asks is None:
            self._asks = asks_for_gradients(self.python_function)
        if not self._asks:
            return results.shown(self.python_function(*args, **kwargs))
        with recorded():
            return results.shown(self.python_function(*args, **kwargs))

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        known = self._methods.get(id(instance))
        if known is not None and known.owner() is instance:
            return known
        made = Function(self.python_function, self._options, instance)
        self._methods[id(instance)] = made
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Function, (self.python_function, self._options)

    def canonical(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The arguments as the function's own signature orders them, defaults among them."""
        try:
            bound = inspect.signature(self.python_function).bind(*args, **kwargs)
        except (TypeError, ValueError):  # the call itself says what is wrong
            return args, kwargs
        bound.apply_defaults()
        return bound.args, dict(sorted(bound.kwargs.items()))

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        specs = self.input_signature or ()
        names = list(inspect.signature(self.python_function).parameters)
        values = [*args]
        for name in names[len(args) :]:
            if name in kwargs:
                values.append(kwargs[name])
        if len(values) != len(specs) or set(kwargs) - set(names[len(args) :]):
            raise self._refused(
                f"{len(specs)} arguments are asked for, {len(args) + len(kwargs)} came",
                args,
                kwargs,
            )
        bound = []
        for value, spec in zip(values, specs, strict=True):
            if isinstance(spec, TensorSpec):
                bound.append(self._fitted(spec, value, args, kwargs))
                continue
            nest.assert_same_structure(spec, value, check_types=False)
            bound.append(
                nest.map_structure(lambda s, v: self._fitted(s, v, args, kwargs), spec, value)
            )
        return tuple(bound)

    def _fitted(self, spec: Any, value: Any, args: Any, kwargs: Any) -> EagerTensor:
        try:
            tensor = convert_operand(value) if is_tensor_like(value) else convert(value, spec.dtype)
        except (TypeError, ValueError) as error:
            raise self._refused(str(error), args, kwargs) from None
        if not spec.is_compatible_with(tensor):
            got = TensorSpec.from_tensor(tensor)
            raise self._refused(f"Can not cast {got!r} to {spec!r}", args, kwargs)
        return tensor

    def _refused(self, why: str, args: Any, kwargs: Any) -> TypeError:
        return TypeError(
            f"Binding inputs to tf.function failed due to `{why}`. Received args: {args} and "
            f"kwargs: {kwargs} for signature: {self.input_signature}."
        )

    def experimental_get_tracing_count(self) -> int:
        """For how many signatures the function was traced."""
        return self.count.traces

    def __repr__(self) -> str:
        return f"<tf.function {getattr(self, '__qualname__', self.python_function)!r}>"


def _nobody() -> None:
    return None


def _reference(instance: Any) -> Callable[[], Any]:
    try:
        return ref(instance)
    except TypeError:  # of a class with slots
        return lambda: instance


def _positional(f: Callable[..., Any]) -> int:
    """How many arguments a call has that needs no defaults, if all are positional; else −1."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return -1
    if any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters):
        return -1
    return len(parameters)


def function(
    func: Callable[..., Any] | None = None, input_signature: Any = None, autograph: bool = True,
    jit_compile: bool | None = None, reduce_retracing: bool = False,
    experimental_implements: Any = None, experimental_autograph_options: Any = None,
    experimental_attributes: Any = None, experimental_relax_shapes: Any = None,
    experimental_compile: Any = None, experimental_follow_type_hints: Any = None,
) -> Any:  # fmt: skip
    """`func`, traced once for each signature and then run as straight NumPy code.

    Use it as `@tf.function` or `@tf.function(…)`, also on methods. The first call with a signature
    runs the Python code, with all that it does, and notes the ops; later ones run the ops alone, to
    the same bits. Gradients of every kind go through, and a tape inside, an optimizer's step and
    assignments to variables are parts of what is run.

    A signature is the shapes and dtypes of tensors (NumPy's arrays are tensors), the values of
    Python's numbers and text, the identity of other objects. With `input_signature` (a
    `tf.TensorSpec` per argument) arguments are converted to it and checked; None fits any size.
    `if`, `while` and `for … in tf.range(n)` on tensors trace each way once, loops turn by turn;
    random numbers are drawn anew in each call. What cannot be traced (`.numpy()`, more than 100
    turns that a tensor decides on, more than 16 ways) runs eagerly, and a warning names the line.
    Variables are made on the first call or not at all.
    `reduce_retracing` counts sizes that change as one trace; all other options are accepted and
    change nothing. `tf.config.run_functions_eagerly(True)` turns tracing off.

    Raises: TypeError where arguments do not fit the signature, the result is no tensor, or `func`
    cannot be called; ValueError where a later call makes a variable.
    Source: the interface and the rules of TensorFlow's `tf.function`.

    >>> @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    ... def double(x):
    ...     return 2.0 * x
    >>> double([1.0, 2.0]).numpy()
    array([2., 4.], dtype=float32)
    """
    if input_signature is not None and not isinstance(input_signature, (list, tuple)):
        raise TypeError(
            f"input_signature must be a list or tuple of tf.TensorSpec, got {input_signature!r}."
        )
    options = {"input_signature": input_signature, "reduce_retracing": reduce_retracing}
    if func is None:
        return lambda f: _made(f, options)
    return _made(func, options)


def _made(func: Any, options: dict[str, Any]) -> Function:
    if not callable(func):
        raise TypeError(f"{func!r} is not a callable object")
    return Function(func, options)
