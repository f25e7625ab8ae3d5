"""Image files: TensorFlow's pixels from its files, and files that give the pixels back."""

import io
import struct
import zlib

import numpy as np
import PIL.Image
import pytest

import gradtape as tf
from gradtape.formats import pillow, png
from tests.support.recorded_files import unpack


@pytest.fixture
def recorded(tmp_path):
    return tmp_path, unpack("files", tmp_path)


@pytest.mark.parametrize("name", ["gray", "pair", "color", "alpha", "gray16", "color16"])
def test_png_files_of_tensorflow(recorded, name):
    folder, values = recorded
    data, pixels = (folder / f"{name}.png").read_bytes(), values[f"{name}.pixels"]
    kind = pixels.dtype.name
    assert np.array_equal(tf.io.decode_png(data, dtype=kind).numpy(), pixels)
    for channels in (1, 3, 4):
        found = tf.io.decode_png(data, channels, dtype=kind).numpy()
        assert np.array_equal(found, values[f"{name}.{channels}"])
    again = tf.io.encode_png(pixels).numpy()
    assert np.array_equal(tf.io.decode_png(again, dtype=kind).numpy(), pixels)
    if kind == "uint8":  # another reader agrees
        theirs = np.array(PIL.Image.open(io.BytesIO(again)))
        assert np.array_equal(theirs.reshape(pixels.shape), pixels)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_file(width, height, depth, color, rows, *more):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    body = [chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return png.SIGNATURE + b"".join(body)


def test_palettes_few_bits_and_every_filter():
    palette = chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60]))
    two = png_file(3, 1, 1, 3, bytes([0, 0b01000000]), palette)
    assert tf.io.decode_png(two).numpy().tolist() == [[[10, 20, 30], [40, 50, 60], [10, 20, 30]]]
    clear = png_file(2, 1, 1, 3, bytes([0, 0b01000000]), palette, chunk(b"tRNS", b"\x07"))
    assert tf.io.decode_png(clear, 0).numpy().tolist() == [[[10, 20, 30, 7], [40, 50, 60, 255]]]
    few = png_file(4, 1, 2, 0, bytes([0, 0b00011011]))
    assert tf.io.decode_png(few).numpy()[0, :, 0].tolist() == [0, 85, 170, 255]
    image = np.random.RandomState(1).randint(0, 256, (40, 33, 3)).astype(np.uint8)
    out = io.BytesIO()
    PIL.Image.fromarray(image).save(out, "PNG", optimize=True)
    assert np.array_equal(tf.io.decode_png(out.getvalue()).numpy(), image)
    smooth = np.add.outer(np.arange(64), np.arange(64))[..., None].astype(np.uint8)
    for kind in range(5):
        assert np.array_equal(tf.io.decode_png(filtered(smooth, kind)).numpy(), smooth)


def filtered(image, kind):
    """A PNG file whose rows all have this filter, by the specification's formulas."""
    height, width = image.shape[:2]
    x = np.zeros((height + 1, width + 1), np.int64)
    x[1:, 1:] = image[..., 0]
    left, up, corner = x[1:, :-1], x[:-1, 1:], x[:-1, :-1]
    near = left + up - corner
    distances = np.abs(np.stack([near - left, near - up, near - corner]))
    paeth = np.choose(distances.argmin(0), [left, up, corner])
    guess = [np.zeros_like(left), left, up, (left + up) // 2, paeth][kind]
    rows = ((x[1:, 1:] - guess) % 256).astype(np.uint8)
    lines = b"".join(bytes([kind]) + row.tobytes() for row in rows)
    return png_file(width, height, 8, 0, lines)


def test_broken_images_are_refused(recorded):
    data = (recorded[0] / "color.png").read_bytes()
    for damaged in (b"", data[:30], data[:-30], data[:60] + b"\0" + data[61:]):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.io.decode_png(damaged)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unknown image file format"):
        tf.io.decode_image(b"nothing")
    with pytest.raises(tf.errors.InvalidArgumentError, match="JPEG"):
        tf.io.decode_jpeg(b"\xff\xd8\xff")
    with pytest.raises(tf.errors.InvalidArgumentError, match="channels must be"):
        tf.io.decode_png(data, channels=5)
    with pytest.raises(TypeError, match="convert_image_dtype"):
        tf.io.encode_png(tf.zeros([2, 2, 1]))


def test_jpeg(recorded):
    folder, values = recorded
    data = (folder / "color.jpeg").read_bytes()
    pixels = tf.io.decode_jpeg(data).numpy()
    assert np.array_equal(pixels, values["jpeg"])  # TensorFlow with its accurate transform
    assert np.abs(pixels.astype(int) - values["jpeg.fast"]).max() <= 8
    assert tf.io.decode_image(data).shape == pixels.shape
    assert tf.io.extract_jpeg_shape(data).numpy().tolist() == [20, 27, 3]
    assert bool(tf.io.is_jpeg(data)) and not bool(tf.io.is_jpeg(b"x"))
    part = tf.io.decode_and_crop_jpeg(data, [2, 3, 5, 7]).numpy()
    assert np.array_equal(part, pixels[2:7, 3:10])
    again = tf.io.decode_jpeg(tf.io.encode_jpeg(pixels, quality=100)).numpy()
    assert np.abs(again.astype(int) - pixels).mean() < 6
    assert tf.io.decode_jpeg(data, ratio=2).shape == [10, 14, 3]


def test_gif_and_bmp():
    frames = np.zeros((2, 3, 4, 3), np.uint8)
    frames[0, :, :, 0], frames[1, 1, :, 2] = 255, 255
    out = io.BytesIO()
    first, second = (PIL.Image.fromarray(frame) for frame in frames)
    first.save(out, "GIF", save_all=True, append_images=[second])
    assert np.array_equal(tf.io.decode_gif(out.getvalue()).numpy(), frames)
    assert tf.io.decode_image(out.getvalue(), expand_animations=False).shape == [3, 4, 3]
    out = io.BytesIO()
    image = np.random.RandomState(0).randint(0, 256, (5, 3, 3)).astype(np.uint8)
    PIL.Image.fromarray(image).save(out, "BMP")
    assert np.array_equal(tf.io.decode_bmp(out.getvalue()).numpy(), image)
    found = tf.io.decode_image(out.getvalue(), dtype=tf.float32).numpy()
    assert np.allclose(found, image / 255)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incomplete bmp"):
        tf.io.decode_bmp(out.getvalue()[:60])


def test_without_pillow_the_error_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(pillow, "import_module", missing)
    with pytest.raises(tf.errors.UnimplementedError, match=r"gradtape\[image\]"):
        tf.io.decode_jpeg(b"\xff\xd8\xff")
    image = tf.constant([[[1]]], tf.uint8)
    assert tf.io.decode_png(tf.io.encode_png(image)).numpy().tolist() == [[[1]]]
