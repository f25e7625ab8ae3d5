"""tf.raw_ops: TensorFlow's argument names, and what they mean."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.raw_ops import _function
from gradtape.raw_ops.signatures import SIGNATURES

Raw = Any


def test_raw_ops() -> None:
    raw = tf.raw_ops
    a = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    assert raw.AddV2(x=1.0, y=2.0).numpy() == raw.Add(x=1.0, y=2.0).numpy() == 3.0
    assert raw.Sub(y=1.0, x=3.0).numpy() == 2.0
    assert raw.Sum(input=a, axis=0, keep_dims=True).shape == (1, 2)
    assert np.array_equal(raw.MatMul(a=a, b=a, transpose_a=True), a.numpy().T @ a.numpy())
    assert raw.TopKV2(input=[1.0, 3.0], k=1).indices.numpy().tolist() == [1]
    assert raw.SelectV2(condition=[True, False], t=[1, 1], e=[2, 2]).numpy().tolist() == [1, 2]
    assert raw.Cast(x=1.5, DstT=tf.int32).numpy() == 1
    assert raw.StopGradient(input=2.0).numpy() == 2.0
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = raw.Exp(x=x)
    assert tape.gradient(y, x).numpy() == pytest.approx(np.exp(2.0))
    assert {"MatMul", "Exp", "TensorScatterUpdate"} <= set(dir(raw))


@pytest.mark.parametrize(
    ("op", "arguments", "value"),
    [
        ("Atan2", {"x": 4.0, "y": 2.0}, np.arctan2(2.0, 4.0)),
        ("Complex", {"real": 1.0, "imag": 2.0}, 1 + 2j),
        ("RealDiv", {"y": 2.0, "x": 1.0}, 0.5),
        ("Any", {"input": [True, False], "axis": [0]}, True),
        ("Zeta", {"x": 2.0, "q": 1.0}, np.pi**2 / 6),
        ("NextAfter", {"x2": 2.0, "x1": 1.0}, 1 + 2**-23),
        ("Xlogy", {"y": np.e, "x": 2.0}, 2.0),
        ("SelectV2", {"e": [2], "t": [1], "condition": [True]}, [1]),
        ("InTopKV2", {"predictions": [[1.0, 2.0]], "targets": [1], "k": 1}, [True]),
        ("SegmentSum", {"segment_ids": [0, 0], "data": [1.0, 2.0]}, [3]),
        ("LowerBound", {"sorted_inputs": [[1.0, 2.0]], "values": [[1.5]]}, [[1]]),
        ("UpperBound", {"sorted_inputs": [[1.0, 2.0]], "values": [[2.0]]}, [[2]]),
        ("DenseBincount", {"input": [1, 1, 2], "size": 3, "weights": [1.0, 2.0, 3.0]}, [0, 3, 3]),
        ("Squeeze", {"input": [[1.0]]}, 1.0),
        ("LeakyRelu", {"features": [-1.0]}, [-0.2]),
        ("Pow", {"x": 2.0, "y": 3.0}, 8.0),
        ("Einsum", {"inputs": [[1.0, 2.0], [3.0, 4.0]], "equation": "i,i->"}, 11.0),
        ("BatchMatMulV2", {"x": [[[1.0, 2.0]]], "y": [[[3.0, 4.0]]], "adj_y": True}, [[[11.0]]]),
        ("MatrixBandPart", {"input": [[1.0, 2.0]], "num_lower": 0, "num_upper": 0}, [[1, 0]]),
        ("ReadVariableOp", {"resource": tf.Variable(3.0), "dtype": tf.float32}, 3.0),
        ("Real", {"input": [1 + 2j], "Tout": tf.float64}, [1.0]),
        ("Conj", {"input": [1 + 2j]}, [1 - 2j]),
        ("Angle", {"input": np.array(1j)}, np.pi / 2),
        ("LeakyRelu", {"features": np.array(-1, np.float16)}, -0.2),
        ("ClipByValue", {"t": 3.0, "clip_value_min": tf.constant(0.0, tf.float64),
                         "clip_value_max": 1.0}, 1.0),
        ("LogicalOr", {"x": np.array([1.0, 0.0]), "y": [False, False]}, [True, False]),
        ("LeftShift", {"x": tf.constant([3], tf.int64), "y": 1}, [6]),
        ("LinSpace", {"start": 0.0, "stop": 1.0, "num": 3}, [0, 0.5, 1]),
        ("GatherNd", {"params": [1.0, 2.0], "indices": [[1]]}, [2]),
        ("ConcatV2", {"values": [[1.0], [2.0]], "axis": 0}, [1, 2]),
    ],
)  # fmt: skip
def test_keywords_mean_what_they_say(op: str, arguments: dict[str, Any], value: Any) -> None:
    assert np.allclose(getattr(tf.raw_ops, op)(**arguments), value)


def test_several_results_have_names() -> None:
    raw = tf.raw_ops
    dense = raw.SoftmaxCrossEntropyWithLogits(features=[[1.0, 2.0]], labels=[[0.0, 1.0]])
    sparse = raw.SparseSoftmaxCrossEntropyWithLogits(features=[[1.0, 2.0]], labels=[1])
    twice = raw.SoftmaxCrossEntropyWithLogits(features=[[1.0]], labels=[[2.0]])
    assert twice.backprop.numpy() == -1  # softmax − labels, whatever they sum to
    for found in (dense, sparse):
        assert np.allclose(found.loss, np.log1p(np.exp(-1)))
        assert np.allclose(found.backprop, [[0.26894143, -0.26894143]])
    wide = raw.SoftmaxCrossEntropyWithLogits(features=[[1.0, 2.0], [0.0, 1.0]], labels=[[0.0, 1.0]])
    assert wide.loss.shape == 2
    assert raw.LogMatrixDeterminant(input=[[2.0]]).sign.numpy() == 1
    assert raw.Svd(input=[[2.0]], compute_uv=False).s.numpy() == 2
    assert raw.SelfAdjointEigV2(input=[[2.0]]).e.numpy() == 2
    assert abs(raw.Qr(input=[[2.0]]).r.numpy()) == 2
    assert raw.UniqueWithCounts(x=[1, 1]).count.numpy() == 2


@pytest.mark.parametrize("op", sorted(SIGNATURES))
def test_every_op_has_tensorflows_arguments(op: str) -> None:
    raw: Raw = getattr(tf.raw_ops, op)
    assert raw.__name__ == op
    function, renamed, by_name = _function(op)
    if by_name:  # what has no default has a meaning here
        parameters = inspect.signature(function).parameters
        needed = {renamed.get(name, name) for name, (must, _) in SIGNATURES[op].items() if must}
        assert needed <= set(parameters)
    for wrong in ({"nonsense": 1}, dict.fromkeys(SIGNATURES[op], 1) | {"b_": 1}):
        with pytest.raises(TypeError, match=f"{op} (missing|does not know) .*takes the keywords"):
            raw(**wrong)
    with pytest.raises(TypeError, match="only takes keyword args"):
        raw(1.0)


def test_what_raw_ops_refuse() -> None:
    raw = tf.raw_ops
    with pytest.raises(AttributeError, match="no op of type 'Nothing'"):
        _ = raw.Nothing
    for inner in ("LinearRecurrence", "LogSumExp", "SigmoidCrossEntropyWithLogits", "MaxPoolGrad"):
        assert inner not in dir(raw)
        with pytest.raises(AttributeError, match="none for programs"):
            getattr(raw, inner)
    with pytest.raises(TypeError, match=r"missing \['y'\]"):
        raw.Sub(x=1.0)
    with pytest.raises(tf.errors.UnimplementedError, match="Truncate=False alone"):
        raw.Cast(x=[1.5], DstT=tf.float16, Truncate=True)
    assert raw.Cast(x=[1.5], DstT=tf.float64, Truncate=True).numpy() == 1.5
    for op, arguments in (
        ("Angle", {"input": tf.constant(1.0)}),
        ("Conj", {"input": tf.constant([1.0])}),
        ("LeakyRelu", {"features": tf.constant(1)}),
        ("Imag", {"input": tf.constant(1.0)}),
        ("Real", {"input": tf.constant(1.0)}),
        ("Complex", {"real": tf.constant(1.0), "imag": tf.constant(1.0, tf.float64)}),
        ("Complex", {"real": 1j, "imag": 1j}),
        ("ConcatV2", {"values": [[1.0]], "axis": 0}),
        ("GatherNd", {"params": [1.0], "indices": tf.constant([[0]], tf.int8)}),
        ("LinSpace", {"start": 0.0, "stop": 1.0, "num": 0}),
        ("LinSpace", {"start": 0, "stop": 1, "num": 2}),
        ("LinSpace", {"start": 0.0, "stop": tf.constant(1.0, tf.float64), "num": 2}),
        (
            "SparseSoftmaxCrossEntropyWithLogits",
            {"features": [[1.0]], "labels": tf.constant([0], tf.int8)},
        ),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=f"Op:{op}"):
            getattr(raw, op)(**arguments)
    with pytest.raises(tf.errors.UnimplementedError, match="half-pixel"):
        raw.ResizeBilinear(images=tf.ones([1, 2, 2, 1]), size=[4, 4])
    with pytest.raises(tf.errors.InvalidArgumentError, match="not Tout=float32"):
        raw.Real(input=tf.constant([1 + 2j]))
    assert raw.MatMul(a=[[1.0]], b=[[2.0]], grad_a=False, name="product").numpy() == 2


def test_a_comparison_reads_what_is_no_tensor_in_the_dtype_of_the_tensor() -> None:
    x = tf.constant([1.0, 2.0])
    assert tf.raw_ops.Equal(x=[1, 3], y=x).numpy().tolist() == [True, False]
    assert tf.raw_ops.NotEqual(x=x, y=[1, 3]).numpy().tolist() == [False, True]
    with pytest.raises(TypeError, match="Cannot convert"):
        tf.raw_ops.Equal(x=[1], y=2.0)
