"""`Op`: one operation, its kernel and its derivative.

An op is a kernel (arrays to array) with the shape of its local Jacobian. `Op.call` is what rules
and functions call: on arrays it gives an array, on tensors a recorded tensor, on a batch a batch.

Arrays are positional, metadata is keyword-only. What the backward pass needs is read off the names
of a rule's parameters, `rule(g, y, x, …, **metadata)`: `_x` is not needed and is dropped by the
tape, `x_like` stands for shape and dtype alone, any other name keeps the value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Rule = Callable[..., Any]

DROP, LIKE, KEEP = 0, 1, 2

NUMERIC = frozenset("iufc")
FLOATING = frozenset("fc")
REAL = frozenset("iuf")
ANY = frozenset("iufcbO")


class Like(NamedTuple):
    """Shape and dtype of a value that the tape dropped."""

    shape: tuple[int, ...]
    dtype: Any


class Op:
    """One differentiable (or not) operation.

    `kind` says which fact about the Jacobian is known: elementwise, linear, reduction, custom,
    nondifferentiable, unregistered. `rules` has one vector-Jacobian product per input (None: no
    path); `pullback` replaces them where all inputs are done at once.
    `jvp(tangents, y, xs, params)` pushes tangents forward; where it is None the pullback of the
    pullback does. `batch(op, xs, flags, size, params)` maps over a leading axis.
    """

    __slots__ = (
        "alike",
        "allowed",
        "batch",
        "call",
        "doc",
        "has_params",
        "jvp",
        "keeps",
        "kept",
        "kernel",
        "kind",
        "name",
        "pull_keeps",
        "pullback",
        "rules",
        "structural",
        "type",
        "work",
    )

    def __init__(
        self,
        type: str,
        kernel: Callable[..., Any],
        *,
        name: str = "",
        kind: str = "custom",
        rules: tuple[Rule | None, ...] = (),
        pullback: Rule | None = None,
        jvp: Callable[..., Any] | None = None,
        batch: Callable[..., Any] | None = None,
        allowed: frozenset[str] = ANY,
        structural: bool = False,
        doc: str | None = None,
    ) -> None:
        self.type, self.kernel, self.name, self.kind = type, kernel, name or kernel.__name__, kind
        self.rules, self.pullback, self.jvp, self.batch = rules, pullback, jvp, batch
        self.allowed, self.structural, self.doc = allowed, structural, doc
        code = getattr(kernel, "__code__", None)
        self.has_params = code is not None and code.co_kwonlyargcount > 0
        self.call: Callable[..., Any] = self.unready
        ruled = tuple(k for k, rule in enumerate(rules) if rule is not None)
        #: the inputs that must have one dtype; without a rule (a mask, indices) it has its own
        self.alike = ruled if kind in ("elementwise", "linear") and len(rules) > 1 else ()
        #: how many multiplications the op takes, where a GPU may be worth the way (see
        #: `dispatch/placement.py`)
        self.work: Callable[..., int] | None = None
        self.keeps: tuple[tuple[int, ...], ...] = tuple(
            _needs(rule, len(rules)) if rule else (DROP,) * (1 + len(rules)) for rule in rules
        )
        #: what `keep_for` has worked out from `keeps`
        self.kept: dict[tuple[bool, ...], tuple[int, ...]] = {}
        self.pull_keeps: tuple[int, ...] | None = None if pullback is None else _needs(pullback, 0)

    def unready(self, *_: Any, **__: Any) -> Any:
        """Placeholder until `dispatch.elementwise.make_call` has run."""
        raise RuntimeError(f"op {self.type} was not given to make_call")

    def keep_for(self, tracked: tuple[bool, ...]) -> tuple[int, ...]:
        """What to keep of (y, *xs) when these inputs are tracked."""
        n = len(tracked)
        if self.pull_keeps is not None:
            spread = self.pull_keeps
            if len(spread) < n + 1:
                spread = spread + (spread[-1],) * (n + 1 - len(spread))
            return spread[: n + 1]
        known = self.kept.get(tracked)
        if known is None:
            need = [DROP] * (n + 1)
            for keeps, use in zip(self.keeps, tracked, strict=False):
                if use:
                    need = [max(a, b) for a, b in zip(need, keeps, strict=False)]
            known = self.kept[tracked] = tuple(need)
        return known

    @property
    def differentiable(self) -> bool:
        """Whether a gradient can pass."""
        return self.kind not in ("nondifferentiable", "unregistered")

    def __repr__(self) -> str:
        return f"<op {self.type} ({self.kind})>"


def _needs(rule: Rule, n_inputs: int) -> tuple[int, ...]:
    """KEEP, LIKE or DROP for y and each input, from the parameter names after `g`."""
    code = rule.__code__
    names = code.co_varnames[1 : code.co_argcount]
    if code.co_flags & 0x04:  # *xs: the same for every further input
        names += (code.co_varnames[code.co_argcount + code.co_kwonlyargcount],)
    elif n_inputs and len(names) != n_inputs + 1:
        raise TypeError(
            f"a rule takes (g, y, one name per input), {n_inputs} inputs here, but {rule} takes "
            f"{names}"
        )
    return tuple(
        DROP if n.startswith("_") else LIKE if n.endswith("_like") else KEEP for n in names
    )
