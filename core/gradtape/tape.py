"""`GradientTape`: records ops, then computes derivatives by walking back over them.

A tape knows tensors by their numbers (`tracked`). For every op on a tracked tensor it keeps the op,
the numbers, the place in the user's program and only those values that the backward pass will read.
What cannot carry a gradient (an argmax, a paused recording) goes to `cuts`, so that `explain` can
say where a path was lost. The passes themselves are in `backward.py` and `jacobians.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from sys import _getframe
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.backward import SAVED, first_unregistered, live_ids, pull
from gradtape.conversion import convert
from gradtape.dtypes import DType
from gradtape.indexed_slices import IndexedSlices
from gradtape.lines import Place, here
from gradtape.registry import KEEP, LIKE, Like, Op
from gradtape.state import loud, next_id, quiet, state
from gradtape.tensor import EagerTensor, Tensor, wrap
from gradtape.unconnected import UnconnectedGradients, as_unconnected
from gradtape.variable import Variable

logger = logging.getLogger("tensorflow")

_ONE = {
    np.dtype(t): t(1) for t in (np.float16, np.float32, np.float64, np.complex64, np.complex128)
}
_F32_ONE = np.float32(1)
_NONE = UnconnectedGradients.NONE


class GradientTape:
    """Records operations for automatic differentiation.

    `with tf.GradientTape() as tape:` records what is computed from watched tensors and from
    trainable variables; `tape.gradient(target, sources)` then gives d(sum of target)/d(source).

    Args:
      persistent: keep the recording after the first `gradient`, for further ones.
      watch_accessed_variables: watch every trainable variable that is read (the default).

    Raises: RuntimeError where a non-persistent tape is asked twice; LookupError where the path goes
    through an op that has no gradient.

    >>> import gradtape as tf
    >>> x = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     y = x**2
    >>> tape.gradient(y, x)
    <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
    """

    __slots__ = (
        "__weakref__",
        "_accessed",
        "_careful",
        "_closed_at",
        "_closed_id",
        "_complex",
        "_opened_at",
        "_persistent",
        "_recording",
        "_resets",
        "_unregistered",
        "_used",
        "_variables",
        "cuts",
        "exits",
        "opened_id",
        "pauses",
        "records",
        "shadow",
        "stores",
        "tracked",
        "watched",
    )  # fmt: skip

    fast = True

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._accessed = watch_accessed_variables
        self._recording = False
        self._used = False
        self.records: list[list[Any]] | None = None
        self._variables: dict[int, tuple[Variable, list[int]]] = {}

    def _begin(self) -> None:
        self.records = []
        self.tracked: set[int] = set()  # ids a gradient can reach
        self.watched: dict[int, int] = {}  # the roots among them → when they were first watched
        self.shadow: set[int] = set()  # ids that depend on a root through a cut
        self.cuts: list[tuple[Any, ...]] = []
        self.exits: list[tuple[int, str, Place | None]] = []
        self.stores: list[tuple[int, int, Place | None]] = []  # value id → variable id
        self.pauses: list[list[Any]] = []
        self._resets: list[tuple[int, Place | None]] = []
        self._variables = {}
        self._unregistered = self._careful = self._complex = self._used = False
        self._closed_id: int | None = None
        self._closed_at: Place | None = None
        self.opened_id = next_id()

    # -- the context ------------------------------------------------------------------------------

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an already-active tape. "
                "Make a new tf.GradientTape()."
            )
        if self.records is None or self._used:
            self._begin()
        self._recording = True
        self._closed_id = None
        frame = _getframe(1)
        self._opened_at = (frame.f_code, frame.f_lasti)
        state.recorders = (*state.recorders, self)
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if self._recording:
            self._stop()

    def _stop(self) -> None:
        active = state.recorders
        state.recorders = active[:-1] if active[-1] is self else _without(active, self)
        self._recording = False
        self._closed_id = next_id()

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Suspend this tape inside the block; other tapes go on.

        Variables read inside are not watched.

        Raises: ValueError where the tape is not recording, RuntimeError where it never was.
        """
        if self.records is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        if not self._recording:
            raise ValueError("Tape is not recording. Enter it with `with tape:` first.")
        paused = Paused(self)
        pause = [next_id(), None, here()]
        self.pauses.append(pause)
        before = state.recorders
        state.recorders = tuple(paused if r is self else r for r in before)
        self._recording = False
        try:
            yield
        finally:
            pause[1] = next_id()
            if any(r is paused for r in state.recorders):
                state.recorders = tuple(self if r is paused else r for r in state.recorders)
                self._recording = True

    def reset(self) -> None:
        """Forget all that was recorded and watched.

        Raises: ValueError where the tape is not recording.
        """
        if not self._recording:
            raise ValueError("Tape is not recording. Enter it with `with tape:` first.")
        resets = [*self._resets, (next_id(), here())]
        self._begin()
        self._resets = resets
        self._recording = True

    # -- watching -----------------------------------------------------------------------------------

    def watch(self, tensor: Any) -> None:
        """Record, from now on, what is computed from `tensor` (a tensor, variable or nest of them).

        Raises: ValueError for anything else. Integers and strings are not an error: a warning is
        logged (five times at most) and they stay unwatched.
        """
        if self.records is None:
            raise RuntimeError(
                "tape.watch was called before the tape was entered; call it inside `with tape:`."
            )
        for leaf in nest.flatten(tensor, expand_composites=True):
            if not isinstance(leaf, (Tensor, Variable)):
                raise ValueError(
                    f"Passed in object {leaf!r} of type {type(leaf).__name__!r}, not tf.Tensor or "
                    "tf.Variable or ExtensionType. Make it a tensor first: x = tf.constant(...)."
                )
            if not leaf.dtype.is_differentiable:
                _warn_dtype("watched tensor", leaf.dtype)
            elif self._recording:
                if isinstance(leaf, Variable):
                    self._watch_read(leaf, leaf._tensor)
                else:
                    self._complex |= leaf.dtype.is_complex
                    self.tracked.add(leaf._id)
                    self.watched.setdefault(leaf._id, next_id())

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that this tape watches, in the order in which they were made."""
        return tuple(v for _, (v, _) in sorted(self._variables.items()))

    def note_read(self, variable: Variable, tensor: EagerTensor) -> None:
        """A variable was read: watch the value where the variable is to be watched."""
        if variable._id in self._variables or (
            self._accessed and variable.trainable and variable.dtype.is_differentiable
        ):
            self._watch_read(variable, tensor)

    def _watch_read(self, variable: Variable, tensor: EagerTensor) -> None:
        self.tracked.add(tensor._id)
        self.watched[tensor._id] = tensor._id
        known = self._variables.get(variable._id)
        if tensor._value.dtype.kind == "c":
            self._complex = True
        if known is None:
            self._variables[variable._id] = (variable, [tensor._id])
        elif tensor._id not in known[1]:
            known[1].append(tensor._id)

    # -- recording ----------------------------------------------------------------------------------

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Keep one op on a tracked tensor."""
        many = type(y) is tuple
        if op.kind == "nondifferentiable":
            return self.record_shadow(op, xs, y, frame)
        dtype = tuple(t._value.dtype for t in y) if many else y._value.dtype
        if op.kind == "unregistered":
            self._unregistered = True
        elif op.kind == "user":
            self._careful = (
                True  # its function may raise: the values stay until the pass is through
            )
        elif not many and dtype.kind not in "fc":
            return self.record_shadow(op, xs, y, frame)
        if any(d.kind == "c" for d in dtype) if many else dtype.kind == "c":
            self._complex = True
        tracked = self.tracked
        inputs = tuple(x._id if isinstance(x, EagerTensor) and x._id in tracked else 0 for x in xs)
        keeps = op.keep_for(tuple(map(bool, inputs)))
        saved = tuple(
            v if keep == KEEP else Like(tuple(v.shape), _dtype(v)) if keep == LIKE else None
            for v, keep in zip((y, *xs), keeps, strict=True)
        )
        if many:
            output: Any = tuple(t._id for t in y)
            tracked.update(t._id for t in y if t._value.dtype.kind in "fc")
            shape: Any = tuple(t._value.shape for t in y)
        else:
            output, shape = y._id, y._value.shape
            tracked.add(output)
        shapes = tuple(tuple(x._value.shape if isinstance(x, EagerTensor) else x.shape) for x in xs)
        place = (None, 0) if frame is None else (frame.f_code, frame.f_lasti)
        self.records.append([op, inputs, output, saved, params, shapes, shape, dtype, *place])  # type: ignore[union-attr]
        if self.shadow:
            self.join(op, xs, y, frame)

    def join(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any) -> None:
        """Remember that a recorded op also took what had been cut off before."""
        inputs = tuple(x._id for x in xs if isinstance(x, EagerTensor) and x._id in self.shadow)
        if inputs:
            place = None if frame is None else (frame.f_code, frame.f_lasti)
            for t in y if type(y) is tuple else (y,):
                self.cuts.append((op, inputs, t._id, t._value.shape, t._value.dtype, place, "join"))

    def record_shadow(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """Remember, without values, an op through which no gradient passes."""
        inputs = tuple(
            x._id
            for x in xs
            if isinstance(x, EagerTensor) and (x._id in self.tracked or x._id in self.shadow)
        )
        if not inputs:
            return
        outputs = y if type(y) is tuple else (y,)
        place = None if frame is None else (frame.f_code, frame.f_lasti)
        self.shadow.update(t._id for t in outputs)
        for t in outputs:
            self.cuts.append((op, inputs, t._id, t._value.shape, t._value.dtype, place, why))

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """A tensor's value went to Python or NumPy."""
        if tensor._id in self.tracked or tensor._id in self.shadow:
            self.exits.append((tensor._id, how, here()))

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """A variable was given a new value."""
        if isinstance(tensor, EagerTensor) and (
            tensor._id in self.tracked or tensor._id in self.shadow
        ):
            self.stores.append((tensor._id, variable._id, here()))

    # -- asking -------------------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """d(sum of `target`) / d(each of `sources`), in the structure of `sources`.

        Args:
          target: a tensor, a variable or a nest of them.
          sources: likewise; intermediate values are allowed.
          output_gradients: the cotangent of each target; ones where it is None.
          unconnected_gradients: `tf.UnconnectedGradients.NONE` gives None where no path leads from a
            source to the target, `ZERO` gives zeros.

        Raises: RuntimeError for a second call on a non-persistent tape, LookupError where an op on
        the path has no gradient, TypeError for targets and sources that are no tensors.
        """
        zero = unconnected_gradients is not _NONE and as_unconnected(unconnected_gradients)
        targets = [target] if type(target) is EagerTensor else self._targets(target)
        if type(sources) is Variable or type(sources) is EagerTensor:
            flat_sources: list[Any] = [sources]
        else:
            flat_sources = _checked(nest.flatten(sources), "source")
        raw, release = self._prepare("gradient")
        seeds = None if output_gradients is None else _cotangents(targets, target, output_gradients)
        grads: dict[int, Any] = {}
        for k, t in enumerate(targets):
            tensor = t._tensor if isinstance(t, Variable) else t
            value = tensor._value
            if value.dtype.kind not in "fc" and not self._leads_to_refusal(tensor):
                continue
            g = seeds[k] if seeds is not None else None
            if g is None:
                g = _F32_ONE if type(value) is np.float32 else np.ones(value.shape, value.dtype)
                g = g if raw else wrap(g)
            elif raw:
                g = g._value
            before = grads.get(tensor._id)
            grads[tensor._id] = g if before is None else before + g
        found, ids = self._pull(grads, flat_sources, raw, release)
        results = [
            _result(source, [found[i] for i in own if i in found], zero)
            for source, own in zip(flat_sources, ids, strict=True)
        ]
        if release:
            self._used = True
        if flat_sources and flat_sources[0] is sources:
            return results[0]
        return nest.pack_sequence_as(sources, results)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The Jacobian d target / d source, of shape `target.shape + source.shape`, per source.

        One batched backward pass over all elements of `target`. `parallel_iterations` and
        `experimental_use_pfor` are accepted and change nothing.

        Raises: as `gradient`; TypeError where `target` is not one tensor.
        """
        from gradtape.jacobians import jacobian

        return jacobian(self, target, sources, as_unconnected(unconnected_gradients))

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """d target[b] / d source[b] for every b: shape (b, *target.shape[1:], *source.shape[1:]).

        It assumes that row b of the target depends on row b of the source alone; rows that mix
        (batch normalisation) need `jacobian`. An unconnected source gives zeros, as in TensorFlow.

        Raises: ValueError where the first dimensions differ or a rank is below 2.
        """
        from gradtape.jacobians import batch_jacobian

        as_unconnected(unconnected_gradients)
        return batch_jacobian(self, target, source)

    def explain(self, target: Any, source: Any) -> Any:
        """Why the gradient of `target` with respect to `source` is what it is.

        For a None: the cause, the line where the path was lost, and what to write instead. For a
        gradient: its path, op by op. `str`, `repr` and `to_dict()` of the result all work.
        """
        from gradtape.explain import explain

        return explain(self, target, source)

    def graph(self) -> Any:
        """What was recorded, as data: nodes, edges, source lines, bytes kept (see `to_dict()`)."""
        from gradtape.graph import graph

        return graph(self)

    # -- shared by the passes -------------------------------------------------------------------------

    def _targets(self, target: Any) -> list[Any]:
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        return _checked(nest.flatten(target), "target")

    def _prepare(self, verb: str) -> tuple[bool, bool]:
        """Whether to work on bare arrays, and whether to let go of the values on the way."""
        if self.records is None or self._used:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or "
                "jacobians)" + (". This tape was never entered: use `with tape:`." if self.records is None
                else ". Ask for all sources in one call, or make it tf.GradientTape(persistent=True).")
            )  # fmt: skip
        if self._recording:
            if not self._persistent:
                self._stop()
            else:
                logger.warning(
                    "Calling GradientTape.%s on a persistent tape inside its context is significantly less "
                    "efficient than calling it outside the context (it causes the gradient ops to be recorded "
                    "on the tape, leading to increased CPU and memory usage). Only call GradientTape.%s inside "
                    "the context if you actually want to trace the gradient in order to compute higher order "
                    "derivatives.", verb, verb,
                )  # fmt: skip
        return not state.recorders, not self._persistent

    def _leads_to_refusal(self, tensor: EagerTensor) -> bool:
        """Whether a target that is no number was made by an op without a registered gradient."""
        return self._unregistered and tensor._id in self.tracked

    def _pull(
        self, grads: dict[int, Any], sources: list[Any], raw: bool, release: bool
    ) -> tuple[dict[int, Any], list[tuple[int, ...]]]:
        """Run the backward pass; also the ids under which each source is known."""
        ids = [self._ids(source) for source in sources]
        wanted = {i for own in ids for i in own}
        records: list[list[Any]] = self.records  # type: ignore[assignment]
        live = None if self.watched.keys() <= wanted else live_ids(records, wanted)
        if self._unregistered:
            reach = live_ids(records, wanted)
            refused = first_unregistered(records, set(grads), reach)
            if refused is not None:
                raise LookupError(f"gradient registry has no entry for: {refused.type}")
        records = list(records) if self._recording else records  # the pass itself may be recorded
        token = quiet()
        try:
            found = pull(
                records, grads, wanted, live, raw, release and not self._careful, self._complex
            )
        finally:
            loud(token)
        if release and self._careful:
            for record in records:
                record[SAVED] = None
        return found, ids

    def _ids(self, source: Any) -> tuple[int, ...]:
        if type(source) is EagerTensor:
            return (source._id,)
        if isinstance(source, Variable):
            known = self._variables.get(source._id)
            current = source._tensor._id
            if known is None:
                return (current,)
            return tuple(known[1]) if current in known[1] else (*known[1], current)
        return (source._id,)


