"""Why a gradient is None, and by which ops a gradient flows: `tape.explain(target, source)`.

The tape remembers, beside its records, the ops through which no gradient passes (`cuts`), the
values that left for NumPy or Python (`exits`), those that were stored in variables (`stores`), and
when it was paused, reset and closed. From these the cause is found, with its line.
"""

from __future__ import annotations

from typing import Any

from gradtape.autodiff.explain import edits
from gradtape.autodiff.explain.explanation import CAUSES, Explanation
from gradtape.autodiff.explain.flow import connected
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import INPUTS, OP, Record, call_site_of, outputs_of
from gradtape.runtime.call_sites import Place, here, resolve
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable


def explain(tape: Recording, target: Any, source: Any, names: tuple[str, str] | None = None) -> Any:
    """See `GradientTape.explain`; `names` are what the texts call target and source."""
    if tape.records is None:
        raise RuntimeError("this tape was never entered, so it recorded nothing: use `with tape:`.")
    target_name, source_name = (
        names or edits.argument_names(here()) or (_name(target, "target"), _name(source, "source"))
    )
    if isinstance(source, (list, tuple, dict)):
        keys = list(source) if isinstance(source, dict) else list(range(len(source)))
        called = edits.member_names(source_name, keys)
        answers = [
            explain(tape, target, source[key], (target_name, name))
            for key, name in zip(keys, called, strict=True)
        ]
        return dict(zip(keys, answers, strict=True)) if isinstance(source, dict) else answers
    for what, value in (("target", target), ("source", source)):
        if not isinstance(value, (EagerTensor, Variable)):
            raise TypeError(
                f"explain takes one tensor or variable as {what}, but {type(value).__name__} "
                "came. A number or an "
                "array has no gradient at all: the calculation has left the tape."
            )
    return _Inquiry(tape, target, source, target_name, source_name).answer()


def _name(value: Any, default: str) -> str:
    return value.name if isinstance(value, Variable) and value._name != "Variable" else default


