"""Products and linear algebra."""

from tests.fuzz.call import Call, Input
from tests.fuzz.drawing import ABSENT, COMPLEX, FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template


def batch(d: Drawing) -> tuple[int, ...]:
    """The axes before a matrix."""
    return d.shape(0, 1)


def size(d: Drawing) -> int:
    """The length of an axis of a matrix."""
    return 0 if d.chance(6) else d.integer(1, 3)


def square(d: Drawing, kind: str = "any") -> Input:
    """Square matrices: any, `regular` or `positive` definite ones (or, rarely, any)."""
    n, lead = size(d), batch(d)
    dtype = d.dtype_of(FLOATS, COMPLEX, NUMBERS)
    shape = (*lead, n, n) if d.chance(95) else d.shape()
    x = d.tensor(dtype, shape, plain=True, wild=None if d.chance(25) else 0)
    if kind == "any" or shape[-2:] != (n, n) or d.chance(15) or dtype not in (*FLOATS, *COMPLEX):
        return x
    factor = f"tf.eye({n}, dtype=tf.{dtype})"
    better = {
        "regular": f"{x.text} + 8 * {factor}",
        "positive": f"tf.matmul({x.text}, {x.text}, adjoint_b=True) + 3 * {factor}",
    }[kind]
    changed = Input(x.name, better, x.dtype, x.shape, x.differentiable)
    d.inputs[d.inputs.index(x)] = changed
    return changed


@template("linalg.matmul")
def matmul(d: Drawing) -> Call:
    """Two matrices, either transposed."""
    n, k, m = size(d), size(d), size(d)
    lead = batch(d)
    ways = {w: d.maybe(d.flag, percent=25) for w in ("transpose_a", "transpose_b", "adjoint_a")}
    first = (k, n) if ways["transpose_a"] is True or ways["adjoint_a"] is True else (n, k)
    second = (m, k) if ways["transpose_b"] is True else (k, m)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), (*lead, *first) if d.chance(95) else d.shape())
    other = d.other_shape(lead)
    return d.call(
        x,
        d.like(x, (*other, *second)),
        **ways,
        output_type=d.maybe(d.dtype, "int32", "float32", percent=8),
    )


@template("linalg.matvec")
def matvec(d: Drawing) -> Call:
    """A matrix and a vector."""
    n, k = size(d), size(d)
    lead = batch(d)
    turned = d.maybe(d.flag, percent=30)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), (*lead, *((k, n) if turned is True else (n, k))))
    return d.call(x, d.like(x, (*lead, k if d.chance(95) else k + 1)), transpose_a=turned)


@template("tensordot")
def tensordot(d: Drawing) -> Call:
    """Summed over some axes."""
    shape = d.shape(0, 3)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), shape)
    count = d.integer(0, len(shape))
    other = (*shape[len(shape) - count :], *d.shape(0, 1))
    if d.flag():
        return d.call(x, d.like(x, other), count if d.chance(95) else d.integer(-1, 3))
    axes = [list(range(len(shape) - count, len(shape))), list(range(count))]
    if d.chance(30):
        axes = [[a - len(shape) for a in axes[0]], [a - len(other) for a in axes[1]]]
    return d.call(x, d.like(x, other), axes)


EQUATIONS = [
    "ij,jk->ik", "ij->ji", "ii->i", "ii", "i,i->", "ij->", "bij,bjk->bik", "i,j->ij", "ij,j",
    "...ij,...jk->...ik", "...i->...", "ijj->ij", "i,ij,j->", "ij,ij->j", "->", "ba", "...ij->ij",
    "ij,kj->ik", "ij->iji", "iij->j", "i->ij", "ij,jk", "...,...->...", "i...,i...->...", "...i->i",
]  # fmt: skip


