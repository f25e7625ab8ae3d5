"""`Entry`: what a function is for one signature: the paths that were traced, or Python."""

from __future__ import annotations

from typing import Any

from gradtape.autodiff.custom_gradients import Watcher
from gradtape.autodiff.forward import ForwardAccumulator
from gradtape.autodiff.recording import Paused, Recording
from gradtape.dispatch.placement import worth_asking
from gradtape.functions.control.specs import TensorSpec
from gradtape.runtime.call_sites import CallSite, resolve
from gradtape.runtime.logger import get_logger
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import wrap
from gradtape.tracing import results
from gradtape.tracing.drawing import Account, account, put_back
from gradtape.tracing.printer import MissError
from gradtape.tracing.program import Program, UnorderedError
from gradtape.tracing.replay import Replay
from gradtape.tracing.signature import Signature, replaced
from gradtape.tracing.steps import Read
from gradtape.tracing.trace import Trace, paused
from gradtape.tracing.unseen import watched

#: recorders to whom an op can be told that was computed before; others look at values on the way
_KNOWN = (Recording, Paused, ForwardAccumulator, Watcher)
#: how many paths through a function are kept; with more the tensors decide too much
PATHS = 16


class Path:
    """One traced path: its trace until somebody needs the program."""

    def __init__(self, trace: Trace, form: Any, given: dict[int, int]) -> None:
        self.outcomes = trace.outcomes()
        self.draws = trace.draws_anew()
        self.replay = Replay(trace, form, given)
        self._waiting: tuple[Trace, Any, dict[int, int]] | None = (trace, form, given)
        self._program: Program | None = None

    def program(self) -> Program:
        """The program; a function that is called once never needs it."""
        if self._program is None:
            assert self._waiting is not None
            self._program = Program(*self._waiting)
            self._waiting = None
        return self._program


