"""TensorShape: construction, what it knows, patterns that fit each other, and its refusals."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradtape.tensors.shape import TensorShape

shapes = st.none() | st.lists(st.none() | st.integers(0, 3), max_size=4)


@pytest.mark.parametrize(
    ("dims", "representation", "text"),
    [
        (None, "TensorShape(None)", "<unknown>"),
        ([], "TensorShape([])", "()"),
        ([1, None], "TensorShape([1, None])", "(1, None)"),
        ((3,), "TensorShape([3])", "(3,)"),
        (3, "TensorShape([3])", "(3,)"),
        (np.int64(3), "TensorShape([3])", "(3,)"),
        (np.array([2, 3]), "TensorShape([2, 3])", "(2, 3)"),
        (np.array(3), "TensorShape([3])", "(3,)"),
        (range(3), "TensorShape([0, 1, 2])", "(0, 1, 2)"),
        (TensorShape([1]), "TensorShape([1])", "(1,)"),
        ((n for n in [1, 2]), "TensorShape([1, 2])", "(1, 2)"),
        ([2**40], "TensorShape([1099511627776])", "(1099511627776,)"),
        ([np.int32(2), True], "TensorShape([2, 1])", "(2, 1)"),
    ],
)
def test_construction_and_printing(dims, representation, text):
    shape = TensorShape(dims)
    assert (repr(shape), str(shape), f"{shape}") == (representation, text, text)


@pytest.mark.parametrize(
    ("dims", "error", "text"),
    [
        (-1, ValueError, "Dimension -1 must be >= 0"),
        ([None, -2], ValueError, "Dimension -2 must be >= 0"),
        (1.5, TypeError, "Dimension value must be integer or None.*got value 1.5 .*'float'"),
        ([1.0], TypeError, "Dimension value must be integer or None.*got value 1.0 "),
        ([[1]], TypeError, r"got value \[1\] with type '<class 'list'>'"),
        (["3"], TypeError, "got value '3' with type '<class 'str'>'"),
        ("3", TypeError, "Failed to convert '3' to a shape"),
        (object(), TypeError, "Dimension value must be integer or None"),
        (np.ones((2, 2), int), TypeError, "Dimension value must be integer or None"),
    ],
)
def test_what_is_no_shape(dims, error, text):
    with pytest.raises(error, match=text):
        TensorShape(dims)


def test_what_is_known():
    known, partly, unknown = TensorShape([2, 3]), TensorShape([2, None]), TensorShape(None)
    assert [s.rank for s in (known, partly, unknown)] == [2, 2, None]
    assert [s.ndims for s in (known, partly, unknown)] == [2, 2, None]
    assert [s.dims for s in (known, partly, unknown)] == [[2, 3], [2, None], None]
    assert [s.num_elements() for s in (known, partly, unknown, TensorShape([]))] == [
        6, None, None, 1,
    ]  # fmt: skip
    assert [s.is_fully_defined() for s in (known, partly, unknown)] == [True, False, False]
    assert [bool(s) for s in (known, unknown, TensorShape([]))] == [True, False, True]
    assert partly.as_list() == [2, None]


def test_as_a_sequence():
    shape = TensorShape([4, 5, None])
    assert (len(shape), list(shape), tuple(shape)) == (3, [4, 5, None], (4, 5, None))
    assert (shape[0], shape[-1], 5 in shape) == (4, None, True)
    assert (shape[1:], shape[::2], shape[5:]) == ([5, None], [4, None], [])
    assert isinstance(shape[1:], TensorShape)
    assert list(reversed(shape)) == [None, 5, 4]
    assert np.zeros(TensorShape([1, 2])).shape == (1, 2)
    with pytest.raises(IndexError):
        shape[3]
    with pytest.raises(TypeError):
        shape["a"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        shape[0] = 3


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (len, "Cannot take the length of shape with unknown rank."),
        (list, "Cannot iterate over a shape with unknown rank."),
        (TensorShape.as_list, "as_list() is not defined on an unknown TensorShape."),
    ],
)
def test_an_unknown_rank_has_no_length(use, text):
    with pytest.raises(ValueError) as caught:
        use(TensorShape(None))
    assert str(caught.value) == text


def test_indexing_an_unknown_rank():
    unknown = TensorShape(None)
    assert unknown[0] is None
    assert unknown[:2] == unknown[1:3] == [None, None]
    assert unknown[3:1] == []
    assert [unknown[s].rank for s in (slice(1, None), slice(None, -1), slice(-2, None))] == [
        None, None, None,
    ]  # fmt: skip


def test_equality_and_hash():
    shape = TensorShape([1, 2])
    assert shape == [1, 2] and shape == (1, 2) and [1, 2] == shape and shape == TensorShape((1, 2))
    assert shape != [2] and shape != None and shape != "ab" and shape != object()  # noqa: E711
    assert TensorShape([1]) == 1 and TensorShape(None) == None  # noqa: E711
    assert TensorShape(None) == TensorShape(None)
    assert shape != [1.0, 2.0]
    assert {shape: "found"}[TensorShape((1, 2))] == "found"
    with pytest.raises(TypeError):
        _ = shape < shape


def test_joining():
    one, two_more, two, three = TensorShape([1]), [2, None], (2,), [3]
    assert one + two_more == [1, 2, None] and two + one == [2, 1] and 3 + one == [3, 1]
    assert isinstance(three + one, TensorShape)
    assert (one + None).rank is None and one.concatenate(TensorShape(None)).rank is None
    assert one.concatenate(3) == [1, 3]


@given(shapes, shapes)
def test_compatible_shapes_merge_into_one_that_fits_both(a, b):
    first, second = TensorShape(a), TensorShape(b)
    if not first.is_compatible_with(second):
        with pytest.raises(ValueError, match="are not compatible"):
            first.merge_with(second)
        with pytest.raises(ValueError, match="are incompatible"):
            first.assert_is_compatible_with(second)
        return
    merged = first.merge_with(second)
    assert merged.is_subtype_of(first) and merged.is_subtype_of(second)
    first.assert_is_compatible_with(second)


@given(shapes, shapes)
def test_the_most_specific_compatible_shape_holds_both(a, b):
    first, second = TensorShape(a), TensorShape(b)
    wider = first.most_specific_compatible_shape(second)
    assert first.is_subtype_of(wider) and second.is_subtype_of(wider)
    assert first.most_specific_common_supertype([second]) == wider


def test_patterns():
    assert TensorShape([1, None]).merge_with([None, 2]) == [1, 2]
    assert TensorShape([1]).merge_with(None) == [1]
    assert TensorShape([1, 2]).most_specific_compatible_shape([1, 3]) == [1, None]
    assert TensorShape([1, 2]).most_specific_compatible_shape([1]).rank is None
    assert not TensorShape([1]).is_compatible_with([1, 2])
    assert not TensorShape([1, 2]).is_subtype_of([1, 2])  # a list is no shape type
    assert TensorShape([1]).most_specific_common_supertype(["a"]) is None


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda s: s.merge_with([1, 3]), "Shapes (1, 2) and (1, 3) are not compatible"),
        (lambda s: s.with_rank(3), "Shape (1, 2) must have rank 3"),
        (lambda s: s.with_rank_at_least(3), "Shape (1, 2) must have rank at least 3"),
        (lambda s: s.with_rank_at_most(1), "Shape (1, 2) must have rank at most 1"),
        (lambda s: s.assert_has_rank(3), "Shape (1, 2) must have rank 3"),
        (lambda s: s.assert_same_rank([1]), "Shapes (1, 2) and (1,) must have the same rank"),
        (
            lambda s: s.assert_is_compatible_with([1, 3]),
            "Shapes (1, 2) and (1, 3) are incompatible",
        ),
        (
            lambda s: s.concatenate([None]).assert_is_fully_defined(),
            "Shape (1, 2, None) is not fully defined",
        ),
    ],
)
def test_assertions(call, text):
    with pytest.raises(ValueError) as caught:
        call(TensorShape([1, 2]))
    assert str(caught.value) == text


def test_assertions_that_hold():
    shape, unknown = TensorShape([1, 2]), TensorShape(None)
    assert shape.with_rank(2) is shape and unknown.with_rank(2) == [None, None]
    assert shape.with_rank_at_least(1) is shape and unknown.with_rank_at_most(3).rank is None
    shape.assert_has_rank(2)
    unknown.assert_has_rank(2)
    shape.assert_same_rank([3, 4])
    shape.assert_same_rank(None)
    shape.assert_is_fully_defined()


@pytest.mark.parametrize("shape", [TensorShape([1, None]), TensorShape(None)])
def test_copies(shape):
    copies = copy.copy(shape), copy.deepcopy(shape), pickle.loads(pickle.dumps(shape))
    assert all(c == shape for c in copies)


def test_of_takes_the_sizes_of_an_array():
    assert TensorShape.of(np.zeros((2, 3)).shape) == [2, 3]
