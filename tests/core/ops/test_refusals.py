"""Every public function refuses spoilt inputs with the type of exception that TensorFlow raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradtape as tf
from tests.core.ops.support.spoiling import ANSWERS, first_cases, outcomes, parted

RECORDED = json.loads(
    (Path(__file__).resolve().parents[2] / "goldens" / "refusals.json").read_text("utf-8")
)["calls"]
CASES = {case.function: case for case in first_cases()}

#: What gradtape may be told with where TensorFlow stumbles over its own code.
SENSIBLE = {"ValueError", "TypeError", "InvalidArgumentError", "UnimplementedError"}
RIDDLES = {"AttributeError", "IndexError"}
#: TensorFlow's way to say that it has no kernel for a dtype; gradtape may have one.
NO_KERNEL = {"NotFoundError", "UnimplementedError"}

_NO_TENSOR = "ragged", "None", "an object", "a function"

#: function → (spoilt inputs where gradtape does otherwise, why)
OTHERWISE: dict[str, tuple[set[str], str]] = {}


def _otherwise(why: str, *functions: str, of: tuple[str, ...] | str) -> None:
    for function in functions:
        known, before = OTHERWISE.get(function, (set(), ""))
        kinds = (of,) if isinstance(of, str) else of
        OTHERWISE[function] = (known | set(kinds), before or why)


_otherwise(
    "there is nothing to convolve with",
    "nn.conv1d_transpose", "nn.conv2d_transpose", "nn.conv3d_transpose", of="1 no rows",
)  # fmt: skip
_otherwise("nan in, nan out", "linalg.inv", "linalg.solve", of="0 nan")
_otherwise("nan in, nan out", "linalg.eigh", "linalg.eigvalsh", of=("0 nan", "0 infinity"))
_otherwise(
    "an operand of `*` in TensorFlow turns all to truth values beside one, and loses the gradient",
    "Tensor.__mul__", of=("0 booleans", "1 booleans"),
)  # fmt: skip
_otherwise(
    "a method of Tensor is not called on what is no tensor",
    "Tensor.__neg__", of=tuple(f"0 {kind}" for kind in _NO_TENSOR),
)  # fmt: skip
_otherwise(
    "of no signal comes no signal",
    "signal.inverse_mdct", "signal.mfccs_from_log_mel_spectrograms", of="0 no rows",
)  # fmt: skip
_otherwise("of no signal comes no signal", "signal.mdct", of=("0 nothing", "0 no rows"))
_otherwise("sizes are not negative", "broadcast_dynamic_shape", of="1 nan")
_otherwise("a shape is a vector", "fill", of="0 one axis more")
_otherwise(
    "what is counted must be integers: 1.9 is not class 1",
    "math.bincount", of=("0 booleans", "0 another float"),
)  # fmt: skip
_otherwise(
    "what is counted must be integers: 1.9 is not class 1",
    "math.confusion_matrix",
    of=("0 booleans", "0 another float", "1 booleans", "1 another float", "0 no axes"),
)  # fmt: skip
_otherwise("text has no imaginary part", "math.imag", of=("0 text", "0 booleans"))
_otherwise("text is not counted among zeros", "math.zero_fraction", of="0 text")
_otherwise(
    "the sum refuses text, in the words of an op",
    "math.unsorted_segment_mean", "math.unsorted_segment_sqrt_n", of="0 text",
)  # fmt: skip
_otherwise(
    "coordinates may have a dtype each, and are converted as everywhere",
    "meshgrid",
    of=(
        *(f"{k} {kind}" for k in (0, 1) for kind in ("text", "integers", "another float")),
        *(f"{k} {kind}" for k in (0, 1) for kind in _NO_TENSOR),
    ),
)  # fmt: skip
_otherwise(
    "converted as everywhere, with the error of a conversion",
    "nn.batch_normalization", of=tuple(f"2 {kind}" for kind in _NO_TENSOR),
)  # fmt: skip
_otherwise("converted as everywhere", "nn.embedding_lookup", of="0 ragged")
_otherwise(
    "ranks are checked as in the other convolutions",
    "nn.depthwise_conv2d", "nn.separable_conv2d", of=("0 no axes", "0 nothing"),
)  # fmt: skip
_otherwise("the largest integer is one", "nn.max_pool3d", of="0 integers")
_otherwise(
    "weights have the shape of what they weigh",
    "nn.weighted_moments", of=("0 no axes", "1 one axis more"),
)  # fmt: skip
_otherwise("a scalar has no axis to reverse", "reverse", of="0 no axes")
_otherwise("text does not add up", "scatter_nd", of=("0 text", "0 booleans", "1 text"))
_otherwise(
    "a shape is asked for, whatever the dtype",
    "shape_n",
    of=tuple(
        f"{k} {kind}" for k in (0, 1) for kind in ("text", "integers", "booleans", "another float")
    ),
)  # fmt: skip


def test_every_function_is_recorded() -> None:
    assert set(RECORDED) == set(CASES)
    assert set(OTHERWISE) <= set(CASES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", sorted(CASES))
def test_refuses_with_tensorflows_exception(function: str) -> None:
    expected = parted(RECORDED[function])
    differ = set()
    for what, came in outcomes(tf, CASES[function]).items():
        wanted = expected.get(what, ANSWERS)
        if wanted in RIDDLES or (wanted in NO_KERNEL and came in SENSIBLE):
            assert came in SENSIBLE | {ANSWERS}, (what, wanted, came)
        elif came != wanted and not (wanted in NO_KERNEL and came == ANSWERS):
            differ.add(what)
    assert differ == OTHERWISE.get(function, (set(), ""))[0]
