"""`.keras` and `.weights.h5` both ways with Keras, configurations, copies made of them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.exchange import MODELS, X, of_ones_own, written

pytest.importorskip("h5py", reason='h5py is not installed: pip install "gradtape[keras]"')

FOLDER = Path(__file__).parents[2] / "goldens" / "keras_files"
OURS = json.loads((FOLDER / "ours.json").read_text())
keras = tf.keras
layers = keras.layers

with np.load(FOLDER / "outputs.npz") as archive:
    OUTPUTS = {name: archive[name] for name in archive.files}


@pytest.fixture(autouse=True)
def first_names():
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)


def outputs(model, x):
    return [np.asarray(y) for y in tf.nest.flatten(model.predict(x, verbose=0))]


def assert_recorded(name, model, x):
    for i, y in enumerate(outputs(model, x)):
        np.testing.assert_allclose(y, OUTPUTS[f"{name}/{i}"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_keras_goes_on_here(name):
    model = keras.models.load_model(FOLDER / f"{name}.keras", custom_objects=of_ones_own(tf))
    made, x = MODELS[name](tf)
    assert_recorded(name, model, x)
    assert model.compiled == made.compiled
    if made.compiled:
        assert int(model.optimizer.iterations) == int(made.optimizer.iterations) > 0
        again, of_first = model.optimizer.get_config(), made.optimizer.get_config()
        for config in (again, of_first):
            config.pop("name")
        assert (
            str(again["learning_rate"]).partition(" at ")[0]
            == str(of_first["learning_rate"]).partition(" at ")[0]
        )
        assert again.keys() == of_first.keys()


@pytest.mark.parametrize("name", MODELS)
def test_weights_of_keras_are_read(name):
    made, x = MODELS[name](tf)
    made.load_weights(FOLDER / f"{name}.weights.h5")
    assert_recorded(name, made, x)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_written_is_what_keras_has_read(name, tmp_path):
    made, _ = MODELS[name](tf)
    assert written(made, tmp_path) == OURS[name]


@pytest.mark.parametrize("name", MODELS)
def test_what_is_written_comes_back(name, tmp_path):
    made, x = MODELS[name](tf)
    made.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras", custom_objects=of_ones_own(tf))
    for a, b in zip(outputs(made, x), outputs(again, x), strict=True):
        np.testing.assert_array_equal(a, b)
    if made.compiled:
        for a, b in zip(made.optimizer.variables, again.optimizer.variables, strict=True):
            np.testing.assert_array_equal(a, b)
    if name in ("functional", "words", "own_classes"):  # no dropout: both go on with the same bits
        y = [np.zeros_like(v) for v in outputs(made, x)]
        truth = dict(zip(made.output_names, y, strict=True)) if name == "functional" else y[0]
        truth = {"x": y[0], "y": y[1]} if name == "functional" else truth
        for model in (made, again):
            keras.utils.set_random_seed(2)
            model.fit(x, truth, verbose=0)
        for a, b in zip(made.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_save_that_fails_leaves_the_last_file(tmp_path):
    made, _ = MODELS["sequential"](tf)
    path = tmp_path / "m.keras"
    made.save(path)
    before = path.read_bytes()
    made.add(layers.Lambda(lambda x: x))
    with pytest.raises(TypeError, match="A lambda cannot be saved"):
        made.save(path)
    with pytest.raises(FileExistsError, match="overwrite=False"):
        made.save(path, overwrite=False)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["m.keras"]


def test_weights_that_do_not_fit_change_nothing(tmp_path):
    made, _ = MODELS["sequential"](tf)
    made.save_weights(tmp_path / "m.weights.h5")
    other = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"'dense_\d' expected 2 variables, but received 1"):
        other.load_weights(tmp_path / "m.weights.h5")
    wide = keras.Sequential([keras.Input((5,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=r"kernel has shape \(5, 3\), and the file has \(4, 3\)"):
        wide.load_weights(tmp_path / "m.weights.h5")
    for a, b in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_class_that_is_not_known_is_named(tmp_path):
    made, x = MODELS["own_classes"](tf)
    made.save(tmp_path / "m.keras")
    with pytest.raises(TypeError, match=r"Could not locate class 'Own'.*register_keras_serial"):
        keras.models.load_model(tmp_path / "m.keras")
    with keras.saving.custom_object_scope(of_ones_own(tf)):
        again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(outputs(made, x)[0], outputs(again, x)[0])


def test_other_files_are_refused(tmp_path):
    made, _ = MODELS["words"](tf)
    with pytest.raises(ValueError, match="add the `.keras` extension"):
        made.save(tmp_path / "m.h5")
    (tmp_path / "m.keras").write_text("no zip")
    with pytest.raises(ValueError, match="is no `.keras` file"):
        keras.models.load_model(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="File not found"):
        keras.models.load_model(tmp_path / "absent.keras")
    with pytest.raises(ValueError, match="has no weights yet"):
        keras.Sequential([layers.Dense(1)]).save(tmp_path / "m.keras")


def test_a_lambda_in_a_file_is_never_run():
    told = {"class_name": "__lambda__", "config": {"value": ["4wAAAA==", None, None]}}
    with pytest.raises(ValueError, match="holds a lambda as code, which is never run"):
        keras.saving.deserialize_keras_object(told)


def test_without_h5py_the_command_is_named():
    program = (
        "import sys; sys.modules['h5py'] = None\n"
        "import gradtape as tf; k = tf.keras\n"
        "m = k.Sequential([k.Input((1,)), k.layers.Dense(1)])\n"
        "try: m.save('m.keras')\n"
        "except ModuleNotFoundError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert 'pip install "gradtape[keras]"' in done.stdout, done.stderr


def test_clones_and_texts():
    made, x = MODELS["functional"](tf)
    for clone in (
        keras.models.clone_model(made),
        keras.models.model_from_json(made.to_json()),
        keras.Model.from_config(json.loads(json.dumps(_plain(made)))),
    ):
        assert [layer.name for layer in clone.layers] == [layer.name for layer in made.layers]
        assert not {id(v) for v in clone.weights} & {id(v) for v in made.weights}
        clone.set_weights(made.get_weights())
        for a, b in zip(outputs(made, x), outputs(clone, x), strict=True):
            np.testing.assert_array_equal(a, b)
    chain, _ = MODELS["sequential"](tf)
    wide = keras.models.clone_model(
        chain, clone_function=lambda layer: type(layer).from_config(layer.get_config())
    )
    assert [type(layer) for layer in wide.layers] == [type(layer) for layer in chain.layers]


def _plain(model):
    return keras.saving.serialize_keras_object(model)["config"]


@keras.saving.register_keras_serializable(package="of_tests")
class Doubled(layers.Layer):
    def __init__(self, times=2.0, **kwargs):
        super().__init__(**kwargs)
        self.times = times

    def call(self, inputs):
        return inputs * self.times


def test_a_registered_layer_without_a_configuration_of_its_own():
    layer = Doubled(times=3.0, name="d")
    told = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    assert told["registered_name"] == "of_tests>Doubled"
    again = keras.saving.deserialize_keras_object(told)
    assert type(again) is Doubled and again.times == 3.0 and again.name == "d"
    assert keras.saving.get_registered_object("of_tests>Doubled") is Doubled


def test_checkpoints_backups_and_logs(tmp_path):
    def made():
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile("adam", "mse")
        return model

    whole = made()
    whole.fit(X, X[:, :1], epochs=4, verbose=0)

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    kept = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        made().fit(X, X[:, :1], epochs=4, verbose=0, callbacks=[kept, Stop()])
    resumed = made()
    history = resumed.fit(
        X, X[:, :1], epochs=4, verbose=0,
        callbacks=[
            keras.callbacks.BackupAndRestore(tmp_path / "backup"),
            keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}-{loss:.1f}.keras"),
            keras.callbacks.ModelCheckpoint(
                tmp_path / "best.weights.h5", monitor="loss", save_best_only=True,
                save_weights_only=True,
            ),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        ],
    )  # fmt: skip
    assert history.epoch == [2, 3]
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not (tmp_path / "backup").exists()
    losses = history.history["loss"]
    rows = (tmp_path / "log.csv").read_text().splitlines()
    assert rows == ["epoch,loss,val_loss", f"2,{losses[0]},NA", f"3,{losses[1]},NA"]
    last = keras.models.load_model(tmp_path / f"4-{losses[1]:.1f}.keras")
    np.testing.assert_array_equal(last.get_weights()[0], whole.get_weights()[0])
    best = made()
    best.load_weights(tmp_path / "best.weights.h5")
    np.testing.assert_array_equal(best.get_weights()[0], whole.get_weights()[0])
