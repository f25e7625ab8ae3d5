"""What is read from strangers costs time in proportion to its length, whatever it says.

A cost that grows faster lets one small body stop a process. The test measures processor time, the
only thing that sees all of it; eight times the input may cost up to thirty times as much, where a
quadratic reader would take sixty-four.
"""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradtape.snippet import InvalidManifest, MalformedJSON, canonical, parse, validate

SMALL, GROWTH, ALLOWED = 3_000, 8, 30
READINGS = 6
NAMES = st.sampled_from(["a", "\\u00e9", "é", "😀", '\\"', "2", "__proto__"])
VALUES = st.sampled_from(["0", "1e999", "1.5", "-0", "null", '"x"', '"\\ud800"', "[]", "{}", "NaN"])
# How n pieces make one text: each is a way in which a reader could look back at what it has read.
SHAPES = {
    "names": lambda n, name, value: "{" + ",".join(f'"{name}{i}":{value}' for i in range(n)) + "}",
    "one name twice": lambda n, name, value: (
        "{" + ",".join(f'"{name}{i}":{value}' for i in range(n)) + f',"{name}{n - 1}":{value}' + "}"
    ),
    "one name only": lambda n, name, value: "{" + ",".join([f'"{name}":{value}'] * n) + "}",
    "values": lambda n, name, value: "[" + ",".join([value] * n) + "]",
    "objects": lambda n, name, value: "[" + ",".join([f'{{"{name}":{value}}}'] * n) + "]",
    "one long name": lambda n, name, value: "{" + f'"{name * n * 4}":{value}' + "}",
    "one long text": lambda n, name, value: json.dumps(name * n * 4),
    "digits": lambda n, name, value: "1" * n * 4,
    "blanks": lambda n, name, value: " \n" * n * 4 + value,
    "depth": lambda n, name, value: "[" * n + "]" * n,
    "many results": lambda n, name, value: json.dumps(
        {"schema": 1, "results": [{"label": name, "values": value}] * (n // 8)}
    ),
    "many files": lambda n, name, value: json.dumps(
        {"schema": 1, "code": {f"{name}{i}.py": value for i in range(n)}}
    ),
}


def seconds(read, data):
    """Processor time of one reading, the least of three."""
    taken = []
    for _ in range(3):
        start = time.thread_time()
        read(data)
        taken.append(time.thread_time() - start)
    return min(taken)


def as_the_server_reads(data):
    """What a create does with a body before anything is stored."""
    try:
        value = parse(data)
        validate(value)
        canonical(value)
    except (InvalidManifest, MalformedJSON):
        pass


def has_linear_cost(read, make, start=SMALL):
    """Whether a longer input costs in proportion; what is quick at any length does.

    What else the machine does only ever adds to a reading, so where the cost looks too high more
    readings are taken, and the least of all count.
    """
    short, long = make(start), make(GROWTH * start)
    small = large = float("inf")
    for _ in range(READINGS):
        small, large = min(small, seconds(read, short)), min(large, seconds(read, long))
        if large < 0.02 or large / max(small, 1e-5) < ALLOWED:
            return True
    return False


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_costs_in_proportion_to_the_length(shape):
    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(NAMES, VALUES)
    def any_content(name, value):
        def make(count):
            return SHAPES[shape](count, name, value).encode("utf-8", "surrogatepass")

        assert has_linear_cost(as_the_server_reads, make), (shape, name, value)

    any_content()


def test_the_measurement_sees_a_reader_that_looks_back():
    def looks_back(data):
        names = data.split(b",")
        any(names.count(name) > 1 for name in names)

    def make(count):
        return b",".join(b"%d" % number for number in range(count))

    assert not has_linear_cost(looks_back, make, start=300)
