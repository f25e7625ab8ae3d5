"""Python numbers, arrays and tensors side by side: the dtypes that TensorFlow 2.21 gives.

What is no tensor, a float64 array too, takes the dtype of the tensor beside it.
"""

from __future__ import annotations

import numpy as np
import pytest

import gradtape as tf

DTYPES = {
    "tf.stack([1,2.0])": "float32",
    "tf.stack([1.0,2])": "float32",
    "tf.stack([tf.constant(1.),2])": "float32",
    "tf.stack([1,tf.constant(2.)])": "float32",
    "tf.stack([1,2,tf.constant(3.)])": "float32",
    "tf.stack([[1,2],[1.5,2]])": "float32",
    "tf.stack([np.float64(1),2.0])": "float64",
    "tf.stack([np.eye(2),tf.eye(2)])": "float32",
    "tf.stack([tf.eye(2),np.eye(2)])": "float32",
    "tf.stack([np.float64(1),tf.constant(2.)])": "float32",
    "tf.stack([np.int64(1),2.0])": "float32",
    "tf.stack([np.int64(1),2])": "int32",
    "tf.concat([[1.0],[2]],0)": "float32",
    "tf.concat([[1],tf.constant([2.])],0)": "float32",
    "tf.concat([np.eye(2),tf.eye(2)],0)": "float32",
    "tf.concat([tf.eye(2),np.eye(2)],0)": "float32",
    "tf.concat([np.ones(1),[2.0]],0)": "float64",
    "tf.convert_to_tensor([1,2.0])": "float32",
    "tf.convert_to_tensor([np.float64(1),tf.constant(2.)])": "float32",
    "tf.convert_to_tensor([tf.constant(2.),np.float64(1)])": "float32",
    "tf.convert_to_tensor([1,tf.constant(2.)])": "float32",
    "tf.matmul(tf.eye(2),np.eye(2))": "float32",
    "tf.einsum('ij,jk',np.eye(2),tf.eye(2))": "float32",
    "tf.where(True,np.eye(2),tf.eye(2))": "float32",
    "tf.where(True,tf.eye(2),np.eye(2))": "float32",
    "tf.where(True,1,tf.constant(2.))": "float32",
    "tf.maximum(np.eye(2),tf.eye(2))": "float32",
    "tf.maximum(1,tf.constant(2.))": "float32",
    "tf.clip_by_value(tf.ones(2),np.zeros(2),1)": "float32",
    "tf.nn.conv2d(np.ones((1,2,2,1)),tf.ones((1,1,1,1)),1,'SAME')": "float32",
    "tf.nn.conv2d(tf.ones((1,2,2,1)),np.ones((1,1,1,1)),1,'SAME')": "float32",
    "tf.nn.bias_add(np.eye(2),tf.ones(2))": "float32",
    "tf.nn.bias_add(tf.eye(2),np.ones(2))": "float32",
    "tf.nn.softmax_cross_entropy_with_logits(np.ones((1,2)),tf.ones((1,2)))": "float32",
    "tf.nn.softmax_cross_entropy_with_logits(tf.ones((1,2)),np.ones((1,2)))": "float64",
    "tf.tensor_scatter_nd_update(tf.ones(2),[[0]],np.ones(1))": "float32",
    "tf.tensor_scatter_nd_add(np.ones(2),[[0]],tf.ones(1))": "float32",
    "tf.dynamic_stitch([[0],[1]],[np.ones(1),tf.ones(1)])": "float32",
    "tf.range(1,2.5)": "float32",
    "tf.range(tf.constant(1),2.5)": "float32",
    "tf.range(1,tf.constant(2.5))": "float32",
    "tf.math.squared_difference(np.ones(2),tf.ones(2))": "float32",
    "tf.math.divide_no_nan(np.ones(2),tf.ones(2))": "float32",
    "tf.math.xlogy(np.ones(2),tf.ones(2))": "float32",
    "tf.divide(1,2)": "float64",
    "tf.divide(np.float32(1),2)": "float32",
    "tf.ones(1)*np.arange(1)": "float32",
}


@pytest.mark.parametrize("expression", DTYPES)
def test_the_dtype_is_tensorflows(expression: str) -> None:
    result = eval(expression, {"tf": tf, "np": np})
    assert result.dtype.name == DTYPES[expression]


def test_a_stack_of_numbers_keeps_their_values() -> None:
    np.testing.assert_array_equal(tf.stack([1, 2.5]), [1.0, 2.5])
    np.testing.assert_array_equal(tf.stack([[1, 2], [1.5, 2]], axis=1), [[1.0, 1.5], [2.0, 2.0]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Shapes of all inputs must match"):
        tf.stack([[1.0, 2.0], [3.0]])


def test_tensors_keep_their_dtypes() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="double"):
        tf.nn.bias_add(tf.ones((2, 2)), tf.ones(2, tf.float64))
    with pytest.raises(tf.errors.InvalidArgumentError, match="dtype"):
        tf.tensor_scatter_nd_add(tf.ones(2), [[0]], tf.ones(1, tf.float64))
