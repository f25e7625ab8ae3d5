"""Products of matrices and tensors: matmul, matvec, tensordot, einsum, cross."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import DType, as_dtype
from gradtape.errors import FailedPreconditionError, InvalidArgumentError
from gradtape.functions.arguments import matched
from gradtape.functions.array.indexing import getitem
from gradtape.ops.array import shaping as shapes
from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.linalg.diagonals import diag_part
from gradtape.ops.linalg.einsum import einsum as einsum_op
from gradtape.ops.linalg.products import matmul as product
from gradtape.ops.linalg.products import refused_product
from gradtape.ops.math.complex_numbers import cast, conj
from gradtape.ops.math.reductions import reduce_sum
from gradtape.primitives.op import FLOATING
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def pair(a: Any, b: Any) -> tuple[EagerTensor, EagerTensor]:
    """Two operands as tensors; a Python value takes the other's dtype, the first fixes it."""
    if is_tensor_like(b) and not is_tensor_like(a):
        right = convert_operand(b)
        return convert(a, right.dtype), right
    left = convert_operand(a)
    if not is_tensor_like(b):
        return left, convert(b, left.dtype)
    right = convert_operand(b)
    one_dtype(left, right)
    return left, right


def one_dtype(*tensors: EagerTensor) -> None:
    """InvalidArgumentError unless all have the dtype of the first."""
    first = tensors[0].dtype
    for k, x in enumerate(tensors):
        if x.dtype is not first:
            raise InvalidArgumentError(
                f"input #{k}(zero-based) was expected to be a {first.word} tensor but is a "
                f"{x.dtype.word} tensor. There is no promotion between tensor dtypes: use tf.cast."
            )


def _turned(x: Any, transpose: bool, adjoint: bool) -> Any:
    if transpose and adjoint:
        raise ValueError("Only one of transpose and adjoint can be True.")
    if not (transpose or adjoint):
        return x
    x = shapes.swap(x)
    return conj(x) if adjoint and x.dtype.is_complex else x


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """The matrix product over the last two axes; the axes in front broadcast.

    y = a·b;  ∂a = g·bᴴ, ∂b = aᴴ·g.

    Shapes: (…, m, k) · (…, k, n) → (…, m, n). Dtypes: both the same, floating point, complex, int32
    or int64; with `output_type=tf.int32` int8 and uint8 too, in any pair.
    Raises: InvalidArgumentError for a vector (use `tf.linalg.matvec`), where the sizes differ, and
    for another `output_type`.

    >>> import gradtape as tf
    >>> tf.matmul([[1.0, 2.0]], [[3.0], [4.0]]).numpy()
    array([[11.]], dtype=float32)
    """
    if output_type is not None:
        a, b = _widened(a, b, as_dtype(output_type))
    if type(a) is not EagerTensor or type(b) is not EagerTensor:
        a, b = pair(a, b)
    if transpose_a or adjoint_a:
        a = _turned(a, transpose_a, adjoint_a)
    if transpose_b or adjoint_b:
        b = _turned(b, transpose_b, adjoint_b)
    return product(a, b)


