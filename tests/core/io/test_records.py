"""Records and messages: TensorFlow's files are read, and what is written has its very bytes."""

import gzip
import zlib

import numpy as np
import pytest

import gradtape as tf
from gradtape.formats.crc32c import _bytewise, crc32c
from tests.support.recorded_files import unpack

train = tf.train


@pytest.fixture
def folder(tmp_path):
    unpack("files", tmp_path)
    return tmp_path


def examples():
    """The messages of record_files.py."""
    full = {
        "words": train.Feature(bytes_list=train.BytesList(value=[b"a", b"", b'x\n"\x00'])),
        "numbers": train.Feature(float_list=train.FloatList(value=[1.5, -0.1])),
        "ids": train.Feature(int64_list=train.Int64List(value=[1, -2, 300, 2**62])),
    }
    short = {"numbers": train.Feature(float_list=train.FloatList(value=[3.0, 4.0]))}
    return [train.Example(features=train.Features(feature=one)) for one in (full, short)]


def written(folder):
    return [*(one.SerializeToString() for one in examples()), b"", b"x" * 1000]


@pytest.mark.parametrize("kind", ["", "GZIP", "ZLIB"])
def test_records_both_ways(folder, kind):
    theirs = folder / f"records{kind}.tfrecord"
    assert [r.numpy() for r in tf.data.TFRecordDataset(theirs, kind)] == written(folder)
    ours = folder / "ours"
    with tf.io.TFRecordWriter(ours, tf.io.TFRecordOptions(kind)) as file:
        for record in written(folder):
            file.write(record)
    plain = {"": bytes, "GZIP": gzip.decompress, "ZLIB": zlib.decompress}[kind]
    assert plain(ours.read_bytes()) == (folder / "records.tfrecord").read_bytes()


def test_damaged_records_are_refused(folder):
    path = folder / "records.tfrecord"
    whole = bytearray(path.read_bytes())
    for at, match in ((3, "checksum of the length"), (15, "corrupted"), (len(whole) - 1, "corrup")):
        damaged = whole.copy()
        damaged[at] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(tf.errors.DataLossError, match=match):
            list(tf.data.TFRecordDataset(path))
    path.write_bytes(whole[:-3])
    with pytest.raises(tf.errors.DataLossError, match="truncated"):
        list(tf.data.TFRecordDataset(path))
    with pytest.raises(tf.errors.DataLossError):
        list(tf.data.TFRecordDataset(folder / "records.tfrecord", "GZIP"))
    with pytest.raises(tf.errors.NotFoundError):
        list(tf.data.TFRecordDataset(folder / "none"))
    with pytest.raises(ValueError, match="compression_type"):
        tf.data.TFRecordDataset(path, "BZ2")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 4096, 100_001])
def test_checksums_by_lanes_are_those_by_bytes(size):
    data = np.random.RandomState(size).bytes(size)
    assert crc32c(data) == _bytewise(data, 0xFFFFFFFF) ^ 0xFFFFFFFF
    assert crc32c(b"123456789") == 0xE3069283  # the standard's check value


def test_messages_are_read_changed_and_shown(folder):
    full, short = examples()
    assert str(short) == (folder / "example.txt").read_text()
    again = train.Example.FromString(full.SerializeToString())
    assert again == full and again != short
    feature = again.features.feature
    assert feature["ids"].int64_list.value == [1, -2, 300, 2**62]
    assert feature["words"].WhichOneof("kind") == "bytes_list"
    feature["new"].float_list.value.append(2)
    feature["ids"].int64_list.value[:] = [7]
    copy = train.Example()
    copy.CopyFrom(again)
    assert copy.features.feature["new"].float_list.value == [2.0] and copy == again
    for kind, value in (
        (train.BytesList, "text"),
        (train.Int64List, 1.5),
        (train.FloatList, b"1"),
    ):
        with pytest.raises(TypeError, match="has type"):
            kind(value=[value])
    with pytest.raises(tf.errors.DataLossError):
        train.Example.FromString(full.SerializeToString()[:-1])


