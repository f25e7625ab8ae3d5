"""`GradientTape`: records ops, then computes derivatives by walking back over them.

What it writes down is in `recording.py`, what it takes and gives in `targets.py`, and the passes
themselves are in `passes.py`, `backward.py` and `jacobians.py`. Imports inside
methods load what most programs never ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sys import _getframe
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload
from weakref import ref

from gradtape import nest
from gradtape.autodiff.passes import add_integers, prepare, pull_to, seed
from gradtape.autodiff.recording import Paused, Recording, warn_dtype
from gradtape.autodiff.records import Pause, Reset
from gradtape.autodiff.targets import (
    UnconnectedGradients,
    as_unconnected,
    checked,
    cotangents,
    result,
)
from gradtape.runtime.call_sites import here
from gradtape.runtime.recorders import next_id, observed, state
from gradtape.tensors.tensor import EagerTensor, Tensor
from gradtape.tensors.variable import Variable

if TYPE_CHECKING:
    from gradtape.autodiff.explain.explanation import Explanation
    from gradtape.autodiff.explain.graph import Graph

_NONE = UnconnectedGradients.NONE
_Source = TypeVar("_Source", Tensor, Variable, Tensor | Variable)
_Key = TypeVar("_Key")
#: A tensor nearly always. The rest is None, or IndexedSlices: who expects them asks for them, and
#: nobody else has to say `assert gradient is not None`. Written so that jedi reads it too.
_Gradient = Union[Tensor, Any]  # noqa: UP007


class GradientTape(Recording):
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

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        if persistent:
            self._persistent = True
        if not watch_accessed_variables:
            self._accessed = False

    def __dir__(self) -> list[str]:
        """The methods that programs call; what a recording holds is for the passes."""
        return [n for n in super().__dir__() if n.startswith("_") or n in vars(GradientTape)]

    # -- the context

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an "
                "already-active tape. Make a new tf.GradientTape()."
            )
        if self.records is None or self._used:
            self._begin()
        self._recording = True
        if self._closed_id is not None:
            self._closed_id = None
        frame = _getframe(1)
        self._opened_at = (frame.f_code, frame.f_lasti)
        state.recorders = (*state.recorders, self)
        if (by := observed.by) is not None:
            by.opened(self)
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if self._recording:
            self._stop()

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
        pause = Pause(next_id(), here())
        self._note("pauses", pause)
        before = state.recorders
        state.recorders = tuple(paused if r is self else r for r in before)
        self._recording = False
        try:
            yield
        finally:
            pause.ended = next_id()
            if any(r is paused for r in state.recorders):
                state.recorders = tuple(self if r is paused else r for r in state.recorders)
                self._recording = True

    def reset(self) -> None:
        """Forget all that was recorded and watched.

        Raises: ValueError where the tape is not recording.
        """
        if not self._recording:
            raise ValueError("Tape is not recording. Enter it with `with tape:` first.")
        resets = [*self._resets, Reset(next_id(), here())]
        self._begin()
        self._resets = resets
        self._recording = True
        if (by := observed.by) is not None:
            by.reset(self)

    # -- watching

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
                warn_dtype("watched tensor", leaf.dtype)
            elif self._recording:
                if isinstance(leaf, Variable):
                    self._watch_read(leaf, leaf._tensor)
                else:
                    self._complex |= leaf.dtype.is_complex
                    self.tracked.add(leaf._id)
                    self.watched.setdefault(leaf._id, next_id())
            if leaf._id not in self.watched_at:
                frame = _getframe(1)
                self.watched_at = {**self.watched_at, leaf._id: (frame.f_code, frame.f_lasti)}

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that this tape watches, in the order in which they were made."""
        if self.records is None:
            return ()
        return tuple(v for _, (v, _) in sorted(self._variables.items()))

    # -- asking

    @overload
    def gradient(
        self,
        target: Any,
        sources: Tensor | Variable,
        output_gradients: Any = ...,
        unconnected_gradients: UnconnectedGradients | str = ...,
    ) -> _Gradient: ...
    @overload
    def gradient(
        self,
        target: Any,
        sources: list[_Source],
        output_gradients: Any = ...,
        unconnected_gradients: UnconnectedGradients | str = ...,
    ) -> list[_Gradient]: ...
    @overload
    def gradient(
        self,
        target: Any,
        sources: tuple[_Source, ...],
        output_gradients: Any = ...,
        unconnected_gradients: UnconnectedGradients | str = ...,
    ) -> tuple[_Gradient, ...]: ...
    @overload
    def gradient(
        self,
        target: Any,
        sources: dict[_Key, _Source],
        output_gradients: Any = ...,
        unconnected_gradients: UnconnectedGradients | str = ...,
    ) -> dict[_Key, _Gradient]: ...
    @overload
    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = ...,
        unconnected_gradients: UnconnectedGradients | str = ...,
    ) -> Any: ...
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
          unconnected_gradients: `tf.UnconnectedGradients.NONE` gives None where no path leads from
            a source to the target, `ZERO` gives zeros.

        Raises: RuntimeError for a second call on a non-persistent tape, LookupError where an op on
        the path has no gradient, TypeError for targets and sources that are no tensors.
        """
        if (by := observed.by) is not None and by.listens:
            return by.ask(
                self._gradient,
                _getframe(1),
                target=target,
                sources=sources,
                output_gradients=output_gradients,
                unconnected_gradients=unconnected_gradients,
            )
        zero = unconnected_gradients is not _NONE and as_unconnected(unconnected_gradients)
        targets = [target] if type(target) is EagerTensor else self._targets(target)
        single = type(sources) is Variable or type(sources) is EagerTensor
        flat_sources = [sources] if single else checked(nest.flatten(sources), "source")
        on_arrays, release = prepare(self, "gradient")
        seeds = None if output_gradients is None else cotangents(targets, target, output_gradients)
        grads = seed(self, targets, seeds, on_arrays)
        begun = 0 if on_arrays else next_id()
        found, ids = pull_to(self, grads, flat_sources, on_arrays, release)
        if len(grads) < len(targets):
            add_integers(targets, seeds, flat_sources, ids, found, on_arrays)
        if release:
            self._used = True
        if not on_arrays:
            self._note_inner(begun, targets)
        if self.exits:
            from gradtape.autodiff.explain.branches import warn_of_lost

            warn_of_lost(self, targets, flat_sources)
        if single:
            gradient = result(sources, ids[0], found, zero)
            self._given = ids, (None if gradient is None else ref(gradient),)
            return gradient
        results = [
            result(source, own, found, zero) for source, own in zip(flat_sources, ids, strict=True)
        ]
        self._given = ids, tuple([None if g is None else ref(g) for g in results])
        return nest.pack_sequence_as(sources, results)

    _gradient = gradient  # this very function, also where a program has put another in its place

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
        if (by := observed.by) is not None and by.listens:
            return by.ask(
                self._jacobian,
                _getframe(1),
                target=target,
                sources=sources,
                unconnected_gradients=unconnected_gradients,
            )
        from gradtape.autodiff.jacobians import jacobian

        return jacobian(self, target, sources, as_unconnected(unconnected_gradients))

    _jacobian = jacobian

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
        if (by := observed.by) is not None and by.listens:
            return by.ask(
                self._batch_jacobian,
                _getframe(1),
                target=target,
                source=source,
                unconnected_gradients=unconnected_gradients,
            )
        from gradtape.autodiff.jacobians import batch_jacobian

        as_unconnected(unconnected_gradients)
        return batch_jacobian(self, target, source)

    _batch_jacobian = batch_jacobian

    @overload
    def explain(self, target: Tensor | Variable, source: Tensor | Variable) -> Explanation: ...
    @overload
    def explain(self, target: Any, source: Any) -> Any: ...
    def explain(self, target: Any, source: Any) -> Any:
        """Why the gradient of `target` with respect to `source` is what it is.

        For a None: the cause, the line where the path was lost, and what to write instead. For NaN
        and infinity: the op and the line where they were born, on which operands, in which pass;
        for zeros: the op that lets nothing pass. For any gradient: its norm, its path op by op, and
        the branches on which it was lost. An edit that is offered was applied to the program's text
        and compiled. Asked before `gradient` or after it, also of a tape that is not persistent.
        `str`, `repr` and `to_dict()` of the result all work. For a list or dictionary of sources
        there is one answer for each, in the same form; so for targets, whose gradients `gradient`
        adds up: an answer, or a form of answers, for each target.
        """
        from gradtape.autodiff.explain.inquiry import explain

        explanation = explain(self, target, source)
        if (by := observed.by) is not None:
            by.explained(self, explanation)
        return explanation

    def graph(self) -> Graph:
        """What was recorded: nodes, edges, source lines, bytes kept.

        A notebook draws it, `print` writes it; `svg()`, `dot()`, `mermaid()` and `to_dict()` give
        it to other programs.
        """
        from gradtape.autodiff.explain.graph import graph

        return graph(self)

    # -- shared by the passes

    def _targets(self, target: Any) -> list[Any]:
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        return checked(nest.flatten(target), "target")
