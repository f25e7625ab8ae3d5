"""Functions of texts."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import NOT_CALLED, template

NOT_CALLED.update(
    dict.fromkeys(
        ("strings.ngrams", "strings.reduce_join", "strings.regex_full_match",
         "strings.regex_replace", "strings.split", "strings.strip", "strings.substr",
         "strings.unicode_split"),
        "gives rows, or takes patterns: compared in tests/core/functions/test_strings.py",
    )
)  # fmt: skip


@template("strings.lower", "strings.upper", "strings.length")
def of_text(d: Drawing) -> Call:
    """Bytes, or characters of UTF-8."""
    x = d.tensor("string" if d.chance(95) else "int32", d.shape(0, 2), plain=True)
    if d.function == "strings.length":
        return d.call(x, unit=d.maybe(d.one_of, ["UTF8_CHAR", "BYTE", "x"]))
    return d.call(x, encoding=d.maybe(d.one_of, ["utf-8", "", "x"]))


@template("strings.join")
def join(d: Drawing) -> Call:
    """One after another."""
    x = d.tensor("string", d.shape(0, 2), plain=True)
    more = [d.like(x, () if d.flag() else d.other_shape(x.shape)) for _ in range(d.integer(0, 2))]
    return d.call([x, *more], separator=d.maybe(d.one_of, ["", "-", ", "]))


@template("strings.to_number")
def to_number(d: Drawing) -> Call:
    """The number that is written."""
    written = [
        b"1", b"-2.5", b"1e3", b"nan", b"inf", b"-inf", b"+7", b" 8 ", b"", b"x", b"1_0", b"0x10",
        b"1.", b".5", b"99999999999", b"1e40", b"-0", b"Infinity", b"1e", b"NAN",
    ]  # fmt: skip
    x = d.tensor("string", d.shape(0, 1), values=written, plain=True)
    return d.call(x, out_type=d.maybe(d.dtype, "float64", "int32", "int64", "float16"))


@template("strings.as_string")
def as_string(d: Drawing) -> Call:
    """A number as a text."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape(0, 2), plain=True)
    return d.call(
        x,
        precision=d.maybe(d.one_of, [0, 3, -1, 10], percent=30),
        scientific=d.maybe(d.flag, percent=20),
        shortest=d.maybe(d.flag, percent=20),
        width=d.maybe(d.one_of, [0, 4, 12, -1], percent=20),
        fill=d.maybe(d.one_of, ["", "0", " ", "+", "-", "ab"], percent=20),
    )


@template("strings.format")
def format_(d: Drawing) -> Call:
    """Tensors in a text."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape(), plain=True)
    several = [x, d.like(x, d.shape(0, 1))] if d.flag() else [x]
    template_text = d.one_of(["{}", "a {} b", "{} {}", "none"])
    return d.call(template_text, several, summarize=d.maybe(d.one_of, [1, -1, 3]))
