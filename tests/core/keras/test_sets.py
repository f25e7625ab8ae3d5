"""Data sets, files from addresses, and what prepares texts, beside Keras; a server of the test."""

import hashlib
import http.server
import io
import json
import pickle
import tarfile
import threading
import zipfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import gradtape as tf
from gradtape.keras.datasets import reading, sources
from tests.core.keras.sets import CALLS, FILES, described, pickled, tarred
from tests.core.keras.sets.preparing import PREPARING

RECORDED = json.loads(
    (Path(__file__).parents[2] / "goldens" / "keras_sets.json").read_text(encoding="utf-8")
)
get_file = tf.keras.utils.get_file


class Served(http.server.BaseHTTPRequestHandler):
    """Gives the files of `FILES`, and counts."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        name = self.path[1:]
        self.asked.append(name)
        data = FILES.get(name.removesuffix("?cut"))
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if name.endswith("?cut") else data)

    def log_message(self, *_: object) -> None:
        """Nothing: what was asked is in `asked`."""


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    Served.asked.clear()
    return tmp_path / "home" / "datasets"


@pytest.fixture
def small_files(server, monkeypatch):
    """The addresses and hashes of the small files instead of the real ones."""
    for name, data in FILES.items():
        known = sources.SOURCES[name][1]
        digest = hashlib.md5 if known and len(known) == 32 else hashlib.sha256
        found = (f"{server}/{name}", digest(data).hexdigest() if known else None)
        monkeypatch.setitem(sources.SOURCES, name, found)


def test_every_data_set_of_keras_is_there():
    assert set(FILES) == set(sources.SOURCES)
    assert set(CALLS) == set(tf.keras.datasets.__all__)
    assert RECORDED.keys() == {*CALLS, *PREPARING}


def equal(found, wanted):
    """As recorded; sums of floats by their own order."""
    if isinstance(wanted, list) and isinstance(found, (list, tuple)) and len(found) == len(wanted):
        return all(map(equal, found, wanted))
    return found == (pytest.approx(wanted, rel=1e-6) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize("name", CALLS)
def test_load_data_gives_what_keras_gives(name, small_files):
    load_data = getattr(tf.keras.datasets, name).load_data
    found = [described(load_data(**call)) for call in CALLS[name]]
    assert equal(found, RECORDED[name]), (found, RECORDED[name])
    assert len(Served.asked) == len(set(Served.asked))  # the second call found it in the cache


@pytest.mark.parametrize("name", PREPARING)
def test_texts_and_rows_become_what_they_become_in_keras(name):
    found = json.loads(json.dumps(PREPARING[name](tf)))
    assert equal(found, RECORDED[name]), (found, RECORDED[name])


def test_words_and_topics(small_files, cache):
    assert tf.keras.datasets.imdb.get_word_index() == {"the": 1, "film": 2}
    assert tf.keras.datasets.reuters.get_word_index("mine.json") == {"the": 1, "wire": 2}
    assert (cache / "mine.json").exists()
    assert len(tf.keras.datasets.reuters.get_label_names()) == 46


def test_channels_come_first_where_that_is_chosen(small_files):
    tf.keras.config.set_image_data_format("channels_first")
    try:
        (x, _), _ = tf.keras.datasets.cifar10.load_data()
    finally:
        tf.keras.config.set_image_data_format("channels_last")
    assert x.shape == (10, 3, 32, 32)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda sets: sets.cifar100.load_data("other"), "label_mode"),
        (lambda sets: sets.boston_housing.load_data(test_split=1.0), "test_split"),
        (lambda sets: sets.california_housing.load_data("huge"), "version"),
        (lambda sets: sets.imdb.load_data(maxlen=1), "Increase maxlen"),
    ],
)
def test_wrong_arguments_are_named(call, said, small_files):
    with pytest.raises(ValueError, match=said):
        call(tf.keras.datasets)


class Harmful:
    """Its pickle makes a folder when it is read as pickles usually are."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return Path.mkdir, (self.folder,)