def _widened(a: Any, b: Any, output: DType) -> tuple[EagerTensor, EagerTensor]:
    """Both operands in the dtype of the product."""
    left = convert_operand(a)
    right = convert_operand(b) if is_tensor_like(b) else convert(b, left.dtype)
    if left.dtype is right.dtype is output:
        return left, right
    bytes_ = {left.dtype.name, right.dtype.name} <= {"int8", "uint8"}
    if not bytes_ or output.name != "int32":
        raise InvalidArgumentError(
            f"a matrix product of {left.dtype.name} and {right.dtype.name} has no output_type "
            f"{output.name} [Op:BatchMatMulV3]: it is int32, of int8 and uint8. Use tf.cast."
        )
    return cast(left, dtype=output.numpy), cast(right, dtype=output.numpy)


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """The product of a matrix and a vector: (…, m, k) · (…, k) → (…, m).

    ∂a = g·bᴴ (outer product), ∂b = aᴴ·g.

    >>> import gradtape as tf
    >>> tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).numpy()
    array([3., 7.], dtype=float32)
    """
    a, b = pair(a, b)
    column = getitem(b, (Ellipsis, None))
    return getitem(product(_turned(a, transpose_a, adjoint_a), column), (Ellipsis, 0))


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> EagerTensor:
    """The product of tensors summed over pairs of axes.

    `axes` is a number n (the last n of a with the first n of b) or a pair of lists of axes.

    Shapes: the free axes of a, then those of b. Dtypes: both the same, numeric.
    Raises: ValueError where the axes do not pair up, InvalidArgumentError where sizes differ.

    >>> import gradtape as tf
    >>> tf.tensordot([1.0, 2.0], [3.0, 4.0], 1).numpy()
    np.float32(11.0)
    """
    a, b = pair(a, b)
    ra, rb = len(a._value.shape), len(b._value.shape)
    left, right = _contracted(axes, ra, rb)
    sa, sb = tuple(a._value.shape), tuple(b._value.shape)
    if [sa[k] for k in left] != [sb[k] for k in right]:
        raise InvalidArgumentError(
            f"tensordot sums axes {left} of {list(sa)} with axes {right} of {list(sb)}, whose "
            "sizes differ"
        )
    free_a = [k for k in range(ra) if k not in left]
    free_b = [k for k in range(rb) if k not in right]
    n = int(np.prod([sa[k] for k in left], dtype=int))
    rows, columns = [sa[k] for k in free_a], [sb[k] for k in free_b]
    a = shapes.transpose(a, perm=tuple(k - ra for k in (*free_a, *left)))
    b = shapes.transpose(b, perm=tuple(k - rb for k in (*right, *free_b)))
    a = shapes.reshape(a, shape=(int(np.prod(rows, dtype=int)), n))
    b = shapes.reshape(b, shape=(n, int(np.prod(columns, dtype=int))))
    return shapes.reshape(product(a, b), shape=(*rows, *columns))


def _contracted(axes: Any, ra: int, rb: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, (int, np.integer)):
        n = int(axes)
        if not 0 <= n <= min(ra, rb):
            raise ValueError(f"`axes` must be in 0 … {min(ra, rb)} for these ranks, got {n}.")
        return list(range(ra - n, ra)), list(range(n))
    left, right = ([int(k) for k in np.atleast_1d(np.asarray(part))] for part in axes)
    if len(left) != len(right):
        raise ValueError(f"Different number of contraction axes: {left} and {right}.")
    for axes_of, rank in ((left, ra), (right, rb)):
        if any(not -rank <= k < rank for k in axes_of):
            raise ValueError(f"tensordot cannot sum axes {axes_of} of a tensor of rank {rank}.")
    return [k % ra for k in left], [k % rb for k in right]


def cross(a: Any, b: Any, name: str | None = None) -> EagerTensor:
    """The vector product a × b over a last axis of size 3.

    ∂a = b × g, ∂b = g × a.

    >>> import gradtape as tf
    >>> tf.linalg.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]).numpy()
    array([0., 0., 1.], dtype=float32)
    """
    a, b = pair(a, b)
    sa, sb = tuple(a._value.shape), tuple(b._value.shape)
    if sa != sb or not sa or sa[-1] != 3:
        raise (InvalidArgumentError if sa != sb or not sa else FailedPreconditionError)(
            f"cross takes two tensors of one shape with a last axis of size 3, got {list(sa)} and "
            f"{list(sb)} [Op:Cross]; tf.broadcast_to repeats one."
        )
    a0, a1, a2 = (strided_slice(a, index=(Ellipsis, k)) for k in range(3))
    b0, b1, b2 = (strided_slice(b, index=(Ellipsis, k)) for k in range(3))
    parts = (a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0)
    rank = len(parts[0]._value.shape)
    return shapes.pack(*parts, axis=rank, rank=rank)


def einsum(
    equation: str, *inputs: Any, optimize: str = "greedy", name: str | None = None
) -> EagerTensor:
    """The Einstein sum of `equation`, such as "ij,jk->ik".

    A label that the output lacks is summed over; a label twice in one input takes the diagonal;
    `...` stands for axes that broadcast. Without `->` the output has the labels that occur once, in
    alphabetical order.

    Raises: ValueError for an equation that cannot be read, InvalidArgumentError where it does not
    fit the inputs or these differ in dtype.

    >>> import gradtape as tf
    >>> tf.einsum("ij,ij->", [[1.0, 2.0]], [[3.0, 4.0]]).numpy()
    np.float32(11.0)
    """
    tensors = matched(*inputs)
    if not tensors:
        raise ValueError(f"einsum needs at least one input beside {equation!r}.")
    one_dtype(*tensors)
    kind = tensors[0]._value.dtype
    if kind.kind not in FLOATING and kind not in (np.int32, np.int64):
        raise refused_product("Einsum", tensors[0].dtype.name)
    labels, out = _parsed(equation, [tuple(t._value.shape) for t in tensors])
    used = list(labels)
    for k, own in enumerate(used):
        tensors[k], own = _without_repeats(tensors[k], own)
        others = set("".join(label for i, label in enumerate(used) if i != k)) | set(out)
        tensors[k], used[k] = _summed_alone(tensors[k], own, others)
    if len(tensors) == 1:
        (x,), (own,) = tensors, used
        return shapes.transpose(x, perm=tuple(own.index(c) - len(own) for c in out))
    return einsum_op(*tensors, labels=tuple(used), out=out)


