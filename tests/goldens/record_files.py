"""Records files as TensorFlow writes them (records, messages, images), and what it reads from them.

python tests/goldens/record_files.py      (in an environment with TensorFlow)
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

WHERE = Path(__file__).resolve().parent / "files.npz"
train = tf.train


def examples() -> list[Any]:
    """Messages with every kind of feature, and one that lacks some."""
    full = {
        "words": train.Feature(bytes_list=train.BytesList(value=[b"a", b"", b'x\n"\x00'])),
        "numbers": train.Feature(float_list=train.FloatList(value=[1.5, -0.1])),
        "ids": train.Feature(int64_list=train.Int64List(value=[1, -2, 300, 2**62])),
    }
    short = {"numbers": train.Feature(float_list=train.FloatList(value=[3.0, 4.0]))}
    return [train.Example(features=train.Features(feature=one)) for one in (full, short)]


def pictures() -> dict[str, Any]:
    """Images that every filter of PNG is of use for."""
    rows, columns = np.mgrid[:20, :27]
    colors = np.stack([rows * 9, columns * 7, rows * columns], -1) % 256
    noise = np.random.RandomState(0).randint(0, 65536, (6, 5, 4))
    return {
        "gray": colors[..., :1].astype(np.uint8),
        "pair": noise[..., :2].astype(np.uint8),
        "color": colors.astype(np.uint8),
        "alpha": noise.astype(np.uint8),
        "gray16": noise[..., :1].astype(np.uint16),
        "color16": (colors * 257).astype(np.uint16),
    }


def main() -> None:
    """Write the archive."""
    folder = Path(tempfile.mkdtemp())
    messages = [one.SerializeToString(deterministic=True) for one in examples()]
    for kind in ("", "GZIP", "ZLIB"):
        with tf.io.TFRecordWriter(str(folder / f"records{kind}.tfrecord"), kind or None) as file:
            for message in [*messages, b"", b"x" * 1000]:
                file.write(message)
    (folder / "example.txt").write_text(str(examples()[1]))
    found: dict[str, Any] = {}
    tensors = {
        "floats": [[1.0, 2.0]],
        "words": ["a", "bc"],
        "one": 3,
        "empty": np.zeros((0, 2), np.int64),
        "complex": [1 + 2j],
    }
    for name, value in tensors.items():
        (folder / f"tensor.{name}").write_bytes(tf.io.serialize_tensor(tf.constant(value)).numpy())
    protos = {
        "float": tf.make_tensor_proto(1.5),
        "half": tf.make_tensor_proto([7, 7], tf.float16),
        "filled": tf.make_tensor_proto(2, tf.int32, shape=[3]),
        "true": tf.make_tensor_proto(True),
        "text": tf.make_tensor_proto(["a", "a"]),
    }
    for name, proto in protos.items():
        (folder / f"proto.{name}").write_bytes(proto.SerializeToString())
    for name, image in pictures().items():
        data = tf.io.encode_png(image).numpy()
        (folder / f"{name}.png").write_bytes(data)
        found[f"{name}.pixels"] = image
        for channels in (1, 3, 4):
            decoded = tf.io.decode_png(data, channels, dtype=image.dtype).numpy()
            found[f"{name}.{channels}"] = decoded
    jpeg = tf.io.encode_jpeg(pictures()["color"]).numpy()
    (folder / "color.jpeg").write_bytes(jpeg)
    found["jpeg"] = tf.io.decode_jpeg(jpeg, dct_method="INTEGER_ACCURATE").numpy()
    found["jpeg.fast"] = tf.io.decode_jpeg(jpeg).numpy()
    found["base64"] = np.frombuffer(tf.io.encode_base64(b"\xff\xfe?>").numpy(), np.uint8)
    files = {f.name: np.frombuffer(f.read_bytes(), np.uint8) for f in sorted(folder.iterdir())}
    np.savez_compressed(WHERE, **files, **{f"={name}": value for name, value in found.items()})


if __name__ == "__main__":
    main()