class _Inquiry:
    """One question, answered step by step."""

    def __init__(
        self, tape: Recording, target: Any, source: Any, target_name: str, source_name: str
    ) -> None:
        self.tape, self.target, self.source = tape, target, source
        self.names = (target_name, source_name)
        self.target_tensor = target._tensor if isinstance(target, Variable) else target
        self.source_ids = set(tape._ids(source))
        self.records: list[Record] = tape.records or []
        self.reach, self.parent = self._spread()

    # -- the graph

    def _spread(self) -> tuple[set[int], dict[int, tuple[Any, int]]]:
        """All ids that depend on the source by any road, each with the step that led there."""
        reach, parent = set(self.source_ids), {}
        edges: list[tuple[int, tuple[int, ...], Any]] = []
        for record in self.records:
            edges += [(output, record[INPUTS], record) for output in outputs_of(record)]
        edges += [(cut.output, cut.inputs, cut) for cut in self.tape.cuts]
        for output, inputs, step in sorted(edges, key=lambda edge: edge[0]):
            if output in reach:
                continue
            for i in inputs:
                if i in reach:
                    reach.add(output)
                    parent[output] = (step, i)
                    break
        return reach, parent

    def _flows(self) -> dict[int, tuple[list[Any], int]]:
        """Ids from which a gradient reaches the source, each with the record on the way."""
        flows: dict[int, tuple[list[Any], int]] = {}
        live = set(self.source_ids)
        for record in self.records:
            op = record[OP]
            for k, i in enumerate(record[INPUTS]):
                if i in live and not (op.rules and op.pullback is None and op.rules[k] is None):
                    for output in outputs_of(record):
                        live.add(output)
                        flows.setdefault(output, (record, i))
                    break
        return flows

    def _ancestors(self, of: int) -> set[int]:
        found = {of}
        for record in reversed(self.records):
            if found.intersection(outputs_of(record)):
                found.update(i for i in record[INPUTS] if i)
        return found

    # -- the answer

    def answer(self) -> Explanation:
        end = self.target_tensor._id
        differentiable = self.target.dtype.is_differentiable and self.source.dtype.is_differentiable
        if differentiable and (end in self.source_ids or self.target is self.source):
            return connected(self.tape, self.target_tensor, self.source_ids, [], self.names)
        flows = self._flows()
        if differentiable and end in flows:
            chain = []
            at = end
            while at in flows:
                record, before = flows[at]
                chain.append((record, at))
                at = before
            refused = next((r for r, _ in chain if r[OP].kind == "unregistered"), None)
            if refused is None:
                return connected(
                    self.tape, self.target_tensor, self.source_ids, chain[::-1], self.names
                )
            return self._none(
                "unregistered",
                call_site_of(refused),
                f"{refused[OP].type} has no gradient in TensorFlow either, so "
                "gradient() raises a LookupError.",
                "write the same with other ops, or register one with tf.RegisterGradient",
            )
        return self._unconnected(end)

    def _unconnected(self, end: int) -> Explanation:
        source, tape = self.source, self.tape
        if not source.dtype.is_differentiable:
            return self._integer_source()
        if end in self.reach:
            return self._cut(end)
        if isinstance(source, Variable) and source._id not in tape._variables:
            return self._unwatched_variable()
        if isinstance(source, EagerTensor) and not self.source_ids & (tape.tracked | tape.shadow):
            return self._unwatched_tensor()
        store = next(
            (
                s
                for s in tape.stores
                if s.value in self.reach and self._uses_variable(end, s.variable)
            ),
            None,
        )
        if store is not None:
            name = (
                tape._variables[store.variable][0].name
                if store.variable in tape._variables
                else "a variable"
            )
            return self._none(
                "stateful",
                store.call_site,
                f"A value computed from {self.names[1]} was assigned to {name}, and reading a "
                "variable starts anew.",
                "compute with the tensor itself, and assign it after the tape has closed",
            )
        exit_ = next((e for e in tape.exits if e.value in self.reach and e.how != "bool()"), None)
        if exit_ is not None:
            return self._none(
                "left_through_numpy",
                exit_.call_site,
                f"A value computed from {self.names[1]} went through {exit_.how} there, "
                "and came back as a constant.",
                "use the tf function of the same meaning",
            )
        return self._untracked_target(end)

    def _uses_variable(self, end: int, variable_id: int) -> bool:
        known = self.tape._variables.get(variable_id)
        ids = set(known[1]) if known else set()
        if isinstance(self.target, Variable) and self.target._id == variable_id:
            return True
        return bool(ids & self._ancestors(end)) or end not in self.tape.tracked

    def _untracked_target(self, end: int) -> Explanation:
        tape = self.tape
        late = min((tape.watched[i] for i in self.source_ids if i in tape.watched), default=0)
        if end < tape.opened_id and not isinstance(self.target, Variable):
            if tape._resets:
                return self._reset()
            return self._none(
                "before_open", None, "", "compute it inside `with tf.GradientTape() as tape:`"
            )
        if end not in tape.tracked:
            if (
                tape._closed_id is not None
                and end > tape._closed_id
                and not isinstance(self.target, Variable)
            ):
                return self._none(
                    "after_close",
                    None,
                    "",
                    "move the line that computes it into the `with` block of the tape",
                )
            if (
                late > end
                and isinstance(self.source, EagerTensor)
                and isinstance(self.target, EagerTensor)
            ):
                return self._none(
                    "watched_late",
                    None,
                    "",
                    f"call tape.watch({self.names[1]}) before {self.names[1]} is used",
                )
        branch = next((e for e in tape.exits if e.value in self.reach and e.how == "bool()"), None)
        if branch is not None:
            return self._none(
                "control_flow",
                branch.call_site,
                "A branch is not differentiable.",
                "to differentiate through a choice, use tf.where on values that depend on it",
            )
        return self._none(
            "no_connection", None, "", f"use {self.names[1]} in the calculation of {self.names[0]}"
        )

    def _cut(self, end: int) -> Explanation:
        """The target depends on the source, but through an op that passes nothing."""
        at, step = end, None
        while at in self.parent:
            this, before = self.parent[at]
            if not isinstance(this, list) or self._ruleless(this, before):
                step = this  # the earliest on the way counts
            at = before
        if step is None:
            return self._none(
                "integer",
                None,
                f"{self.names[0]} is {self.target.dtype.name}.",
                "use floating point",
            )
        if isinstance(step, list):
            return self._none(
                "no_path",
                call_site_of(step),
                f"{step[OP].type} passes no gradient to that input.",
                "write the same with differentiable ops",
            )
        op, _, _, _, dtype, place, why = step
        if why == "paused":
            return self._none(
                "stop_recording", place, "", "compute it outside the block of tape.stop_recording()"
            )
        if op.type == "StopGradient":
            return self._none(
                "stop_gradient",
                place,
                "",
                "leave tf.stop_gradient out where the gradient is wanted",
            )
        if dtype.kind not in "fc" and op.type in ("Cast", "ToInt32"):
            return self._none(
                "integer",
                place,
                f"{op.type} gives {dtype}.",
                "stay in floating point: leave the cast out",
            )
        advice = {
            "ArgMax": "use tf.reduce_max for the value, or tf.nn.softmax for a soft choice",
            "ArgMin": "use tf.reduce_min for the value, or tf.nn.softmax for a soft choice",
            "Floor": "leave it out, or pass its gradient on with tf.grad_pass_through(tf.floor)",
            "Round": "leave it out, or pass its gradient on with tf.grad_pass_through(tf.round)",
        }.get(op.type, "write the same with differentiable ops")
        return self._none("no_path", place, f"{op.type} is not differentiable.", advice)

    def _ruleless(self, record: list[Any], source_id: int) -> bool:
        op = record[OP]
        if op.pullback is not None or not op.rules:
            return False
        return all(op.rules[k] is None for k, i in enumerate(record[INPUTS]) if i == source_id)

    def _integer_source(self) -> Explanation:
        made = _made(self.source)
        name = self.source.dtype.name
        advice = "give it a floating-point dtype: write the number with a decimal point"
        return self._none("integer", made, f"{self.names[1]} is {name}.", advice)

    def _unwatched_variable(self) -> Explanation:
        tape, source = self.tape, self.source
        if not tape._accessed:
            return self._none(
                "never_watched",
                tape._opened_at,
                "The tape was made with watch_accessed_variables=False.",
                f"call tape.watch({self.names[1]}) at the start of the block",
            )
        if not source.trainable:
            return self._none(
                "not_trainable",
                source._made,
                "",
                f"make it trainable, or call tape.watch({self.names[1]})",
            )
        if tape._resets:
            return self._reset()
        if any(read in tape.shadow for read in self.source_ids) or tape.pauses:
            return self._none(
                "stop_recording",
                tape.pauses[0].call_site,
                "It was read only while the tape was paused.",
                "read it outside the block of tape.stop_recording()",
            )
        end = self.target_tensor._id
        if tape._closed_id is not None and end > tape._closed_id:
            return self._untracked_target(end)
        return self._none(
            "no_connection",
            None,
            f"{self.names[1]} was not read while the tape recorded.",
            f"use {self.names[1]} in the calculation of {self.names[0]}",
        )

    def _unwatched_tensor(self) -> Explanation:
        origin = getattr(self.source, "_origin", None)
        if origin is not None and origin[0] == "read":
            variable = origin[2]()
            # the name that all variables without one share tells nothing
            named = variable is not None and variable.name != "Variable:0"
            name = f"the variable {variable.name}" if named else "a variable"
            return self._none(
                "replaced_by_tensor",
                origin[1],
                f"{self.names[1]} is a tensor computed from {name} there.",
                f"change the variable in place: {self.names[1]}.assign_add(...) or "
                f"{self.names[1]}.assign(...)",
            )
        if self.tape._resets:
            return self._reset()
        return self._none(
            "never_watched",
            _made(self.source) or self.tape._opened_at,
            "Only variables are watched by themselves.",
            f"call tape.watch({self.names[1]}) before it is used, or make it a tf.Variable",
        )

    def _reset(self) -> Explanation:
        return self._none(
            "reset",
            self.tape._resets[-1].call_site,
            "",
            "after a reset, watch the sources again and compute the target again",
        )

    def _none(self, cause: str, place: Place | None, more: str, advice: str) -> Explanation:
        target, source = self.names
        text = f"d({target})/d({source}) is None: {CAUSES[cause]}."
        if cause == "unregistered":
            text = f"d({target})/d({source}) is a LookupError: {CAUSES[cause]}."
        line = resolve(place)
        return Explanation(
            target,
            source,
            False,
            cause,
            f"{text} {more}".rstrip(),
            line,
            advice,
            edits.edit(cause, line, resolve(self.tape._opened_at), source),
        )


def _made(value: Any) -> Place | None:
    if isinstance(value, Variable):
        return value._made
    origin = getattr(value, "_origin", None)
    return origin[1] if origin is not None and origin[0] == "made" else None