def _parsed(equation: str, shapes_: list[tuple[int, ...]]) -> tuple[list[str], str]:
    """Explicit labels per input and of the output, `...` written out."""
    if not isinstance(equation, str):
        raise TypeError(f"einsum takes its equation as text, such as 'ij,jk->ik', got {equation!r}")
    ranks = [len(shape) for shape in shapes_]
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    labels = left.split(",")
    for label in (*labels, right):
        named = label.replace("...", "", 1)
        if not named.isalpha() and named:
            raise ValueError(
                f"Subscripts have incorrect format: {equation!r}; {label!r} holds letters, and "
                "`...` at most once."
            )
    if len(set(right.replace("...", ""))) != len(right.replace("...", "")):
        raise ValueError(
            f"Output subscripts contain a label appearing more than once: {equation!r}."
        )
    if len(labels) != len(ranks):
        raise ValueError(f"{equation!r} speaks of {len(labels)} inputs, but {len(ranks)} came.")
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in text]
    hidden = max(
        (
            rank - len(label.replace("...", ""))
            for label, rank in zip(labels, ranks, strict=True)
            if "..." in label
        ),
        default=0,
    )
    whole = "".join(free[:hidden])
    explicit = []
    for label, rank in zip(labels, ranks, strict=True):
        named = label.replace("...", "")
        extra = rank - len(named)
        if extra < 0 or (extra and "..." not in label):
            raise InvalidArgumentError(
                f"{label!r} in {equation!r} does not fit an input of rank {rank} [Op:Einsum]."
            )
        explicit.append(label.replace("...", whole[hidden - extra :]))
    if not arrow:
        every = "".join(explicit)
        right = ("..." if hidden else "") + "".join(
            sorted(c for c in set(every) - set(whole) if every.count(c) == 1)
        )
    if whole and "..." not in right:
        raise InvalidArgumentError(
            f"Output contains {len(whole)} broadcasting dimension(s) but no ellipsis (...) was "
            f"found in the output subscripts {right!r} of {equation!r} [Op:Einsum]: sum them with "
            "tf.reduce_sum, or name them."
        )
    _check_sizes(explicit, shapes_, whole)
    out = right.replace("...", whole)
    if set(out) - set("".join(explicit)):
        raise ValueError(f"the output {right!r} of {equation!r} must name labels of the inputs.")
    return explicit, out


def _check_sizes(labels: list[str], shapes_: list[tuple[int, ...]], whole: str) -> None:
    """InvalidArgumentError where a named label has two sizes; those of `...` may be 1."""
    sizes: dict[str, int] = {}
    for label, shape in zip(labels, shapes_, strict=True):
        for c, n in zip(label, shape, strict=True):
            if c not in whole and sizes.setdefault(c, n) != n:
                raise InvalidArgumentError(
                    f"Expected dimension {sizes[c]} for label {c!r}, got {n} in an input of shape "
                    f"{list(shape)} [Op:Einsum]."
                )


def _without_repeats(x: Any, own: str) -> tuple[Any, str]:
    """The diagonal for every label that stands twice."""
    for c in dict.fromkeys(own):
        while own.count(c) > 1:
            i = own.index(c)
            j = own.index(c, i + 1)
            rank = len(own)
            order = [k for k in range(rank) if k not in (i, j)] + [i, j]
            x = shapes.transpose(x, perm=tuple(k - rank for k in order))
            x = diag_part(x, k=0)
            own = "".join(own[k] for k in order[:-2]) + c
    return x, own


def _summed_alone(x: Any, own: str, others: set[str]) -> tuple[Any, str]:
    """The sum over labels that nothing else has."""
    axes = tuple(k - len(own) for k, c in enumerate(own) if c not in others)
    if not axes:
        return x, own
    return reduce_sum(x, axis=axes, keepdims=False), "".join(c for c in own if c in others)
