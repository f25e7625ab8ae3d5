"""tf.nest: the order of leaves, what is a leaf, rebuilding, and the text of each refusal."""

from collections import Counter, OrderedDict, UserList, defaultdict, deque, namedtuple
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradtape import nest
from gradtape.tensors import composites

Point = namedtuple("Point", "x y")
SamePoint = namedtuple("Point", "x y")
Other = namedtuple("Other", "x y")


class AttrsLike:
    """What the attrs package makes of a class, as far as a structure is concerned."""

    __attrs_attrs__ = (type("Field", (), {"name": "b"}), type("Field", (), {"name": "a"}))

    def __init__(self, b, a):
        self.b, self.a = b, a


structures = st.recursive(
    st.integers() | st.none() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=4)
        | st.tuples(inner, inner).map(lambda pair: Point(*pair))
    ),
    max_leaves=20,
)


@given(structures)
def test_packing_the_leaves_of_a_structure_gives_it_back(structure):
    packed = nest.pack_sequence_as(structure, nest.flatten(structure))
    assert packed == structure
    assert repr(packed) == repr(structure)  # also the container types and the order of keys
    nest.assert_same_structure(packed, structure)


@pytest.mark.parametrize(
    ("structure", "leaves"),
    [
        ({"b": [1, (2, 3)], "a": {"z": 4, "y": None}}, [None, 4, 1, 2, 3]),
        (OrderedDict([("z", 1), ("y", 2)]), [2, 1]),
        (MappingProxyType({"b": 1, "a": 2}), [2, 1]),
        ({"b": 1, "a": 2}.values(), [1, 2]),
        ({"b": 1, "a": 2}.items(), ["b", 1, "a", 2]),
        (Point(x=1, y=(2,)), [1, 2]),
        (AttrsLike(b=1, a=[2]), [1, 2]),
        (deque([1, [2]]), [1, 2]),
        (UserList([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        ([[], {}, ()], []),
        (3, [3]),
        (None, [None]),
    ],
)
def test_order_of_leaves(structure, leaves):
    assert nest.flatten(structure) == leaves


@pytest.mark.parametrize(
    "leaf", ["ab", b"ab", bytearray(b"ab"), {1}, None, np.ones(2), 1.5, object(), iter([1])]
)
def test_leaves(leaf):
    assert nest.flatten(leaf)[0] is leaf
    assert not nest.is_nested(leaf)


@pytest.mark.parametrize("container", [[], (), {}, range(2), deque(), {}.keys(), Point(1, 2)])
def test_containers(container):
    assert nest.is_nested(container)


def test_flatten_does_not_hand_out_the_structure_itself():
    structure = [1, 2]
    nest.flatten(structure).append(3)
    assert structure == [1, 2]


def test_keys_that_cannot_be_sorted():
    with pytest.raises(TypeError, match=r"keys cannot be sorted: \[1, 'a'\].*Use keys of one type"):
        nest.flatten({1: 2, "a": 3})


def test_map_keeps_container_types_and_the_order_of_keys():
    counts = defaultdict(int, {"q": 1})
    structure = {"b": [1], "a": (2, Point(3, 4)), "o": OrderedDict([("z", 1), ("y", 2)])}
    structure |= {"d": deque([1]), "r": range(2), "dd": counts, "m": MappingProxyType({"k": 1})}
    mapped = nest.map_structure(lambda x: x + 1, structure)
    assert repr(mapped) == (
        "{'b': [2], 'a': (3, Point(x=4, y=5)), 'o': OrderedDict([('z', 2), ('y', 3)]), "
        "'d': deque([2]), 'r': [1, 2], 'dd': defaultdict(<class 'int'>, {'q': 2}), "
        "'m': mappingproxy({'k': 2})}"
    ).replace(
        "OrderedDict([('z', 2), ('y', 3)])", repr(OrderedDict([("z", 2), ("y", 3)]))
    )  # Python 3.12 prints it differently
    assert nest.map_structure(lambda x: 2 * x, Counter(b=1)) == Counter(b=2)
    attrs = nest.map_structure(lambda x: x + 1, AttrsLike(b=1, a=2))
    assert (attrs.b, attrs.a) == (2, 3)


def test_map_over_several():
    assert nest.map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}]) == [11, {"x": 22}]
    assert nest.map_structure(lambda x: x + 1, 3) == 4
    pairs = nest.map_structure(lambda *leaves: leaves, [1], (2,), check_types=False)
    assert pairs == [(1, 2)]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nest.map_structure(abs), ValueError, "Must provide at least one structure"),
        (lambda: nest.map_structure(3, [1]), TypeError, "func must be callable, got: 3"),
        (
            lambda: nest.map_structure(abs, [1], foo=1),
            ValueError,
            "Only valid keyword arguments are `check_types` and `expand_composites`, not: `foo`",
        ),
        (
            lambda: nest.pack_sequence_as([1, [2, {"a": 3}]], [1]),
            ValueError,
            "Could not pack sequence. Structure had 3 atoms, but flat_sequence had 1 items.  "
            "Structure: [1, [2, {'a': 3}]], flat_sequence: [1].",
        ),
        (
            lambda: nest.pack_sequence_as([1, 2], [1, 2, 3]),
            ValueError,
            "Could not pack sequence. Structure had 2 atoms, but flat_sequence had 3 items.  "
            "Structure: [1, 2], flat_sequence: [1, 2, 3].",
        ),
        (
            lambda: nest.pack_sequence_as(1, [7, 8]),
            ValueError,
            "The target structure is of type `<class 'int'>`\n  1\nHowever the input is a sequence "
            "(<class 'list'>) of length 2.\n  [7, 8]\nnest cannot guarantee that it is safe to map "
            "one to the other.",
        ),
        (
            lambda: nest.pack_sequence_as([1], 3),
            TypeError,
            "Attempted to pack value:\n  3\ninto a structure, but found incompatible type "
            "`<class 'int'>` instead. Give the leaves as a list.",
        ),
        (
            lambda: nest.pack_sequence_as([1], {"a": 4}),
            TypeError,
            "Attempted to pack value:\n  {'a': 4}\ninto a structure, but found incompatible type "
            "`<class 'dict'>` instead. Give the leaves as a list.",
        ),
    ],
)
def test_refusals(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("first", "second", "error", "reason", "sketches"),
    [
        (
            [1, [2, [3, 4]]],
            [1, [2, [3]]],
            ValueError,
            "The two structures don't have the same number of elements. "
            "First structure: type=list str=[3, 4]. Second structure: type=list str=[3]",
            ("[., [., [., .]]]", "[., [., [.]]]"),
        ),
        (
            [1, [2]],
            [1, 2],
            ValueError,
            'Substructure "type=list str=[2]" is a sequence, '
            'while substructure "type=int str=2" is not',
            ("[., [.]]", "[., .]"),
        ),
        (
            1,
            [1],
            ValueError,
            'Substructure "type=list str=[1]" is a sequence, '
            'while substructure "type=int str=1" is not',
            (".", "[.]"),
        ),
        (
            {"a": 1, "b": 2},
            {"a": 1},
            ValueError,
            "The two dictionaries don't have the same set of keys. First structure has keys "
            "type=list str=['a', 'b'], while second structure has keys type=list str=['a']",
            ("{'a': ., 'b': .}", "{'a': .}"),
        ),
        (
            [1, 2],
            (1,),
            TypeError,
            "The two structures don't have the same sequence type. First structure type=list "
            "str=[1, 2] has type list, while second structure type=tuple str=(1,) has type tuple",
            ("[., .]", "(.,)"),
        ),
        (
            Point(1, 2),
            Other(1, 2),
            TypeError,
            "The two structures don't have the same sequence type. First structure type=Point "
            "str=Point(x=1, y=2) has type Point, while second structure type=Other "
            "str=Other(x=1, y=2) has type Other",
            ("Point(x=., y=.)", "Other(x=., y=.)"),
        ),
    ],
)
def test_different_structures(first, second, error, reason, sketches):
    with pytest.raises(error) as caught:
        nest.assert_same_structure(first, second)
    assert str(caught.value) == (
        "The two structures don't have the same nested structure.\n\n"
        f"First structure: type={type(first).__name__} str={first}\n\n"
        f"Second structure: type={type(second).__name__} str={second}\n\n"
        f"More specifically: {reason}\n"
        f"Entire first structure:\n{sketches[0]}\nEntire second structure:\n{sketches[1]}"
    )