def test_a_pickle_runs_nothing(tmp_path):
    trap = tmp_path / "trap"
    (tmp_path / "batch").write_bytes(pickle.dumps({b"data": Harmful(trap)}))
    array = np.empty(1, object)
    array[0] = Harmful(trap)
    np.savez(tmp_path / "words.npz", x=array)
    for load, name in ((reading.load_pickle, "batch"), (reading.load_npz, "words.npz")):
        with pytest.raises(pickle.UnpicklingError, match="no part of an array"):
            load(str(tmp_path / name))
    assert not trap.exists()
    pickle.loads(pickle.dumps(Harmful(trap)))
    assert trap.exists()  # so the trap would have worked


def test_pickles_of_python_2_are_read(tmp_path):
    (tmp_path / "batch").write_bytes(pickled({"data": np.arange(3), "labels": [1, 2]}))
    assert b"U" in (tmp_path / "batch").read_bytes() or b"T" in (tmp_path / "batch").read_bytes()
    found = reading.load_pickle(str(tmp_path / "batch"))
    assert found["labels"] == [1, 2]
    np.testing.assert_array_equal(found["data"], np.arange(3))


def test_a_file_is_fetched_once_with_its_progress(server, cache, capsys):
    path = get_file(origin=f"{server}/mnist.npz")
    assert path == str(cache / "mnist.npz")
    assert Path(path).read_bytes() == FILES["mnist.npz"]
    said = capsys.readouterr().out
    size = len(FILES["mnist.npz"])
    assert f"Downloading data from {server}/mnist.npz" in said and f"{size}/{size}" in said
    assert get_file("mnist.npz", origin=f"{server}/mnist.npz") == path
    assert Served.asked == ["mnist.npz"]
    get_file(origin=f"{server}/mnist.npz", force_download=True)
    assert Served.asked == ["mnist.npz"] * 2


def test_a_cached_file_of_another_hash_is_fetched_again(server, cache, capsys):
    cache.mkdir(parents=True)
    (cache / "imdb.npz").write_bytes(b"half")
    right = hashlib.sha256(FILES["imdb.npz"]).hexdigest()
    path = get_file(origin=f"{server}/imdb.npz", file_hash=right.upper())
    assert Path(path).read_bytes() == FILES["imdb.npz"]
    assert "incomplete or outdated" in capsys.readouterr().out


def test_what_was_fetched_wrongly_is_not_kept(server, cache):
    for wrong in ({"file_hash": "0" * 64}, {"md5_hash": "0" * 32}):
        with pytest.raises(ValueError, match="does not match"):
            get_file(origin=f"{server}/imdb.npz", **wrong)
    with pytest.raises(OSError, match="URL fetch failure on .* 404"):
        get_file(origin=f"{server}/nothing")
    with pytest.raises(OSError, match="URL fetch failure on "):
        get_file("imdb.npz", origin=f"{server}/imdb.npz?cut")
    with pytest.raises(OSError, match="URL fetch failure on "):
        get_file(origin="http://127.0.0.1:9/none")
    assert list(cache.iterdir()) == []
    with pytest.raises(ValueError, match="hash_algorithm"):
        get_file(origin=f"{server}/imdb.npz", file_hash="0" * 40, hash_algorithm="sha1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "origin"),
        ({"origin": "http://127.0.0.1/"}, "file name"),
        ({"origin": "http://127.0.0.1/x", "fname": "a/b"}, "Paths"),
        ({"origin": "http://127.0.0.1/x", "fname": ".."}, "Paths"),
    ],
)
def test_addresses_and_names_that_are_none(arguments, said):
    with pytest.raises(ValueError, match=said):
        get_file(**arguments)


