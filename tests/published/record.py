"""Records what an engine leaves behind: pickles of its values, and a snippet with its results.

    python tests/published/record.py

The engine is the wheel beside this file, as it was published before the engine had observers. What
it left is kept here, and later engines have to go on reading it. Run again only to add to it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
(WHEEL,) = HERE.glob("*.whl")
PROGRAM = """\
import gradtape as tf

x = tf.Variable([1.0, 2.0, 3.0])
w = tf.Variable(0.5)
with tf.GradientTape(persistent=True) as tape:
    y = x * x * w
    z = tf.reduce_sum(y)
    cut = tf.stop_gradient(x) * 2.0
dz_dx, dz_dw = tape.gradient(z, [x, w])
dcut_dx = tape.gradient(cut, x)
dy_dx = tape.jacobian(y, x)
print(dz_dx.numpy(), dz_dw.numpy(), dcut_dx)
print(dy_dx.numpy())
"""


def values(tf: Any) -> dict[str, Any]:
    """A value of each kind that programs keep in files."""
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, activation="relu", name="dense")])
    model.build((None, 3))
    model.set_weights([[[1.0, -2.0], [0.5, 0.25], [3.0, 4.0]], [0.0, 1.0]])
    optimizer = tf.keras.optimizers.Adam(0.125)
    weight = tf.keras.Variable([1.0, 2.0], name="weight")
    optimizer.apply_gradients([(tf.constant([1.0, -1.0]), weight)])
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return {
        "tensor": tf.constant([[1.0, 2.0], [3.0, 4.0]]),
        "scalar": tf.constant(7, tf.int64),
        "text": tf.constant(["a", "b"]),
        "variable": tf.Variable([1.0, 2.0], name="v", trainable=False),
        "slices": tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), tf.constant([2, 1])),
        "dtype": tf.float32,
        "shape": tf.TensorShape([1, None]),
        "spec": tf.TensorSpec([None, 2], tf.float32, "s"),
        "unconnected": tf.UnconnectedGradients.ZERO,
        "error": tf.errors.InvalidArgumentError(None, None, "no"),
        "explanation": tape.explain(y, x),
        "graph": tape.graph(),
        "module": tf.Module("m"),
        "model": model,
        "optimizer": optimizer,
        "loss": tf.keras.losses.MeanSquaredError(),
        "metric": tf.keras.metrics.Mean(name="mean"),
        "initializer": tf.keras.initializers.Constant(2.0),
        "regularizer": tf.keras.regularizers.L2(0.5),
        "constraint": tf.keras.constraints.NonNeg(),
    }


def main() -> None:
    """Write the pickles and the snippet beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(WHEEL).extractall(folder)
        sys.path.insert(0, folder)
        import gradtape
        from gradtape import snippet

        assert Path(gradtape.__file__).is_relative_to(folder), gradtape.__file__
        kept = {}
        for name, value in values(gradtape).items():
            kept[name] = base64.b64encode(pickle.dumps(value, protocol=4)).decode("ascii")
        text = json.dumps(kept, indent=1, sort_keys=True)
        (HERE / "pickles.json").write_text(f"{text}\n", encoding="utf-8")

        run = snippet.record_run(PROGRAM, seed=0)
        pins = snippet.current_pins(0)
        pins["engine"]["version"] = gradtape.__version__
        pins["engine"]["wheel_sha256"] = hashlib.sha256(WHEEL.read_bytes()).hexdigest()
        manifest = snippet.draft(
            PROGRAM, title="Before observers", pins=pins, results=run.results, output=run.output
        )
        (HERE / "snippet.json").write_bytes(snippet.canonical(manifest))


if __name__ == "__main__":
    main()
