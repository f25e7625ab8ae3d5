"""Operators come with their first use: each first use of a fresh program is as any other."""

import subprocess
import sys

import pytest

import gradtape as tf
from gradtape.dispatch.batching import Batched
from gradtape.tensors import operators

#: what a program does first, and what it prints
FIRST = {
    "print((tf.constant([1.0, 2.0]) * 3).numpy())": "[3. 6.]",
    "print((2.0 - tf.Variable([1.0, 2.0])).numpy())": "[1. 0.]",
    "print((np.float32([1.0, 2.0]) + tf.Variable([1.0, 2.0])).numpy())": "[2. 4.]",
    "print((np.float32([1.0, 2.0]) / tf.constant([1.0, 2.0])).numpy())": "[1. 1.]",
    "print((tf.constant([1, 2]) == [1, 3]).numpy())": "[ True False]",
    "print(tf.Variable([1, 2])[1].numpy())": "2",
    "print([int(x) for x in tf.constant([1, 2])], 2 in tf.constant([1, 2]))": "[1, 2] True",
    "print(tf.convert_to_tensor([tf.constant(1), 2]).numpy())": "[1 2]",
    "print(len({tf.constant(1.0).ref(), tf.Variable(1.0).ref()}))": "2",
    "x = tf.zeros(2)\nwith tf.GradientTape() as tape:\n"
    "    tape.watch(x)\n    y = tf.exp(x)\n"
    "print(tape.jacobian(y, x).numpy().tolist())": "[[1.0, 0.0], [0.0, 1.0]]",
    "import pickle\nprint((pickle.loads(pickle.dumps(tf.Variable(2.0))) ** 2).numpy())": "4.0",
    "f = tf.custom_gradient(lambda x: (x, lambda g: g))\nwith tf.GradientTape():\n"
    "    print(f(tf.constant(1.0)).numpy())": "1.0",
    "try:\n    tf.RegisterGradient('Exp')(lambda op, g: g)\n"
    "except KeyError as error:\n    print('two gradient' in str(error))": "True",
    "from threading import Thread\ngot = []\nx = tf.constant(2.0)\n"
    "threads = [Thread(target=lambda: got.append(float(x * x + x))) for _ in range(8)]\n"
    "for thread in threads: thread.start()\n"
    "for thread in threads: thread.join()\n"
    "print(got == [6.0] * 8)": "True",
}


@pytest.mark.parametrize("program", FIRST)
def test_the_first_use(program: str) -> None:
    code = f"import numpy as np, gradtape as tf\n{program}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == FIRST[program], done.stderr


def test_no_stand_in_is_left() -> None:
    operators.loaded()
    for kind in (tf.Tensor, tf.Variable, Batched):
        names = operators.ARITHMETIC + (operators.CONTAINER if kind is not Batched else [])
        assert [name for name in names if name not in vars(kind)] == []
