"""`Trace`: notes what a function does while it is called, op by op, in order.

It stands first among the recorders, and in `state.trace`. The call computes real values on the way,
so what it gives is what an eager call gives; where something happens that a program of steps could
not repeat (a value that goes to Python), the trace is given up and the call goes on as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradtape.errors import UnimplementedError
from gradtape.primitives.op import Op
from gradtape.runtime.call_sites import CallSite, here
from gradtape.runtime.recorders import next_id, restore_warnings, silence_warnings, state
from gradtape.tensors.tensor import EagerTensor, ForeignTensor, wrap
from gradtape.tensors.variable import Variable
from gradtape.tracing.drawing import Draw, put_back
from gradtape.tracing.kernels import plain, plainly
from gradtape.tracing.steps import Call, Compute, Guard, Read, Step, Store
from gradtape.tracing.traced import Traced

#: steps of the longest program: what has more is a loop that is better left to Python
LONGEST = 50_000
#: how often one line may ask for a truth: more is a loop that is better left to Python
TURNS = 100

#: how many numbers of a tensor, at most, are a matter of the path: sizes, axes, the ends of a range
MOST_KNOWN = 16


class Trace:
    """What one call of a function did, as steps on numbered values."""

    inline_records = False
    watches = False  # it needs no tensors in a backward pass: see `passes.prepare`
    tracked: frozenset[int] = frozenset()

    def __init__(
        self, name: str, may_create: bool = True, looks: bool = False, origin: Any = None
    ) -> None:
        self.name, self._may_create, self._looks = name, may_create, looks
        self.steps: list[Step] = []
        self.values: list[Any] = []  # number → the array in this call
        self.constants: dict[int, int] = {}  # id of an array → its number
        self.arguments: list[int] = []
        self.variables: list[Variable] = []
        self.slots: dict[int, int] = {}  # id of a variable → its slot
        self.held: dict[int, EagerTensor] = {}  # slot → the traced tensor of its present value
        self.folded: set[int] = set()  # ids of tensors from outside, used among themselves alone
        self.outside: dict[int, EagerTensor] = {}  # id of an array → the tensor from outside
        self.shared = False  # two tensors from outside have one array
        self.before: dict[int, EagerTensor] = {}  # slot → what it held before the call
        self.created: dict[int, tuple[Variable, EagerTensor]] = {}
        self.waiting: list[Callable[[], Any]] = []  # what is printed when the call is over
        self.draws = self.places = 0
        self.origin = origin  # what the paths of one signature have in common
        self.failure: tuple[str, CallSite | None] | None = None
        self.own_gradients = False  # a custom gradient was taken, which the steps do not show
        self.closed = self.open_to_all = False
        self.made: list[Any] = []  # the tensors around traced values
        self.turns: dict[Any, int] = {}
        self.reason = ""
        self.look: Any = None  # what sees each call of Python's: `unseen.py`
        self.began = next_id()

    # -- values

    def new(self, value: Any) -> Traced:
        """A number for a value."""
        self.values.append(value)
        return Traced(self, value, len(self.values) - 1)

    def argument(self, tensor: EagerTensor) -> EagerTensor:
        """The tensor that stands for an argument; tapes know it by the argument's own id."""
        traced = self.new(tensor._value)
        self.arguments.append(traced.number)
        return self.tensor(traced, tensor._id)

    def tensor(self, traced: Traced, number: int) -> EagerTensor:
        """A tensor around a traced value."""
        tensor = _new(ForeignTensor)
        tensor._value, tensor._id = traced, number
        self.made.append(tensor)
        return tensor

    def settle(self) -> None:
        """Turn the tensors of this call into plain ones: tapes and the program keep them."""
        self.open_to_all = True
        for tensor in self.made:
            if type(tensor._value) is Traced:
                tensor._value = tensor._value.value
                tensor.__class__ = EagerTensor
        self.made.clear()

    def number(self, value: Any) -> int:
        """The number of an operand: a traced value, or a constant."""
        if type(value) is Traced:
            if value.trace is self:
                return value.number
            value = value.trace.leaked(value)
        known = self.constants.get(id(value))
        if known is None:
            known = self.constants[id(value)] = len(self.values)
            self.values.append(value)
        return known

    def compute(
        self, op: Op | None, kernel: Callable[..., Any], values: tuple[Any, ...], params: Any
    ) -> Any:
        """What a kernel makes of values, noted."""
        inputs = tuple(map(self.number, values))
        token = silence_warnings()
        try:
            y = kernel(*[v.value if type(v) is Traced else v for v in values], **params)
        finally:
            restore_warnings(token)
        if self.failure is not None and not self._looks:
            # nobody needs the steps, which might go on for an epoch
            return tuple(map(plain, y)) if type(y) is tuple else plain(y)
        if type(y) is np.ndarray:
            one = self.new(y)
            self.add(Compute(op, kernel, inputs, params, (one.number,), False))
            return one
        many = type(y) is tuple
        parts = y if many else (y,)
        if not all(isinstance(part, (np.ndarray, np.generic)) for part in parts):
            kernel = plainly(kernel)
        made = tuple([self.new(plain(part)) for part in parts])
        self.add(Compute(op, kernel, inputs, params, tuple(v.number for v in made), many))
        return made if many else made[0]

    def add(self, step: Step) -> None:
        """Note a step."""
        self.steps.append(step)
        if len(self.steps) > LONGEST and self.failure is None:
            self.give_up(f"it has more than {LONGEST:,} steps", here())

    def outcomes(self) -> tuple[Any, ...]:
        """What the guards saw."""
        return tuple([step.outcome for step in self.steps if isinstance(step, Guard)])

    def holds(self, tensor: EagerTensor) -> bool:
        """Whether a tensor's value is one of a trace."""
        return type(tensor._value) is Traced

    def is_bare(self, x: Any) -> bool:
        """Whether a rule has an array at hand, in a way that no tape could follow further."""
        bare = type(x) is Traced and type(x.value) is np.ndarray
        self.own_gradients |= bare
        return bare

    # -- giving up

    def give_up(self, why: str, site: CallSite | None = None) -> None:
        """The steps are no program: this function is not compiled for such arguments."""
        if self.failure is None:
            self.failure = (why, site)

    def left(self, traced: Traced) -> Any:
        """A value that goes to Python: the truth of one is guarded, others end the trace."""
        reason, self.reason = self.reason, ""
        if self.closed or self is not state.trace:
            return self.leaked(traced)
        if reason == "bool()" and traced.size == 1:
            self.guard(traced, bool(traced.value.reshape(-1)[0]))
        elif reason == "an index":
            self.guard(traced, int(traced.value))
        else:
            self.give_up(f"it needs the value of a tensor ({reason or 'NumPy'})", here())
        return traced.value

    def known(self, tensor: EagerTensor) -> EagerTensor:
        """A few numbers as constants of this path, on which they are what they are now."""
        traced = tensor._value
        if type(traced) is not Traced or self.closed or traced.size > MOST_KNOWN:
            return tensor
        held = traced.value.tolist()
        self.guard(traced, tuple(traced.value.ravel().tolist()) if traced.ndim else held)
        return wrap(traced.value)

    def guard(self, traced: Traced, outcome: Any) -> None:
        """From here on this is the path on which a value, or its truth, is `outcome`."""
        site = here()
        turns = self.turns[site] = self.turns.get(site, 0) + 1
        if turns > TURNS:
            self.give_up(f"a tensor decides over more than {TURNS} turns of a loop", site)
        self.steps.append(Guard(traced.number, outcome, site))

    def leaked(self, traced: Traced) -> Any:
        """A value that is used after its call is over, or by another thread."""
        if self.closed and not self.open_to_all:
            raise TypeError(
                f"a tensor of shape {list(traced.shape)} is out of scope: it was made while "
                f"tf.function traced {self.name}, and has a value in that call alone. Return it "
                "from the function, or keep it in a tf.Variable."
            )
        return traced.value

    # -- variables

    def slot(self, variable: Variable) -> int:
        """The place of a variable."""
        variable = getattr(variable, "_of", variable)
        known = self.slots.get(id(variable))
        if known is None:
            known = self.slots[id(variable)] = len(self.variables)
            self.variables.append(variable)
        return known

    def read(self, variable: Variable) -> EagerTensor:
        """The tensor of what a variable holds."""
        slot = self.slot(variable)
        tensor = self.held.get(slot)
        if tensor is None:
            now = variable._tensor
            traced = self.new(now._value)
            self.add(Read(slot, traced.number))
            tensor = self.held[slot] = self.tensor(traced, now._id)
        return tensor

    def stored(self, variable: Variable, value: Any) -> None:
        """A variable takes `value`: noted; what it holds meanwhile is the array itself."""
        slot, number = self.slot(variable), self.number(value)
        self.add(Store(slot, number))
        self.before.setdefault(slot, variable._tensor)
        variable._tensor = wrap(self.values[number])
        self.held.pop(slot, None)  # to a tape what is read from now on is another root

    def begun(self, variable: Variable, tensor: EagerTensor) -> EagerTensor:
        """A variable is made in this call, with this first value."""
        if not self._may_create and self.failure is None:
            raise ValueError(
                "tf.function only supports singleton tf.Variables created on the first call. Make "
                "sure the tf.Variable is only created once or created outside tf.function. See "
                "https://www.tensorflow.org/guide/function#creating_tfvariables for more "
                "information."
            )
        value = tensor._value
        if type(value) is Traced:
            tensor = wrap(value.value)
        self.created[id(variable)] = (variable, tensor)
        return tensor

    def forget_held(self) -> None:
        """Something has changed variables in its own way: they are read anew."""
        self.held.clear()

    def can_be_undone(self) -> bool:
        """Whether nothing was called that may have changed more than variables."""
        return not any(isinstance(s, Call) and not (s.late or s.draws) for s in self.steps)

    def draws_anew(self) -> bool:
        """Whether random numbers are drawn in each call."""
        return any(isinstance(s, Call) and s.draws for s in self.steps)

    def undo(self) -> None:
        """Give every variable the value that it had before this call, or was made with."""
        self.waiting.clear()
        put_back()
        for slot, tensor in self.before.items():
            variable = self.variables[slot]
            made = self.created.get(id(variable))
            variable._tensor = tensor if made is None else wrap(made[1]._value)

    # -- calls at run time

    def call(
        self,
        function: Callable[..., Any],
        values: tuple[Any, ...] = (),
        draws: bool = False,
        steady: bool = False,
        keep: Callable[[], Callable[[], None]] | None = None,
    ) -> tuple[Any, ...]:
        """Call `function` on arrays, now and in every later call; its arrays, traced.

        One that `draws` may say by `keep` how what it moves on is put back; `steady` says that its
        arrays have the same shapes in every call.
        """
        inputs = tuple(map(self.number, values))
        if draws:
            function = Draw(function, keep)
        if self._looks and not draws:
            raise UnimplementedError(
                f"{self.name} cannot be looked at without being called: it takes an optimizer's "
                "step or calls Python. Call the function itself."
            )
        with paused():
            made = function(*(self.values[n] for n in inputs))
        outputs = tuple(map(self.new, map(plain, made or ())))
        numbers = tuple(v.number for v in outputs)
        self.add(Call(function, inputs, numbers, draws=draws, steady=steady or draws))
        return outputs

    def verified(self, verify: Callable[..., None], values: tuple[Any, ...]) -> None:
        """Call what raises an error if arrays are not as they should be, in each call.

        Like a draw it changes nothing else, and what a path has verified the next one need not.
        """
        if not self._looks:  # at numbers that stand for others
            self.call(verify, values, draws=True)

    def tell(self, function: Callable[..., Any], values: tuple[Any, ...]) -> None:
        """Call `function` on arrays when this call is over, and in every later one."""
        inputs = tuple(map(self.number, values))
        self.add(Call(function, inputs, (), late=True))
        arrays = [self.values[n] for n in inputs]
        if self.failure is not None:
            self.speak()
            function(*arrays)
        else:
            self.waiting.append(lambda: function(*arrays))

    def speak(self) -> None:
        """Tell what waits to be told."""
        waiting, self.waiting = self.waiting, []
        for told in waiting:
            told()

    def next_draw(self) -> int:
        """The number of a draw without a seed, from 0."""
        self.draws += 1
        return self.draws - 1

    def place(self) -> tuple[Any, ...]:
        """What a draw is known by: its place on the way that the trace has taken so far."""
        self.places += 1
        return self.origin or self, self.outcomes(), self.places

    # -- recorder

    @property
    def cut_off_ids(self) -> bool:
        """True: the ops on other tensors are to be told too."""
        return True

    def record(self, *_: Any) -> None:
        """Nothing is tracked here."""

    def record_cut(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """An op, traced or not: where it stands, and what it takes from outside."""
        parts = y if type(y) is tuple else (y,)
        if any(type(part._value) is Traced for part in parts):
            self.made += parts
            if self.steps and frame is not None and self.steps[-1].site is None:
                self.steps[-1].site = (frame.f_code, frame.f_lasti)
            for x in xs:
                if type(x) is EagerTensor and x._id < self.began:
                    before = self.outside.setdefault(id(x._value), x)
                    self.shared |= before is not x
            return
        for x in xs:
            if type(x) is EagerTensor and x._id < self.began:
                self.folded.add(x._id)

    def note_read(self, variable: Variable, tensor: EagerTensor) -> EagerTensor:
        """What a variable's reader is to compute with."""
        return self.read(variable)

    def note_exit(self, tensor: Any, how: str) -> None:
        """A value is about to go to Python: by which way."""
        if type(tensor._value) is Traced:
            self.reason = how

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """Known from `stored`."""


@contextmanager
def paused() -> Iterator[None]:
    """A block in which nothing is traced or recorded."""
    trace, recorders = state.trace, state.recorders
    state.trace, state.recorders = None, ()
    try:
        yield
    finally:
        state.trace, state.recorders = trace, recorders


_new = object.__new__
