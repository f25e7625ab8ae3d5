"""What a tape writes down while it is active: `Recording`, the base of `GradientTape`.

For every op on a tracked tensor a record (see `records.py`) with only those values that the
backward pass will read. What cannot carry a gradient (an argmax, a paused recording) goes to
`cuts`, values that leave for NumPy to `exits`, values stored in variables to `stores`, so that
`explain` can say where a path was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradtape.autodiff.records import Cut, Exit, Inner, Pause, Record, Reset, Store
from gradtape.dtypes import DType
from gradtape.primitives.op import DROP, KEEP, Like, Op
from gradtape.runtime.call_sites import CallSite, here, library_function
from gradtape.runtime.logger import get_logger
from gradtape.runtime.recorders import next_id, state
from gradtape.tensors.tensor import CPU, EagerTensor, ForeignTensor, Tensor, device_of
from gradtape.tensors.variable import Variable

#: Ways of leaving that only decide what is computed.
DECIDES = ("bool()", "int()", "an index")


class Recording:
    """Records, and all that is known about what could not be recorded."""

    # What most tapes never change stays on the class, so that making a tape costs little.
    inline_records = True  # dispatch may append records itself
    _accessed = True
    _persistent = _recording = _used = _unregistered = _careful = _complex = False
    _closed_id: int | None = None
    _opened_at: CallSite | None = None
    _variables: dict[int, tuple[Variable, list[int]]]
    _resets: Sequence[Reset] = ()
    records: list[Record] | None = None
    tracked: set[int]  # ids a gradient can reach
    watched: dict[int, int]  # the roots among them → when they were first watched
    watched_at: Mapping[int, CallSite] = {}  # of `watch`: replaced, never changed
    cut_off_ids: set[int] | frozenset[int] = frozenset()  # ids that depend on a root through a cut
    cuts: Sequence[Cut] = ()
    exits: Sequence[Exit] = ()
    stores: Sequence[Store] = ()
    pauses: Sequence[Pause] = ()
    inner: Sequence[Inner] = ()  # gradients taken while it recorded
    refused: set[int] | frozenset[int] = frozenset()  # what ops without a gradient gave
    elsewhere: Sequence[tuple[int, str]] = ()  # value id → its device, where that is not the CPU
    opened_id = 0
    #: the ids of the sources that were asked for last, and weak references to their gradients
    _given: tuple[Sequence[tuple[int, ...]], tuple[Any, ...]] = ((), ())

    def _begin(self) -> None:
        if self.records is not None:  # a second recording: back to how the class has it
            kept = {k: v for k, v in self.__dict__.items() if k in ("_accessed", "_persistent")}
            self.__dict__.clear()
            self.__dict__.update(kept)
        self.records, self.tracked, self.watched, self._variables = [], set(), {}, {}
        self.opened_id = next_id()

    def _stop(self) -> None:
        active = state.recorders
        state.recorders = active[:-1] if active[-1] is self else _without(active, self)
        self._recording = False
        self._closed_id = next_id()

    def _ids(self, source: Any) -> tuple[int, ...]:
        """The ids under which the tape knows a source: a variable has one for each value read."""
        if not isinstance(source, Variable):
            return (source._id,)
        known = self._variables.get(source._id)
        current = source._tensor._id
        if known is None:
            return (current,)
        return tuple(known[1]) if current in known[1] else (*known[1], current)

    def _note(self, kind: str, item: Any) -> None:
        """Add to `cuts`, `exits` and the like, which are made when they are needed."""
        notes = getattr(self, kind)
        if not notes:
            notes = []
            setattr(self, kind, notes)
        notes.append(item)

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

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Keep one op on a tracked tensor."""
        many = type(y) is tuple
        if op.kind == "nondifferentiable":
            return self.record_cut(op, xs, y, frame)
        dtype: Any = tuple(t._value.dtype for t in y) if many else y._value.dtype
        if op.kind == "unregistered":
            self._unregistered = True
            self.refused = {*self.refused, *(t._id for t in (y if many else (y,)))}
        elif not many and dtype.kind not in "fc":
            return self.record_cut(op, xs, y, frame)
        elif op.kind == "user":
            self._careful = True  # it may raise: the values stay until the pass is through
        if any(d.kind == "c" for d in dtype) if many else dtype.kind == "c":
            self._complex = True
        tracked = self.tracked
        ids, shape_list = [], []
        for x in xs:
            if isinstance(x, EagerTensor):
                ids.append(x._id if x._id in tracked else 0)
                shape_list.append(tuple(x._value.shape))
            else:
                ids.append(0)
                shape_list.append(tuple(x.shape))
        inputs, shapes = tuple(ids), tuple(shape_list)
        keeps = op.keep_for(tuple(map(bool, ids)))
        saved = tuple(
            [
                None if keep == DROP else v if keep == KEEP else _like(v)
                for v, keep in zip((y, *xs), keeps, strict=True)
            ]
        )
        whole = [
            t
            for t in (y if many else () if dtype.kind in "fc" else (y,))
            if t._value.dtype.kind not in "fc"
        ]
        if whole:  # no gradient gets to them, whatever the op
            self._cut_off(op, xs, whole, frame)
        if many:
            output: Any = tuple(t._id for t in y)
            tracked.update(t._id for t in y if t._value.dtype.kind in "fc")
            shape: Any = tuple(t._value.shape for t in y)
        else:
            output, shape = y._id, y._value.shape
            if not whole:
                tracked.add(output)
        if many or type(y) is ForeignTensor:  # other values are NumPy's
            self._note_device(y if many else (y,))
        call_site = (None, 0) if frame is None else (frame.f_code, frame.f_lasti)
        self.records.append([op, inputs, output, saved, params, shapes, shape, dtype, *call_site])  # type: ignore[union-attr]
        if self.cut_off_ids:
            self.join(op, xs, y, frame)

    def _note_device(self, outputs: tuple[Any, ...]) -> None:
        for t in outputs:
            where = device_of(t._value)
            if where != CPU:
                self._note("elsewhere", (t._id, where))

    def join(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any) -> None:
        """Remember that a recorded op also took what had been cut off before."""
        inputs = tuple(
            x._id for x in xs if isinstance(x, EagerTensor) and x._id in self.cut_off_ids
        )
        if inputs:
            call_site = None if frame is None else (frame.f_code, frame.f_lasti)
            for t in y if type(y) is tuple else (y,):
                value = t._value
                cut = Cut(op, inputs, t._id, value.shape, value.dtype, call_site, "join")
                self._note("cuts", cut)

    def record_cut(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """Remember, without values, an op through which no gradient passes."""
        if not self._on_a_path(xs):
            return
        self._cut_off(op, xs, y if type(y) is tuple else (y,), frame, why)
        self._note_device(y if type(y) is tuple else (y,))

    def _cut_off(
        self, op: Op, xs: tuple[Any, ...], outputs: Sequence[Any], frame: Any, why: str = ""
    ) -> None:
        inputs = self._on_a_path(xs)
        call_site = None if frame is None else (frame.f_code, frame.f_lasti)
        if not self.cut_off_ids:
            self.cut_off_ids = set()
        self.cut_off_ids.update(t._id for t in outputs)  # type: ignore[union-attr]
        for t in outputs:
            value = t._value
            self._note("cuts", Cut(op, inputs, t._id, value.shape, value.dtype, call_site, why))

    def given(self, source: Any) -> Any:
        """The gradient of a source that was given out last, while somebody still has it."""
        return next((got() for got in self._given_for(source) if got is not None), None)

    def gave_none(self, source: Any) -> bool:
        """Whether the gradient of a source that was given out last was None."""
        return None in self._given_for(source)

    def _given_for(self, source: Any) -> list[Any]:
        ids = self._ids(source)
        return [got for own, got in zip(*self._given, strict=True) if own[0] in ids]

    def _note_inner(self, begun: int, targets: list[Any]) -> None:
        """Tell the recordings around that a gradient was taken under them."""
        ended, call_site = next_id(), here()
        ids = tuple(i for target in targets for i in self._ids(target))
        for recorder in state.recorders:
            if isinstance(recorder, Recording):
                recorder._note("inner", Inner(begun, ended, ids, call_site))

    def _on_a_path(self, xs: tuple[Any, ...]) -> tuple[int, ...]:
        return tuple(
            x._id
            for x in xs
            if isinstance(x, EagerTensor) and (x._id in self.tracked or x._id in self.cut_off_ids)
        )

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """A tensor's value went to Python or NumPy."""
        if tensor._id in self.tracked or tensor._id in self.cut_off_ids:
            function = None if how in DECIDES else library_function()
            how = f"library {function}" if function else how
            self._note("exits", Exit(tensor._id, how, here()))

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """A variable was given a new value."""
        if isinstance(tensor, EagerTensor) and (
            tensor._id in self.tracked or tensor._id in self.cut_off_ids
        ):
            self._note("stores", Store(tensor._id, variable._id, here()))


class Paused:
    """Stands for a tape in `stop_recording`: notes that ops were computed, keeps no values."""

    inline_records = False

    def __init__(self, tape: Recording) -> None:
        self.tape = tape
        self.tracked = tape.tracked

    @property
    def cut_off_ids(self) -> Any:
        """The tape's."""
        return self.tape.cut_off_ids

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Remember that this op was computed while the tape was paused."""
        self.tape.record_cut(op, xs, y, frame, "paused")

    def record_cut(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """The same for an op on what was lost before."""
        self.tape.record_cut(op, xs, y, frame, "paused")

    def note_read(self, variable: Variable, tensor: EagerTensor) -> None:
        """Variables read while paused are not watched, but what comes of them is noted."""
        self.tape.cut_off_ids = {*self.tape.cut_off_ids, tensor._id}

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """As for the tape."""
        self.tape.note_exit(tensor, how)

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """As for the tape."""
        self.tape.note_assign(variable, tensor)


def _without(active: tuple[Any, ...], tape: Recording) -> tuple[Any, ...]:
    return tuple(r for r in active if r is not tape and getattr(r, "tape", None) is not tape)


def _like(x: Any) -> Like:
    value = x._value if isinstance(x, EagerTensor) else x
    return Like(tuple(value.shape), value.dtype)


#: How often a dtype is still warned of, and whether a gradient is that is lost in part.
warnings = {"left": 5, "lost": True}


def warn_dtype(what: str, dtype: DType) -> None:
    """Say, five times at most, that an integer was to be watched."""
    if warnings["left"] > 0:
        warnings["left"] -= 1
        get_logger().warning(
            "The dtype of the %s must be floating (e.g. tf.float32), got %r", what, dtype
        )
