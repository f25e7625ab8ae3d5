"""What notebooks show: what is said, what is drawn, and that names are text and never markup."""

import base64
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from gradtape.display.style import COLOURS
from gradtape.formats import png

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\x00\ud800'\"&"


class Read(HTMLParser):
    """The elements of a document, its pictures and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.images: list[dict[str, str | None]] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data

    def pixels(self) -> np.ndarray:
        data = str(self.images[0]["src"]).removeprefix("data:image/png;base64,")
        return png.decode(base64.b64decode(data))


def taped() -> tuple[tf.GradientTape, tf.Variable, tf.Tensor]:
    w = tf.Variable(np.ones((3, 2), np.float32), name="w")
    with tf.GradientTape(persistent=True) as tape:
        y = tf.reduce_mean(tf.nn.relu(tf.ones((4, 3)) @ w) ** 2)
    return tape, w, y


def test_a_tensor_is_told_and_drawn() -> None:
    values = np.linspace(-1, 1, 60).reshape(6, 10)
    values[0, 0], values[5, 9] = np.nan, np.inf
    seen = Read(tf.constant(values)._repr_html_() or "")
    assert "6×10 · float64 · CPU:0" in seen.text
    assert "1 of 60 NaN" in seen.text and "1 of 60 infinite" in seen.text
    drawn = seen.pixels()
    assert drawn.shape == (6, 10, 4)
    # Broken ones are opaque and of a colour of their own; cold below zero, warm above.
    assert (drawn[0, 0] == drawn[5, 9]).all() and drawn[0, 0, 3] == 255
    assert drawn[0, 1, 2] > drawn[0, 1, 0] and drawn[5, 8, 0] > drawn[5, 8, 2]
    assert drawn[0, 1, 3] > drawn[2, 9, 3]


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (np.ones(300), (8, 75)),
        (np.ones((1000, 50)), (91, 50)),
        (np.ones((5, 7, 8)), (15, 26)),
        (np.full((20, 30, 3), 0.5), (20, 30)),
        (np.zeros((20, 30, 4), np.uint8), (20, 30)),
        (np.ones((4, 5), bool), (4, 5)),
        (np.ones((4, 5), complex), (4, 5)),
    ],
)
def test_pictures_are_small(value: np.ndarray, size: tuple[int, int]) -> None:
    seen = Read(tf.constant(value)._repr_html_() or "")
    assert seen.pixels().shape[:2] == size
    assert len(seen.images) == 1 and 0 < int(str(seen.images[0]["width"])) <= 300


@pytest.mark.parametrize("value", [3.0, [], [[]], ["text"], [1, 2, 3]])
def test_small_values_are_numbers(value: object) -> None:
    seen = Read(tf.constant(value)._repr_html_() or "")
    assert not seen.images and seen.tags["pre"] == 1


def test_a_picture_of_zeros_is_empty() -> None:
    assert not Read(tf.zeros((8, 8))._repr_html_() or "").pixels()[..., 3].any()


def test_a_traced_tensor_has_no_picture() -> None:
    seen = []

    @tf.function
    def f(x: tf.Tensor) -> tf.Tensor:
        seen.append(x._repr_html_())
        return x + 1.0

    f(tf.ones(3))
    assert seen == [None]


def test_showing_is_not_leaving_the_tape() -> None:
    w = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(w * w)
        y._repr_html_(), w._repr_html_()
    assert tape.explain(y, w).cause is None


def test_variables_models_and_explanations() -> None:
    tape, w, y = taped()
    fixed = Read(tf.Variable(1.0, trainable=False, name="v")._repr_html_())
    assert "tf.Variable 'v:0'" in fixed.text and "not trainable" in fixed.text
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(4, name="first")])
    seen = Read(model._repr_html_())
    assert seen.tags["tr"] == 2 and "(None, 4)" in seen.text and "Total params: 16" in seen.text
    why = tape.explain(tf.constant(np.mean(w)), w)
    seen = Read(why._repr_html_())
    assert why.text in seen.text and why.advice in seen.text and str(why.line) in seen.text
    flows = Read(tape.explain(y, w)._repr_html_())
    assert flows.tags["tr"] == 1 + len(tape.explain(y, w).path)


def test_a_graph_is_a_picture_and_three_texts() -> None:
    tape, _, _ = taped()
    graph = tape.graph()
    shown = graph._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html", "image/svg+xml"}
    drawn = ElementTree.fromstring(shown["image/svg+xml"])
    words = ["".join(one.itertext()) for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"w", "3×2", "MatMul", "Relu", "@", "relu", "xⁿ", "Mean"} <= set(words)
    assert any("tf.reduce_mean(tf.nn.relu" in line for line in words)
    assert shown["image/svg+xml"] in shown["text/html"]
    plain = str(graph).splitlines()
    assert plain[0] == f"5 nodes, 4 edges, {graph.bytes_kept} bytes kept"
    assert plain[2].strip() == "%1 = Variable 'w'  float32[3, 2]"
    assert plain[3].strip().startswith("%2 = MatMul(%1)  float32[4, 2]")
    nodes = [f"n{node.id}" for node in graph.nodes]
    for text, arrow in ((graph.dot(), "->"), (graph.mermaid(), "-->")):
        assert all(len(re.findall(rf"^  {node} ?[\[(]", text, re.M)) == 1 for node in nodes)
        for start, end in graph.edges:
            assert re.search(rf"^  n{start} {arrow} n{end};?$", text, re.M)
    assert str(tf.GradientTape().graph()) == "0 nodes, 0 edges, 0 bytes kept"
    ElementTree.fromstring(tf.GradientTape().graph().svg())


def test_where_no_gradient_passes_is_marked() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        tf.stop_gradient(x * 2.0)
    graph = tape.graph()
    assert 'class="dot cut"' in graph.svg() and "edge cut" in graph.svg()
    assert "no gradient passes" in str(graph)
    assert "style=dashed" in graph.dot() and "-.->" in graph.mermaid()


def test_a_crowded_row_is_one_box() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x
        for _ in range(60):
            y = y * 2.0
    picture = tape.graph().svg()
    assert "60 × Mul" in picture and "<circle" not in picture


def test_names_and_values_are_text() -> None:
    w = tf.Variable(np.ones((3, 3)), name=HOSTILE)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.layers[0]._name = HOSTILE
    with tf.GradientTape(persistent=True) as tape:
        y = w * 2.0
    why = tape.explain(tf.constant(1.0), w)
    why = type(why)(HOSTILE, HOSTILE, False, HOSTILE, HOSTILE, why.line, HOSTILE,
                    {"after": HOSTILE}, tape.explain(y, w).path, operands=[HOSTILE])  # fmt: skip
    graph = tape.graph()
    assert any(node.name and "script" in node.name for node in graph.nodes)
    graph.nodes[-1].line = graph.nodes[-1].line._replace(source=HOSTILE)  # type: ignore[union-attr]
    shown = [tf.constant([HOSTILE.replace("\ud800", "")] * 20)._repr_html_(), w._repr_html_()]
    shown += [model._repr_html_(), why._repr_html_(), graph._repr_mimebundle_()["text/html"]]
    for text in shown:
        seen = Read(text or "")
        assert not seen.tags.keys() & {"script", "img"} and seen.tags["style"] == 1, text
        assert not any(name.startswith("on") for name in seen.attributes)
        (text or "").encode()  # what a notebook writes into its file
    assert all("alert(1)" in Read(text or "").text for text in shown)
    ElementTree.fromstring(graph.svg())
    assert re.findall(r'(?<!\\)"', graph.dot().replace("\\\\", "")).__len__() % 2 == 0
    assert "<script" not in graph.mermaid() and graph.mermaid().count("\n") == 3


def test_colours_are_those_of_the_page(root: Path) -> None:
    page = (root / "web/src/ui/style.css").read_text()
    found = dict(re.findall(r"--([\w-]+): light-dark\((#\w+, #\w+)\)", page))
    assert {name: ", ".join(pair) for name, pair in COLOURS.items()} == {
        name: found[name] for name in COLOURS
    }