class ListOfOurs(list):
    pass


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1}, OrderedDict(a=2)),
        (Point(1, 2), SamePoint(3, 4)),
        (ListOfOurs([1]), [2]),
        ([np.ones(2)], [None]),
        (range(2), range(2)),
    ],
)
def test_same_structures(first, second):
    nest.assert_same_structure(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [([1], (1,)), ({"a": 1}, {"b": 1}), ({"a": 1}, [1]), (Point(1, 2), (1, 2))]
)
def test_check_types_can_be_relaxed(first, second):
    with pytest.raises((TypeError, ValueError)):
        nest.assert_same_structure(first, second)
    nest.assert_same_structure(first, second, check_types=False)


def nested(depth):
    structure = 1
    for _ in range(depth):
        structure = [structure]
    return structure


def test_ten_thousand_nested_lists():
    deep = nested(10_000)
    assert nest.flatten(deep) == [1]
    assert nest.flatten(nest.map_structure(lambda x: x + 1, deep)) == [2]
    nest.assert_same_structure(deep, nest.pack_sequence_as(deep, [3]))
    with pytest.raises(ValueError, match="nested too deeply to print"):
        nest.assert_same_structure(deep, nested(9_999))


class Pair:
    def __init__(self, first, second):
        self.parts = [first, second]


def test_composites_open_only_when_asked(monkeypatch):
    monkeypatch.setattr(nest, "COMPOSITES", {})
    monkeypatch.setattr(composites, "COMPOSITES", nest.COMPOSITES)
    nest.register_composite(Pair, lambda pair: pair.parts, lambda _, parts: Pair(*parts))
    pair = Pair(1, 2)
    assert nest.flatten([pair, 3]) == [pair, 3]
    assert nest.flatten([pair, 3], expand_composites=True) == [1, 2, 3]
    mapped = nest.map_structure(lambda x: x + 1, {"p": pair}, expand_composites=True)
    assert mapped["p"].parts == [2, 3]
    assert nest.pack_sequence_as(pair, [5, 6], expand_composites=True).parts == [5, 6]
    with pytest.raises(ValueError, match="is a sequence"):
        nest.assert_same_structure(pair, 1, expand_composites=True)