@template("einsum")
def einsum(d: Drawing) -> Call:
    """Sums of products, by an equation."""
    equation = d.one_of(EQUATIONS)
    lengths = {letter: size(d) for letter in "abijk"}
    ellipsis = d.shape(0, 2)
    shapes = []
    for term in equation.split("->")[0].split(","):
        parts = [[lengths[c] for c in piece] for piece in term.split("...")]
        shapes.append((*parts[0], *ellipsis, *parts[1]) if "..." in term else tuple(parts[0]))
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), shapes[0] if d.chance(96) else d.shape())
    return d.call(equation, x, *(d.like(x, shape) for shape in shapes[1:]))


@template("linalg.cross")
def cross(d: Drawing) -> Call:
    """Of vectors in three dimensions."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), (*batch(d), 3 if d.chance(93) else 2))
    return d.call(x, d.like(x, None if d.chance(93) else (3,)))


@template("linalg.det", "linalg.slogdet", "linalg.inv", "linalg.logdet")
def of_regular(d: Drawing) -> Call:
    """A square matrix."""
    kind = "positive" if d.function == "linalg.logdet" else "regular"
    more = {"adjoint": d.maybe(d.flag, percent=30)} if d.function == "linalg.inv" else {}
    return d.call(square(d, kind if d.flag() else "any"), **more)


@template("linalg.cholesky")
def cholesky(d: Drawing) -> Call:
    """The root of a positive definite matrix."""
    return d.call(square(d, "positive"))


@template("linalg.eigvalsh", "linalg.eigh")
def eigh(d: Drawing) -> Call:
    """The values alone: the vectors' signs are open."""
    x = square(d, "positive" if d.flag() else "any")
    if d.function == "linalg.eigvalsh":
        return d.call(x)
    return d.expression(f"tf.linalg.eigh({x!r})[0]")


@template("linalg.svd")
def svd(d: Drawing) -> Call:
    """The singular values, or the vectors' squared sizes, which are not open to a sign."""
    x = d.tensor(d.dtype_of(FLOATS, COMPLEX), (*batch(d), size(d), size(d)), plain=True)
    rows, columns = x.shape[-2:]
    if not d.chance(25) or abs(rows - columns) > 1 or not rows * columns:
        return d.call(x, compute_uv=False)
    full = ", full_matrices=True" if d.flag() else ""
    return d.expression(f"[tf.abs(part) ** 2 for part in tf.linalg.svd({x!r}{full})]")


@template("linalg.qr")
def qr(d: Drawing) -> Call:
    """The triangle's absolute diagonal, which is not open to a sign."""
    x = d.tensor(d.dtype_of(FLOATS, COMPLEX), (*batch(d), size(d), size(d)), plain=True)
    full = "full_matrices=True" if d.chance(20) else ""
    return d.expression(f"tf.abs(tf.linalg.diag_part(tf.linalg.qr({x!r}, {full})[1]))")


@template("linalg.solve", "linalg.triangular_solve", "linalg.cholesky_solve", "linalg.lstsq")
def solve(d: Drawing) -> Call:
    """Linear equations."""
    x = square(d, "regular" if d.chance(80) else "any")
    rows = x.shape[-2] if x.rank > 1 else 2
    lead = x.shape[:-2] if d.chance(90) else d.other_shape(x.shape[:-2])
    right = d.like(x, (*lead, rows if d.chance(95) else rows + 1, size(d)))
    if d.function == "linalg.lstsq":
        return d.call(x, right, l2_regularizer=d.maybe(d.one_of, [0.5, 0.0]))
    ways = {"adjoint": d.maybe(d.flag, percent=30)}
    if d.function == "linalg.triangular_solve":
        ways["lower"] = d.maybe(d.flag)
    return d.call(x, right, **({} if d.function == "linalg.cholesky_solve" else ways))


@template("linalg.pinv")
def pinv(d: Drawing) -> Call:
    """The inverse of a rectangle."""
    x = d.tensor(d.dtype_of(FLOATS, COMPLEX), (*batch(d), size(d), size(d)), plain=True)
    return d.call(x, rcond=d.one_of([0.1, 1e-6]) if d.chance(20) else ABSENT)