def test_parsing_one(folder):
    data = written(folder)[0]
    found = tf.io.parse_single_example(
        data,
        {
            "numbers": tf.io.FixedLenFeature([2, 1], tf.float32),
            "ids": tf.io.VarLenFeature(tf.int64),
            "words": tf.io.FixedLenSequenceFeature([], tf.string, allow_missing=True),
            "none": tf.io.FixedLenFeature([], tf.string, default_value="?"),
        },
    )
    assert found["numbers"].numpy().tolist() == [[1.5], [np.float32(-0.1)]]
    assert tf.sparse.to_dense(found["ids"]).numpy().tolist() == [1, -2, 300, 2**62]
    assert found["words"].numpy().tolist() == [b"a", b"", b'x\n"\x00']
    assert found["none"].numpy() == b"?"
    for features, match in (
        ({"numbers": tf.io.FixedLenFeature([3], tf.float32)}, "Number of float32 values"),
        ({"none": tf.io.FixedLenFeature([], tf.int64)}, "required but could not be found"),
        ({"numbers": tf.io.FixedLenFeature([2], tf.int64)}, "Data types don't match"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=match):
            tf.io.parse_single_example(data, features)


def test_parsing_a_batch(folder):
    found = tf.io.parse_example(
        written(folder)[:2],
        {
            "numbers": tf.io.FixedLenFeature([2], tf.float32),
            "ids": tf.io.VarLenFeature(tf.int64),
            "words": tf.io.FixedLenSequenceFeature([], tf.string, True, default_value="-"),
        },
    )
    assert found["numbers"].numpy().tolist() == [[1.5, np.float32(-0.1)], [3.0, 4.0]]
    assert found["ids"].dense_shape.numpy().tolist() == [2, 4]
    assert tf.sparse.to_dense(found["ids"]).numpy().tolist() == [[1, -2, 300, 2**62], [0] * 4]
    assert found["words"].numpy().tolist() == [[b"a", b"", b'x\n"\x00'], [b"-"] * 3]


def test_parsing_a_sequence():
    def row(*values):
        return train.Feature(int64_list=train.Int64List(value=values))

    example = train.SequenceExample(
        context=train.Features(feature={"n": row(2)}),
        feature_lists=train.FeatureLists(
            feature_list={
                "fixed": train.FeatureList(feature=[row(1, 2), row(3, 4)]),
                "free": train.FeatureList(feature=[row(1), row(2, 3)]),
            }
        ),
    )
    data = example.SerializeToString()
    assert train.SequenceExample.FromString(data) == example
    context, rows = tf.io.parse_single_sequence_example(
        data,
        {"n": tf.io.FixedLenFeature([], tf.int64)},
        {
            "fixed": tf.io.FixedLenSequenceFeature([2], tf.int64),
            "free": tf.io.VarLenFeature(tf.int64),
        },
    )
    assert int(context["n"]) == 2 and rows["fixed"].numpy().tolist() == [[1, 2], [3, 4]]
    assert tf.sparse.to_dense(rows["free"]).numpy().tolist() == [[1, 0], [2, 3]]


def test_a_pipeline_of_records(tmp_path):
    for k in range(2):
        with tf.io.TFRecordWriter(str(tmp_path / f"{k}.tfrecord")) as file:
            for n in range(3):
                value = train.Feature(int64_list=train.Int64List(value=[10 * k + n]))
                one = train.Example(features=train.Features(feature={"n": value}))
                file.write(one.SerializeToString())
    spec = {"n": tf.io.FixedLenFeature([], tf.int64)}
    files = tf.data.Dataset.list_files(str(tmp_path / "*.tfrecord"), shuffle=False)

    def numbers(dataset):
        parsed = dataset.map(lambda data: tf.io.parse_single_example(data, spec)["n"])
        return [int(n) for n in parsed]

    assert numbers(tf.data.TFRecordDataset(files)) == [0, 1, 2, 10, 11, 12]
    assert numbers(files.interleave(tf.data.TFRecordDataset, cycle_length=2)) == [
        0, 10, 1, 11, 2, 12
    ]  # fmt: skip
    assert tf.data.TFRecordDataset(files).element_spec == tf.TensorSpec([], tf.string)


def test_lines_and_pieces(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\r\ntwo\n\nlast")
    lines = tf.data.TextLineDataset(str(tmp_path / "a.txt"))
    assert [line.numpy() for line in lines] == [b"one", b"two", b"", b"last"]
    (tmp_path / "b").write_bytes(b"HEADabcdefT")
    pieces = tf.data.FixedLengthRecordDataset(str(tmp_path / "b"), 2, 4, 1)
    assert [piece.numpy() for piece in pieces] == [b"ab", b"cd", b"ef"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="multiple"):
        list(tf.data.FixedLengthRecordDataset(str(tmp_path / "b"), 4))


def test_tensors_as_messages(folder):
    values = {
        "floats": [[1.0, 2.0]],
        "words": ["a", "bc"],
        "one": 3,
        "empty": np.zeros((0, 2), np.int64),
        "complex": np.array([1 + 2j]),
    }
    for name, value in values.items():
        theirs = (folder / f"tensor.{name}").read_bytes()
        x = tf.constant(value)
        assert tf.io.serialize_tensor(x).numpy() == theirs
        assert np.array_equal(tf.io.parse_tensor(theirs, x.dtype).numpy(), x.numpy())
    protos = {"float": 1.5, "half": np.float16([7, 7]), "filled": [2, 2, 2], "true": True}
    for name, value in {**protos, "text": ["a", "a"]}.items():
        x = tf.constant(value)
        found = tf.io.parse_tensor((folder / f"proto.{name}").read_bytes(), x.dtype)
        assert found.shape == x.shape and np.array_equal(found.numpy(), x.numpy())
    with pytest.raises(tf.errors.InvalidArgumentError, match="Type mismatch"):
        tf.io.parse_tensor((folder / "tensor.one").read_bytes(), tf.float32)


def test_raw_numbers_base64_and_columns():
    raw = tf.io.decode_raw([b"\x01\x00\x02\x00", b"\x03\x00\x04\x01"], tf.int16)
    assert raw.numpy().tolist() == [[1, 2], [3, 260]]
    assert tf.io.decode_raw(b"\x00\x01", tf.int16, little_endian=False).numpy().tolist() == [1]
    assert tf.io.decode_raw([b"a", b"bcd"], tf.uint8, fixed_length=2).numpy().tolist() == [
        [97, 0],
        [98, 99],
    ]
    with pytest.raises(tf.errors.InvalidArgumentError, match="same size"):
        tf.io.decode_raw([b"a", b"bc"], tf.uint8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="multiple"):
        tf.io.decode_raw(b"abc", tf.int16)
    encoded = tf.io.encode_base64(b"\xff\xfe?>")
    assert encoded.numpy() == b"__4_Pg" and tf.io.decode_base64(encoded).numpy() == b"\xff\xfe?>"
    assert tf.io.encode_base64("a", pad=True).numpy() == b"YQ=="
    with pytest.raises(tf.errors.InvalidArgumentError, match="base64"):
        tf.io.decode_base64("a*b!")
    text, number = tf.io.decode_csv(['"a,b",1', "c,"], [[""], [7]])
    assert text.numpy().tolist() == [b"a,b", b"c"] and number.numpy().tolist() == [1, 7]
    with pytest.raises(tf.errors.InvalidArgumentError, match="not a valid int32: x"):
        tf.io.decode_csv(["x"], [[0]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Expect 2 fields"):
        tf.io.decode_csv(["x"], [[0], [0]])


def test_files_and_folders(tmp_path):
    gfile = tf.io.gfile
    tf.io.write_file(str(tmp_path / "new" / "a.txt"), "hé")
    assert tf.io.read_file(str(tmp_path / "new" / "a.txt")).numpy() == "hé".encode()
    assert gfile.exists(tmp_path / "new") and gfile.isdir(str(tmp_path / "new"))
    with gfile.GFile(str(tmp_path / "new" / "a.txt"), "a") as file:
        file.write("\nmore")
    with gfile.GFile(str(tmp_path / "new" / "a.txt"), "rb") as file:
        assert file.size() == 8 and file.read(2) == b"h\xc3" and len(file.read()) == 6
    gfile.copy(str(tmp_path / "new" / "a.txt"), str(tmp_path / "b.txt"))
    with pytest.raises(tf.errors.AlreadyExistsError):
        gfile.rename(str(tmp_path / "b.txt"), str(tmp_path / "new" / "a.txt"))
    assert sorted(gfile.listdir(tmp_path)) == ["b.txt", "new"]
    assert gfile.glob(str(tmp_path / "*.txt")) == [str(tmp_path / "b.txt")]
    assert tf.io.matching_files(str(tmp_path / "*.none")).shape == [0]
    gfile.makedirs(tmp_path / "new" / "deep")
    gfile.rmtree(tmp_path / "new")
    gfile.remove(tmp_path / "b.txt")
    assert list(gfile.walk(str(tmp_path))) == [(str(tmp_path), [], [])]
    for call in (gfile.remove, gfile.listdir, gfile.stat, tf.io.read_file):
        with pytest.raises(tf.errors.NotFoundError):
            call(str(tmp_path / "none"))
    with pytest.raises(tf.errors.UnimplementedError, match="scheme 'gs'"):
        tf.io.read_file("gs://bucket/file")