class Paused:
    """Stands for a tape in `stop_recording`: notes that ops were computed, keeps no values."""

    fast = False

    def __init__(self, tape: GradientTape) -> None:
        self.tape = tape
        self.tracked, self.shadow = tape.tracked, tape.shadow

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Remember that this op was computed while the tape was paused."""
        self.tape.record_shadow(op, xs, y, frame, "paused")

    def record_shadow(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """The same for an op on what was lost before."""
        self.tape.record_shadow(op, xs, y, frame, "paused")

    def note_read(self, variable: Variable, tensor: EagerTensor) -> None:
        """Variables read while paused are not watched, but what comes of them is noted."""
        self.tape.shadow.add(tensor._id)

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """As for the tape."""
        self.tape.note_exit(tensor, how)

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """As for the tape."""
        self.tape.note_assign(variable, tensor)


def _without(active: tuple[Any, ...], tape: GradientTape) -> tuple[Any, ...]:
    return tuple(r for r in active if r is not tape and getattr(r, "tape", None) is not tape)


def _dtype(value: Any) -> Any:
    return value._value.dtype if isinstance(value, EagerTensor) else value.dtype


def _checked(leaves: list[Any], what: str) -> list[Any]:
    for leaf in leaves:
        if not isinstance(leaf, (EagerTensor, Variable)):
            raise TypeError(
                f"a gradient {what} is a tf.Tensor or tf.Variable (or a nest of them), but this one is "
                f"{leaf!r} of type {type(leaf).__name__}. "
                + ("Numbers and NumPy arrays have no gradient: compute the target with tf ops inside the tape."
                   if what == "target" else "Use the tensor or variable that the tape watched.")
            )  # fmt: skip
    return leaves


def _cotangents(targets: list[Any], target: Any, given: Any) -> list[EagerTensor | None]:
    """`output_gradients`, one per target, of its dtype and a shape that broadcasts to its own."""
    flat = (
        [given]
        if len(targets) == 1 and not isinstance(given, (list, tuple, dict))
        else nest.flatten(given)
    )
    if len(targets) == 1 and len(flat) != 1 and not nest.is_nested(target):
        flat = [given]  # a bare target takes a list of numbers
    if len(flat) != len(targets):
        raise ValueError(
            f"output_gradients has {len(flat)} entries for {len(targets)} targets; give one per target "
            "(None stands for ones)."
        )
    out: list[EagerTensor | None] = []
    for t, g in zip(targets, flat, strict=True):
        if g is None:
            out.append(None)
            continue
        dtype, shape = t.dtype, tuple(t.shape.as_list())
        try:
            tensor = convert(g, dtype)
        except (TypeError, ValueError) as error:
            raise _bad_cotangent(
                f"output_gradients must be {dtype.name} like its target: {error}"
            ) from None
        have = tuple(tensor.shape.as_list())
        if have != shape:
            if len(have) > len(shape) or any(
                a not in (1, b) for a, b in zip(have[::-1], shape[::-1], strict=False)
            ):
                raise _bad_cotangent(
                    f"Incompatible shapes: {list(shape)} vs. {list(have)}: an entry of output_gradients must "
                    "have the shape of its target, or broadcast to it."
                )
            from gradtape.broadcast import fit

            tensor = fit(tensor, shape)
        out.append(tensor)
    return out


def _bad_cotangent(text: str) -> Exception:
    from gradtape.errors import InvalidArgumentError

    return InvalidArgumentError(text)


def _result(source: Any, parts: list[Any], zero: bool) -> Any:
    """The gradient of one source as a tensor, or what stands for its absence."""
    if not parts:
        return zeros_like_source(source) if zero else None
    total = parts[0]
    if len(parts) > 1:
        from gradtape.backward import _sum

        for part in parts[1:]:
            total = _sum(total, part)
    if type(total) is IndexedSlices:
        return IndexedSlices(*(x if isinstance(x, EagerTensor) else wrap(x) for x in (total.values, total.indices)),
                             wrap(np.array(total.dense_shape, np.int32)))  # fmt: skip
    return total if isinstance(total, EagerTensor) else wrap(total)


def zeros_like_source(source: Any) -> EagerTensor:
    """Zeros (False, empty text) of a source's shape and dtype."""
    value = (source._tensor if isinstance(source, Variable) else source)._value
    if value.dtype.kind == "O":
        zeros = np.full(value.shape, b"", dtype=object)
    else:
        zeros = np.zeros(value.shape, value.dtype)
    return wrap(zeros)


_warnings = {"left": 5}


def _warn_dtype(what: str, dtype: DType) -> None:
    if _warnings["left"] > 0:
        _warnings["left"] -= 1
        logger.warning(
            "The dtype of the %s must be floating (e.g. tf.float32), got %r", what, dtype
        )