def test_archives_are_opened(server, cache, monkeypatch):
    archive = FILES["cifar-100-python-target"]
    monkeypatch.setitem(FILES, "a.tar.gz", archive)
    origin = f"{server}/a.tar.gz"
    inside = Path("cifar-100-python", "train")
    places = {
        get_file(origin=origin, extract=True): "a.tar.gz",
        get_file("named", origin=origin, untar=True): "named",
        get_file("b.tar.gz", origin=origin, extract=True): "b_extracted",
    }
    for path, name in places.items():
        assert path == str(cache / name)
        assert Path(path, inside).stat().st_size > 3072
    assert (cache / "b.tar.gz").read_bytes() == (cache / "named_archive").read_bytes() == archive
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("in/words.txt", "tape")
    monkeypatch.setitem(FILES, "c.zip", file.getvalue())
    path = get_file("zipped", origin=f"{server}/c.zip", extract=True)
    assert Path(path, "in", "words.txt").read_text() == "tape"
    with pytest.warns(UserWarning, match="Could not extract"):
        get_file("plain", origin=f"{server}/imdb_word_index.json", extract=True)


def test_an_archive_writes_nothing_outside(server, cache, tmp_path, monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("../../out.txt", "x")
    link = io.BytesIO()
    with tarfile.open(fileobj=link, mode="w") as opened:
        member = tarfile.TarInfo("way")
        member.type, member.linkname = tarfile.SYMTYPE, str(tmp_path)
        opened.addfile(member)
    bad = {"z.zip": file.getvalue(), "t.tar": tarred({"../../out.txt": b"x"}), "l": link.getvalue()}
    for name, data in bad.items():
        monkeypatch.setitem(FILES, name, data)
        with pytest.raises(ValueError, match="outside|absolute"):
            get_file("opened", origin=f"{server}/{name}", extract=True, force_download=True)
        assert not (cache / "opened").exists()
    assert list(tmp_path.rglob("out.txt")) == []


def test_a_tab_reads_the_cache_and_says_so_otherwise(server, cache, monkeypatch):
    monkeypatch.setattr("sys.platform", "emscripten")
    with pytest.raises(RuntimeError, match="page's Python cannot fetch"):
        tf.keras.datasets.mnist.load_data()
    cache.joinpath("mine.txt").write_text("here")
    assert Path(get_file("mine.txt", origin=f"{server}/mine.txt")).read_text() == "here"
    assert Served.asked == []


def test_a_cache_that_cannot_be_written(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = get_file(origin=f"{server}/imdb_word_index.json")
    assert path == str(tmp_path / ".keras" / "datasets" / "imdb_word_index.json")


def test_fit_takes_batches_by_number():
    class Lines(tf.keras.utils.Sequence):
        ended = 0

        def __len__(self):
            return 3

        def __getitem__(self, index):
            x = np.full([4, 1], index, np.float32)
            return x, 2 * x + 1

        def on_epoch_end(self):
            self.ended += 1

    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    batches = Lines(workers=2)
    assert batches.num_batches == 3
    history = model.fit(batches, epochs=4, verbose=0, shuffle=False)
    assert batches.ended == 4
    assert history.history["loss"][-1] < history.history["loss"][0]
    with pytest.raises(NotImplementedError, match="__getitem__"):
        tf.keras.utils.PyDataset()[0]
    with pytest.raises(NotImplementedError, match="__len__"):
        len(tf.keras.utils.PyDataset())


def test_arrays_are_normalized_along_the_first_axis_too():
    x = np.array([[3.0, 0.0], [4.0, 2.0]])
    np.testing.assert_allclose(tf.keras.utils.normalize(x, axis=0), [[0.6, 0], [0.8, 1]])


def test_parts_of_numbers_keep_their_dtype():
    left, right = tf.keras.utils.split_dataset(np.arange(4.0), right_size=1)
    assert [part.element_spec.dtype for part in (left, right)] == [tf.float64] * 2
    assert [float(n) for n in right] == [3.0]