class Entry:
    """A signature of a function."""

    def __init__(self, function: Any, signature: Signature, eager: bool = False) -> None:
        self.function, self.eager = function, eager
        self.alive = signature.alive  # objects that the key knows by their ids
        self.paths: list[Path] = []
        self.latest: Path | None = None
        self.reads: list[Any] = []  # the variables that a path reads
        self.outside: set[int] = set()  # the ids of the tensors from outside that a path takes
        self.folded: set[int] = set()  # and of those that it only computes constants of
        self.draws = False  # whether a path draws random numbers

    def call(self, signature: Signature, args: Any, kwargs: Any) -> Any:
        """One call."""
        if self.eager or not all(isinstance(r, _KNOWN) for r in state.recorders):
            return self.function.run(args, kwargs)
        if self.latest is not None and not self.draws and account.now is None:
            return self.called(signature, args, kwargs)
        before = account.now
        account.now = Account() if self.draws else None
        try:
            return self.called(signature, args, kwargs)
        finally:
            account.now = before

    def called(self, signature: Signature, args: Any, kwargs: Any) -> Any:
        """A call, whose draws are the same on every path that is tried."""
        path = self.latest
        if path is None:
            return self.trace(signature, args, kwargs)
        recorded = bool(state.recorders) and self.concerned(signature)
        if recorded and any(i in r.tracked for r in state.recorders for i in self.folded):
            return self.function.run(args, kwargs)
        for _ in range(PATHS):
            if recorded and not path.replay.possible:
                return self.function.run(args, kwargs)
            try:
                result = self.run(path, signature, recorded)
            except MissError as miss:
                place, outcome = miss.args
                if place < 0:
                    why = "the shape of a value depends on values"
                    return self.python(why, args, kwargs)
                seen = (*path.outcomes[:place], outcome)
                found = next((p for p in self.paths if p.outcomes[: len(seen)] == seen), None)
                if found is None:
                    return self.trace(signature, args, kwargs)
                path = found
                if account.now is not None:
                    account.now.again()
            except UnorderedError:
                why = "it acts before it is known which way it goes"
                return self.python(why, args, kwargs)
            else:
                self.latest = path
                return result
        return self.function.run(args, kwargs)

    def run(self, path: Path, signature: Signature, recorded: bool) -> Any:
        """A call on a known path.

        Raises: MissError where the path is another.
        """
        if recorded:
            return path.replay(signature.tensors, signature.variables)
        program = path.program()
        if program.work and worth_asking(program.work):  # a GPU has been found: ops may go there
            raise MissError(-1, None)
        return program([tensor._value for tensor in signature.tensors], signature.variables)

    def concerned(self, signature: Signature) -> bool:
        """Whether an active tape or accumulator has to know of the ops in this call."""
        ids = {t._id for t in signature.tensors} | self.outside | self.folded
        for variable in self.reads + signature.variables:
            tensor = variable._tensor
            ids.add(tensor._id)
            for recorder in state.recorders:
                if tensor._id not in recorder.tracked:
                    recorder.note_read(variable, tensor)
        return any(
            i in recorder.tracked or i in recorder.cut_off_ids
            for recorder in state.recorders
            for i in ids
        )

    def trace(self, signature: Signature, args: Any, kwargs: Any) -> Any:
        """A call that is traced, by the Python function itself; tapes record it as they go."""
        if len(self.paths) >= PATHS:
            return self.python(f"tensors lead it on more than {PATHS} ways", args, kwargs)
        if not self.paths:
            self.function.count.note(signature.key)
        before = account.now
        if before is None:
            account.now = Account()
        else:
            before.again()
        try:
            return self._kept(signature, args, kwargs)
        finally:
            account.now = before

    def _kept(self, signature: Signature, args: Any, kwargs: Any) -> Any:
        trace = Trace(self.function.name, self.function.may_create, origin=self)
        recorded = bool(state.recorders)
        value, form, given = self._traced(trace, signature, args, kwargs)
        self.function.may_create = False
        if trace.created and trace.failure is None:
            self.function.count.traces += 1
            if not recorded and trace.can_be_undone():
                # as in TensorFlow, the function that made its variables is traced again without
                trace.undo()
                return self.trace(signature, args, kwargs)
        trace.speak()
        if recorded or trace.failure is not None:
            trace.settle()
            value = results.shown(value)
        else:
            value = results.filled(form, lambda n: wrap(trace.values[n]))
        if trace.failure is not None:
            self.give_up(*trace.failure)
        elif not trace.created:
            self.keep(Path(trace, form, given), trace)
        return value

    def look(self, signature: Signature, args: Any, kwargs: Any) -> Any:
        """The specs of the result; what the function changes is changed back."""
        trace = Trace(self.function.name, self.function.may_create, looks=True)
        before, account.now = account.now, Account()
        with paused():
            _, form, given = self._traced(trace, signature, args, kwargs)
        trace.undo()
        account.now = before
        self.function.may_create = False
        if not (self.paths or trace.created or trace.failure or trace.draws_anew()):
            self.keep(Path(trace, form, given), trace)
        return results.filled(form, lambda n: TensorSpec.from_tensor(wrap(trace.values[n])))

    def _traced(self, trace: Trace, signature: Signature, args: Any, kwargs: Any) -> Any:
        """The result of the Python function, its form, and the slots of variables given."""
        given = {trace.slot(v): k for k, v in enumerate(signature.variables)}
        stand_ins = iter([trace.argument(tensor) for tensor in signature.tensors])
        arguments, keywords = replaced(args, stand_ins), replaced(kwargs, stand_ins)
        before = state.recorders
        state.trace, state.recorders = trace, (trace, *before)
        try:
            with watched(trace):
                value = self.function.python_function(*arguments, **keywords)
            return value, results.encoded(value, trace), given
        except BaseException:
            trace.give_up("it raised an error")
            trace.speak()
            trace.settle()
            raise
        finally:
            state.trace, state.recorders = None, before
            trace.closed = True

    def keep(self, path: Path, trace: Trace) -> None:
        """Remember a path."""
        self.paths.append(path)
        self.latest = path
        self.draws |= path.draws
        known = {id(v) for v in self.reads}
        slots = dict.fromkeys(step.slot for step in trace.steps if isinstance(step, Read))
        self.reads += [v for v in (trace.variables[k] for k in slots) if id(v) not in known]
        self.outside |= {t._id for t in trace.outside.values()}
        self.folded |= trace.folded

    def give_up(self, why: str, site: CallSite | None = None) -> None:
        """From now on this signature is Python's; said once for each reason."""
        self.eager = True
        self.paths, self.latest = [], None
        line = resolve(site)
        where = "" if line is None else f" ({line}: {line.source})"
        name = self.function.name
        if why not in self.function.said:
            self.function.said.add(why)
            get_logger().warning("tf.function %s runs eagerly: %s%s", name, why, where)

    def python(self, why: str, args: Any, kwargs: Any) -> Any:
        """A call that no path fits, and no later one is to try."""
        self.give_up(why)
        put_back()
        return self.function.run(args, kwargs)
