"""Every name of TensorFlow and Keras that is absent says what to write instead."""

import importlib
import json
import re
from pathlib import Path

import pytest

import gradtape as tf
from gradtape.names.absent import ABSENT, PATTERNS, REST

RECORDED = json.loads(
    (Path(__file__).parents[2] / "goldens" / "names.json").read_text(encoding="utf-8")
)
#: Of these names of `tf` nothing comes near.
NOTHING = set(
    "audio check_pinned edit_distance experimental feature_column fingerprint "
    "get_current_name_scope lite mlir nondifferentiable_batch_function parallel_stack "
    "random_index_shuffle saved_model security summary sysconfig tools train "
    "variable_creator_scope variant conv conv2d_backprop_filter_v2 "
    "conv2d_backprop_input_v2 compat data".split()
)


def owner(path: str) -> object:
    """The namespace of this path in gradtape."""
    return tf if not path else importlib.import_module(f"gradtape.{path}")


def resolve(path: str) -> object:
    """What a path such as `tf.keras.layers.Dense` stands for."""
    found: object = tf
    for part in path.split(".")[1:]:
        found = getattr(found, part)
    return found


def absent(path: str) -> list[str]:
    """The recorded names that this namespace has not."""
    has = set(dir(owner(path)))
    return [n for n in RECORDED[path].split() if n not in has and not hasattr(owner(path), n)]


@pytest.mark.parametrize("path", RECORDED)
def test_an_absent_name_says_what_to_write(path: str) -> None:
    silent, wrong = [], []
    for name in absent(path):
        with pytest.raises(AttributeError) as refusal:
            getattr(owner(path), name)
        text = str(refusal.value)
        if not re.search(r"(Instead: .+\.|Did you mean .+\?)$", text):
            silent.append(name)
        meant = re.search(r"Did you mean (.+)\?$", text)
        if meant:
            known = resolve(meant[1])  # raises where it does not exist
            if name.lower() not in (meant[1].split(".")[-1].lower(), f"reduce_{name}"):
                if meant[1].removeprefix("tf.reduce_") != name:
                    wrong.append((name, meant[1], known))
    assert wrong == []
    assert sorted(set(silent) - (NOTHING if not path else set())) == []


def advices() -> list[str]:
    tables = [text for table in ABSENT.values() for text in table]
    return [*tables, *REST.values(), *(text for pairs in PATTERNS.values() for _, text in pairs)]


@pytest.mark.parametrize("text", sorted(set(advices())))
def test_what_an_advice_names_exists(text: str) -> None:
    for path in re.findall(r"\btf(?:\.\w+)+", text):
        resolve(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("assert_equal", "Did you mean tf.debugging.assert_equal?"),
        ("inverse", "use tf.linalg.inv"),
        ("linalg.expm", "tf.linalg.eigh"),
        ("linalg.reduce_sum", "Did you mean tf.reduce_sum?"),
        ("linalg.sovle", "Did you mean tf.linalg.solve?"),
        ("keras.layers.FlaxLayer", "subclass tf.keras.layers.Layer"),
        ("keras.layers.Danse", "Did you mean tf.keras.layers.Dense?"),
        ("keras.optimizers.MultiOptimizer", "tf.keras.optimizers.Adam"),
        ("keras.metrics.Perplexity", "tf.keras.metrics.Mean"),
        ("nn.mean", "Did you mean tf.reduce_mean?"),
    ],
)
def test_names_that_were_misled(name: str, said: str) -> None:
    path, _, last = name.rpartition(".")
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(owner(path), last)


@pytest.mark.parametrize("name", ["expf", "conj_", "rangee_x", "matnul_mul", "fff", "arctan3"])
def test_what_is_no_slip_is_not_guessed(name: str) -> None:
    with pytest.raises(AttributeError) as refusal:
        getattr(tf, name)
    assert "Did you mean" not in str(refusal.value)


def test_the_backend_of_keras() -> None:
    import gradtape.keras.backend as backend

    assert backend.epsilon() == tf.keras.backend.epsilon() == 1e-7
    for name, said in [
        ("gradients", "tf.GradientTape"),
        ("placeholder", "plain function"),
        ("learning_phase", "training=True"),
        ("reduce_sum", "Did you mean tf.reduce_sum?"),
        ("whatever", "in tf, tf.math or tf.nn"),
    ]:
        with pytest.raises(AttributeError, match=re.escape(said)):
            getattr(backend, name)


def test_imports_say_it_too() -> None:
    with pytest.raises(ImportError, match="Did you mean tf.reduce_mean"):
        from gradtape.nn import mean  # noqa: F401
    with pytest.raises(ImportError, match=r"subclass tf\.keras\.layers\.Layer"):
        from gradtape.keras.layers import Foo  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match=r"tf\.GradientTape loop"):
        importlib.import_module("gradtape.estimator")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'gradtape\.nosuch'$"):
        importlib.import_module("gradtape.nosuch")
    from gradtape.keras.layers import Dense, dense  # a submodule is no missing name

    assert Dense is dense.Dense
