"""tf.Module and tf.name_scope: which variables are found, in which order, and their names."""

import threading

import pytest

from gradtape.module import Module, snake_case
from gradtape.tensors.name_scope import name_scope
from gradtape.tensors.variable import Variable


class Inner(Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.w = Variable(9.0, name="w")


class Outer(Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.z = Variable(1.0, name="z")
        frozen = Variable(4.0, name="k1", trainable=False)
        self.a = [Variable(2.0, name="a0"), {"k2": Variable(3.0, name="k2"), "k1": frozen}]
        self.m = Inner()
        self.b = Inner("other")
        self.t = (Variable(5.0, name="t"),)
        self.dup = self.z

    @Module.with_name_scope
    def make(self):
        """Makes a variable."""
        self.made = Variable(0.0, name="made")
        return self.made


def names(variables):
    return [v.name for v in variables]


def test_own_variables_by_sorted_attribute_then_those_of_submodules():
    module = Outer()
    assert names(module.variables) == ["a0:0", "k1:0", "k2:0", "z:0", "t:0", "w:0", "w:0"]
    assert names(module.trainable_variables) == ["a0:0", "k2:0", "z:0", "t:0", "w:0", "w:0"]
    assert names(module.non_trainable_variables) == ["k1:0"]
    assert [m.name for m in module.submodules] == ["other", "inner"]
    assert isinstance(module.variables, tuple) and isinstance(module.submodules, tuple)


def test_cycles_and_reassigned_attributes():
    module = Outer()
    module.itself = [module]
    assert len(module.variables) == 7
    assert [m.name for m in module.submodules] == ["other", "inner"]
    module.m = None
    assert len(module.variables) == 6


def test_a_chain_of_modules_deeper_than_the_recursion_limit():
    first = module = Inner()
    for _ in range(5_000):
        module.next = module = Inner()
    assert len(first.variables) == 5_001


def test_flatten_for_subclasses():
    module = Outer()
    paths = [path for path, _ in module._flatten(with_path=True, predicate=is_variable)]
    assert paths == [
        ("a", 0), ("a", 1, "k1"), ("a", 1, "k2"), ("dup",), ("t", 0), ("z",),
        ("b", "w"), ("m", "w"),
    ]  # fmt: skip
    own = [p for p, _ in module._flatten(recursive=False, with_path=True, predicate=is_variable)]
    assert own == paths[:6]
    by_length = module._flatten(
        recursive=False,
        predicate=is_variable,
        attribute_traversal_key=lambda name: (-len(name), name),
    )
    assert names(by_length)[0] == "z:0"  # found as `dup`, the longest name


def is_variable(leaf):
    return isinstance(leaf, Variable)


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("FooBar2D", "foo_bar2_d"), ("HTTPServer", "http_server"), ("myThing", "my_thing"),
        ("A1B", "a1_b"), ("_Private", "__private"), ("ABC", "abc"), ("Conv2DLSTM", "conv2_dlstm"),
        ("MyRNNCell", "my_rnn_cell"), ("foo_bar", "foo_bar"), ("Foo_Bar", "foo__bar"),
        ("Net3x3", "net3x3"), ("ReLU", "re_lu"), ("MLP2", "mlp2"), ("Module", "module"),
    ],
)  # fmt: skip
def test_default_names(class_name, name):
    assert snake_case(class_name) == name
    assert type(class_name, (Module,), {})().name == name


@pytest.mark.parametrize("name", ["a b", "", "2a", "a/b", 3])
def test_names_that_are_no_identifiers(name):
    with pytest.raises(ValueError, match="is not a valid module name"):
        Module(name=name)


def test_the_name_cannot_be_set():
    with pytest.raises(AttributeError):
        Module().name = "other"


def test_without_super_init_variables_are_found_but_there_is_no_name():
    class Forgetful(Module):
        def __init__(self):
            self.v = Variable(1.0, name="v")

    assert names(Forgetful().variables) == ["v:0"]
    with pytest.raises(AttributeError, match="_name"):
        _ = Forgetful().name


def test_name_scopes_nest_and_module_scopes_are_absolute():
    with name_scope("outer") as outer, name_scope("inner") as inner:
        assert (outer, inner) == ("outer/", "outer/inner/")
        assert Variable(1.0).name == "outer/inner/Variable:0"
        module = Inner()
        assert (module.name, module.name_scope.name) == ("inner", "outer/inner/inner/")
    assert module.w.name == "outer/inner/w:0"
    with name_scope("elsewhere"), module.name_scope:
        assert Variable(1.0, name="q").name == "outer/inner/inner/q:0"
    assert Variable(1.0, name="q").name == "q:0"


def test_special_scopes():
    with name_scope("outer"):
        with name_scope("") as root:
            assert (root, Variable(1.0, name="q").name) == ("", "q:0")
        with name_scope("x/") as absolute:
            assert absolute == "x/"
    again = name_scope("a")
    with again, again as twice:
        assert twice == "a/a/"
    for name in (3, None):
        with pytest.raises(ValueError, match="name for name_scope must be a string"):
            name_scope(name)


def test_a_scope_ends_with_an_error_and_stays_in_its_thread():
    seen = []
    with pytest.raises(KeyError), name_scope("a"):
        thread = threading.Thread(target=lambda: seen.append(Variable(1.0, name="q").name))
        thread.start()
        thread.join()
        raise KeyError
    assert [*seen, Variable(1.0, name="q").name] == ["q:0", "q:0"]


def test_with_name_scope_names_variables_after_the_module():
    assert Outer().make().name == "outer/made:0"
    assert Outer.make.__doc__ == "Makes a variable."
