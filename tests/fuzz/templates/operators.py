"""What tensors and variables do by themselves: operators, methods, assignment."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, FLOATS, INTEGERS, NUMBERS, Drawing
from tests.fuzz.templates import template

BINARY = {
    "__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/", "__floordiv__": "//",
    "__mod__": "%", "__pow__": "**", "__eq__": "==", "__ne__": "!=", "__lt__": "<", "__le__": "<=",
    "__gt__": ">", "__ge__": ">=", "__and__": "&", "__or__": "|", "__xor__": "^", "__matmul__": "@",
}  # fmt: skip
LOGICAL = ("__and__", "__or__", "__xor__")
OTHERS = ["2", "2.0", "1.5", "-1", "0", "True", "None", "1j", "300", "[1.0]", "np.float64(2.0)",
          "np.float32(0.5)", "np.int64(3)", "np.ones(2)", "np.array([1, 2])", "'a'"]  # fmt: skip


@template(*(f"Tensor.{name}" for name in BINARY))
def binary(d: Drawing) -> Call:
    """A tensor and another one, a number or an array, on either side."""
    name = d.function.split(".")[1]
    groups = (("bool",), ALL) if name in LOGICAL else (FLOATS, NUMBERS, ALL)
    shape = (2, d.integer(1, 2)) if name == "__matmul__" and d.chance(60) else d.shape()
    x = d.tensor(d.dtype_of(*groups), shape, plain=True)
    matching = shape[::-1] if name == "__matmul__" else d.other_shape(shape)
    other = repr(d.like(x, matching)) if d.chance(60) else d.one_of(OTHERS)
    pair = (other, repr(x)) if d.chance(30) else (repr(x), other)
    return d.expression(f"{pair[0]} {BINARY[name]} {pair[1]}")


@template(
    "Tensor.__neg__",
    "Tensor.__invert__",
    "Tensor.__abs__",
    "Tensor.__len__",
    "Tensor.__bool__",
    "Tensor.__float__",
    "Tensor.__int__",
    "Tensor.__index__",
    "Tensor.__iter__",
    "Tensor.__complex__",
)
def unary(d: Drawing) -> Call:
    """A tensor alone."""
    text = {
        "neg": "-{}", "invert": "~{}", "abs": "abs({})", "len": "len({})", "bool": "bool({})",
        "float": "float({})", "int": "int({})", "index": "[10, 20, 30][{}]", "iter": "list({})",
        "complex": "complex({})",
    }[d.function.split("__")[1]]  # fmt: skip
    shape = d.shape() if d.chance(60) else ()
    kinds = (INTEGERS, ALL) if d.function == "Tensor.__index__" else (FLOATS, NUMBERS, ALL)
    x = d.tensor(d.dtype_of(*kinds), shape, plain=True, wild=0)
    return d.expression(text.format(x))


@template("Variable.assign", "Variable.assign_add", "Variable.assign_sub")
def assign(d: Drawing) -> Call:
    """Another value, and what the variable holds then."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape(), plain=True)
    other = d.like(x, None if d.chance(85) else d.other_shape(x.shape))
    value = repr(other) if d.chance(80) else d.one_of(OTHERS)
    method = d.function.split(".")[1]
    return d.expression(f"tf.Variable({x!r}).{method}({value}).read_value()")


@template(
    *(
        f"Variable.scatter_{way}"
        for way in (
            "add",
            "sub",
            "mul",
            "div",
            "max",
            "min",
            "update",
            "nd_add",
            "nd_sub",
            "nd_update",
        )
    )
)
def scatter(d: Drawing) -> Call:
    """Some rows changed."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    count = d.integer(0, 3)
    method = d.function.split(".")[1]
    if "_nd_" in method:
        i = d.indices(x.shape[0], (count, 1))
        u = d.like(x, (count, *x.shape[1:]))
        return d.expression(f"tf.Variable({x!r}).{method}({i!r}, {u!r})")
    i = d.indices(x.shape[0], (count,))
    u = d.like(x, (count, *x.shape[1:]) if d.chance(93) else d.shape())
    slices = f"tf.IndexedSlices({u!r}, {i!r})"
    return d.expression(f"tf.Variable({x!r}).{method}({slices}).read_value()")


@template("Variable.__init__")
def variable(d: Drawing) -> Call:
    """Of a value, with a dtype and a shape."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    value = repr(x) if d.flag() else d.one_of(OTHERS)
    more = f", dtype={d.dtype(*ALL)}" if d.chance(30) else ""
    return d.expression(f"tf.Variable({value}{more}).read_value()")


@template("IndexedSlices.__init__")
def slices(d: Drawing) -> Call:
    """Slices as a dense tensor; rows that stand twice are added."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    i = d.indices(3, x.shape[:1])
    shape = [3 if d.chance(90) else 2, *x.shape[1:]]
    way = d.one_of(["tf.convert_to_tensor({})", "tf.reduce_sum({})", "tf.square({})", "2 * {}"])
    return d.expression(way.format(f"tf.IndexedSlices({x!r}, {i!r}, {shape})"))


@template("TensorShape.__init__")
def tensor_shape(d: Drawing) -> Call:
    """A shape, and what is asked of it."""
    asked = d.one_of([
        "tf.convert_to_tensor({})", "{}.as_list()", "{}.num_elements()", "{}.rank",
        "list({}.concatenate([2]))", "{}[1:].as_list()", "{}.is_fully_defined()", "{}[-1]",
        "{}.merge_with([None, 2]).as_list()", "{}.with_rank(2).as_list()", "len({})",
        "{}.is_compatible_with([1, None])", "{}.with_rank_at_least(1).as_list()", "str({})",
    ])  # fmt: skip
    dims = d.one_of(["[]", "[2]", "[1, 2]", "[0, 3]", "[None, 2]", "None", "[-1]", "[2.5]", "3"])
    return d.expression(asked.format(f"tf.TensorShape({dims})"))
