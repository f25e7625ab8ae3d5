"""Checkpoints: what is written is found again by name, at once or when it is made."""

import gc
import json
import os
import re
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import gradtape as tf


class Net(tf.Module):
    """Variables in a list, a dictionary, a tuple and below."""

    def __init__(self, start=0.0):
        super().__init__()
        self.w = tf.Variable([start, start + 1.0])
        self.row = [tf.Variable(start), {"x.y/z": tf.Variable(start)}]
        self.pair = (tf.Variable(start, dtype=tf.float64),)
        self.size = 3


def values(net):
    return [v.numpy().tolist() for v in net.variables]


def test_values_are_found_by_the_names_of_attributes(tmp_path):
    path = tf.train.Checkpoint(net=Net(5.0), step=tf.Variable(7)).save(tmp_path / "ckpt")
    assert path == str(tmp_path / "ckpt-1")
    net, step = Net(), tf.Variable(0)
    tf.train.Checkpoint(step=step, net=net).restore(path).assert_consumed()
    assert values(net) == values(Net(5.0)) and int(step) == 7
    assert tf.train.list_variables(path) == [
        ("_CHECKPOINTABLE_OBJECT_GRAPH", []),
        ("net/pair/0/.ATTRIBUTES/VARIABLE_VALUE", []),
        ("net/row/0/.ATTRIBUTES/VARIABLE_VALUE", []),
        ("net/row/1/x..y.Sz/.ATTRIBUTES/VARIABLE_VALUE", []),
        ("net/w/.ATTRIBUTES/VARIABLE_VALUE", [2]),
        ("save_counter/.ATTRIBUTES/VARIABLE_VALUE", []),
        ("step/.ATTRIBUTES/VARIABLE_VALUE", []),
    ]
    reader = tf.train.load_checkpoint(tmp_path)
    assert reader.get_tensor("net/w/.ATTRIBUTES/VARIABLE_VALUE").tolist() == [5.0, 6.0]
    assert reader.get_variable_to_dtype_map()["net/pair/0/.ATTRIBUTES/VARIABLE_VALUE"] == "float64"
    assert tf.train.load_variable(path, "step") == 7
    with pytest.raises(tf.errors.NotFoundError, match="no/such"):
        reader.get_tensor("no/such")


@pytest.mark.parametrize(
    "value",
    [
        [[1.5, -0.0], [np.inf, 3.0]],
        np.float64(np.pi),
        np.float16([0.5]),
        np.complex64([1 + 2j]),
        np.complex128([[1 + 2j, 3j]]),
        [True, False],
        np.uint8([0, 255]),
        np.int64(-(2**62)),
        np.uint64(2**63),
        ["", "grün", "a" * 300],
        np.zeros((0, 3), np.float32),
    ],
    ids=repr,
)
def test_every_dtype_comes_back_bit_for_bit(value, tmp_path):
    before = tf.Variable(value)
    path = tf.train.Checkpoint(v=before).write(tmp_path / "c")
    after = tf.Variable(tf.zeros_like(before) if before.dtype != tf.string else tf.fill([3], "?"))
    tf.train.Checkpoint(v=after).read(path).assert_consumed()
    assert after.dtype == before.dtype and after.shape == before.shape
    assert np.array_equal(after.numpy(), before.numpy())
    assert tf.train.load_variable(path, "v").tolist() == before.numpy().tolist()


def test_the_file_is_safetensors_and_json(tmp_path):
    """Read here by hand: eight bytes, a header, the arrays; nothing in it is code."""
    tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]), n=tf.Variable(3)).write(tmp_path / "c")
    data = (tmp_path / "c.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    entry = header["v/.ATTRIBUTES/VARIABLE_VALUE"]
    assert (entry["dtype"], entry["shape"]) == ("F32", [2])
    begin, end = (8 + length + n for n in entry["data_offsets"])
    assert np.frombuffer(data[begin:end], "<f4").tolist() == [1.0, 2.0] and begin % 4 == 0
    assert json.loads(header["__metadata__"]["graph"])[0]["children"] == {"n": 1, "v": 2}


def test_layers_and_optimizers_are_restored_when_they_are_made(tmp_path):
    x = tf.constant([[1.0, 2.0, 3.0]])

    def model_and_optimizer():
        model = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(1)])
        return model, tf.keras.optimizers.Adam(0.1)

    def step(model, optimizer):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x) ** 2)
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))

    first, first_optimizer = model_and_optimizer()
    step(first, first_optimizer)
    saved = tf.train.Checkpoint(model=first, optimizer=first_optimizer)
    path = saved.save(tmp_path / "ckpt")
    step(first, first_optimizer)

    second, second_optimizer = model_and_optimizer()
    status = tf.train.Checkpoint(model=second, optimizer=second_optimizer).restore(path)
    with pytest.raises(AssertionError, match="found no object"):
        status.assert_consumed()
    step(second, second_optimizer)
    status.assert_consumed()
    for a, b in zip(first.weights, second.weights, strict=True):
        assert np.array_equal(a.numpy(), b.numpy())
    for a, b in zip(first_optimizer.variables, second_optimizer.variables, strict=True):
        assert np.array_equal(a.numpy(), b.numpy())


def test_attributes_that_come_later_get_their_values_once(tmp_path):
    path = tf.train.Checkpoint(net=Net(5.0), step=tf.Variable(7)).write(tmp_path / "c")
    net = tf.Module()
    checkpoint = tf.train.Checkpoint(net=net)
    status = checkpoint.read(path)
    net.w = tf.Variable([0.0, 0.0])
    assert net.w.numpy().tolist() == [5.0, 6.0]
    net.w.assign([1.0, 1.0])
    checkpoint.step = tf.Variable(0)
    assert int(checkpoint.step) == 7
    assert net.w.numpy().tolist() == [1.0, 1.0]  # training has gone on: it stays
    status.assert_nontrivial_match().assert_existing_objects_matched()


def test_what_does_not_fit_changes_nothing(tmp_path):
    path = tf.train.Checkpoint(a=tf.Variable(1.0), b=tf.Variable([1.0])).write(tmp_path / "c")
    a = tf.Variable(0.0)
    with pytest.raises(ValueError, match=r"incompatible tensor with shape \(1,\)"):
        tf.train.Checkpoint(a=a, b=tf.Variable([0.0, 0.0])).read(path)
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected dtype double"):
        tf.train.Checkpoint(a=a, b=tf.Variable([0.0], dtype=tf.float64)).read(path)
    assert float(a) == 0.0
    with pytest.raises(AssertionError, match="no value for c/"):
        tf.train.Checkpoint(a=a, b=tf.Variable([0.0]), c=tf.Variable(1)).read(
            path
        ).assert_consumed()
    with pytest.raises(AssertionError, match="Nothing of the checkpoint"):
        tf.train.Checkpoint(z=tf.Variable(1)).read(path).expect_partial().assert_nontrivial_match()


def test_refusals(tmp_path):
    with pytest.raises(ValueError, match="trackable object"):
        tf.train.Checkpoint(n=3)
    with pytest.raises(tf.errors.NotFoundError, match="Failed to find any matching files"):
        tf.train.Checkpoint(v=tf.Variable(1)).restore(tmp_path / "none")
    with pytest.raises(AssertionError, match="No checkpoint specified"):
        tf.train.Checkpoint(v=tf.Variable(1)).restore(None).assert_consumed()
    with pytest.raises(ValueError, match="keys are texts"):
        tf.train.Checkpoint(d={1: tf.Variable(1)}).write(tmp_path / "c")
    (tmp_path / "file").write_text("")
    with pytest.raises(tf.errors.FailedPreconditionError, match="cannot be written"):
        tf.train.Checkpoint(v=tf.Variable(1)).write(tmp_path / "file" / "c")
    with pytest.raises(ValueError, match="Couldn't find"):
        tf.train.load_checkpoint(tmp_path)


def test_damaged_files_are_refused(tmp_path):
    checkpoint = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]))
    checkpoint.write(tmp_path / "c")
    file = tmp_path / "c.safetensors"
    whole = file.read_bytes()
    for damaged in (b"", whole[:20], whole[:-1], b"\xff" * 8 + whole[8:]):
        file.write_bytes(damaged)
        with pytest.raises(tf.errors.DataLossError):
            checkpoint.read(tmp_path / "c")
    file.write_bytes(whole.replace(b"gradtape checkpoint 1", b"gradtape checkpoint 9"))
    with pytest.raises(tf.errors.UnimplementedError, match="checkpoint 9"):
        checkpoint.read(tmp_path / "c")


def test_values_that_nobody_takes_are_named(tmp_path, caplog):
    path = tf.train.Checkpoint(a=tf.Variable(1), b=tf.Variable(2)).write(tmp_path / "c")
    tf.train.Checkpoint(a=tf.Variable(1)).read(path)
    gc.collect()
    assert re.search(r"not all of its values were used: b/", caplog.text)
    caplog.clear()
    tf.train.Checkpoint(a=tf.Variable(1)).read(path).expect_partial()
    gc.collect()
    assert caplog.text == ""


def test_a_manager_keeps_the_newest(tmp_path):
    v, step = tf.Variable(0.0), tf.Variable(0)
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(v=v), tmp_path, 2, step_counter=step, checkpoint_interval=2
    )
    assert manager.restore_or_initialize() is None and manager.latest_checkpoint is None
    saved = []
    for n in range(6):
        step.assign(n)
        v.assign(float(n))
        saved.append(manager.save())
    assert [path is None for path in saved] == [False, True, False, True, False, True]
    kept = [str(tmp_path / "ckpt-2"), str(tmp_path / "ckpt-3")]
    assert manager.checkpoints == kept and manager.latest_checkpoint == kept[-1]
    assert sorted(os.listdir(tmp_path)) == [
        "checkpoint",
        "ckpt-2.safetensors",
        "ckpt-3.safetensors",
    ]
    state = tf.train.get_checkpoint_state(tmp_path)
    assert state.model_checkpoint_path == kept[-1] == tf.train.latest_checkpoint(tmp_path)
    assert state.all_model_checkpoint_paths == kept

    v.assign(-1.0)
    again = tf.train.CheckpointManager(tf.train.Checkpoint(v=v), tmp_path, max_to_keep=2)
    assert again.restore_or_initialize() == kept[-1] and float(v) == 4.0
    assert again.save() == str(tmp_path / "ckpt-4")
    assert again.save(checkpoint_number=40) == str(tmp_path / "ckpt-40")
    assert len(os.listdir(tmp_path)) == 3
    made = []
    empty = tf.train.CheckpointManager(
        tf.train.Checkpoint(v=v), tmp_path / "new", 1, init_fn=lambda: made.append(1)
    )
    assert empty.restore_or_initialize() is None and made == [1]
    with pytest.raises(ValueError, match="max_to_keep"):
        tf.train.CheckpointManager(tf.train.Checkpoint(), tmp_path, 0)


PROGRAM = """
import sys
import numpy as np
import gradtape as tf

tf.keras.utils.set_random_seed(5)
x = np.linspace(-1, 1, 36, dtype=np.float32).reshape(12, 3)
data = tf.data.Dataset.from_tensor_slices((x, x[:, :1])).map(lambda a, b: (a, 2 * b))
batches = iter(data.shuffle(7).repeat().batch(4))
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(6, "tanh"), tf.keras.layers.Dropout(0.3), tf.keras.layers.Dense(1)]
)
optimizer = tf.keras.optimizers.Adam(0.05)
noise = tf.random.Generator.from_seed(2)
step = tf.Variable(0)
checkpoint = tf.train.Checkpoint(
    model=model, optimizer=optimizer, step=step, noise=noise, batches=batches,
    seed=tf.train.experimental.GlobalSeed(),
)
manager = tf.train.CheckpointManager(checkpoint, sys.argv[1], 2)
manager.restore_or_initialize()
for _ in range(int(sys.argv[2])):
    a, b = next(batches)
    with tf.GradientTape() as tape:
        out = model(a + 0.1 * noise.normal(a.shape), training=True)
        loss = tf.reduce_mean((out - b + 0.01 * tf.random.normal(b.shape)) ** 2)
    weights = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    step.assign_add(1)
    print(int(step), float(loss).hex(), flush=True)
    if sys.argv[3] == "save":
        manager.save()
"""


def run(folder, steps, save="save"):
    program = [sys.executable, "-c", PROGRAM, str(folder), str(steps), save]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_resumed_run_has_the_bits_of_the_run_that_went_on(tmp_path):
    """Model, slots, step, dropout, both random generators and the shuffled data, in one."""
    whole = run(tmp_path / "whole", 9, "no")
    assert run(tmp_path / "parts", 4) + run(tmp_path / "parts", 5) == whole


def test_a_killed_save_loses_no_checkpoint(tmp_path):
    """The process saves without end and is killed in between, again and again."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    program = textwrap.dedent(
        """
        import sys
        import numpy as np
        import gradtape as tf
        n = tf.Variable(0)
        many = tf.Variable(np.zeros(100_000, np.float32))
        manager = tf.train.CheckpointManager(tf.train.Checkpoint(n=n, many=many), sys.argv[1], 1)
        manager.restore_or_initialize()
        while True:
            n.assign_add(1)
            many.assign(many + 1.0)
            manager.save()
            print(int(n), flush=True)
        """
    )
    last = 0
    for turn in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3 + 5 * turn):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()  # what it had said before it died
        process.wait()
        process.stdout.close()
        last = int(rest[-1]) if rest else last
        n, many = tf.Variable(0), tf.Variable(np.zeros(100_000, np.float32))
        path = tf.train.latest_checkpoint(tmp_path)
        tf.train.Checkpoint(n=n, many=many).restore(path).assert_consumed()
        assert int(n) in (last, last + 1)
        assert many.numpy().tolist() == [float(n)] * 100_000


def test_an_iterator_of_another_dataset_is_refused(tmp_path):
    path = tf.train.Checkpoint(it=iter(tf.data.Dataset.range(9).shuffle(3))).write(tmp_path / "c")
    with pytest.raises(ValueError, match="1 shuffles"):
        tf.train.Checkpoint(it=iter(tf.data.Dataset.range(9))).read(path)


@pytest.mark.parametrize(
    "make",
    [
        lambda d: d.range(20).shuffle(6).batch(3),
        lambda d: d.range(9).map(lambda x: x * 2, num_parallel_calls=2).filter(lambda x: x % 3 > 0),
        lambda d: d.range(5).shuffle(5).repeat(4).map(lambda x: x + 1).batch(2).prefetch(2),
        lambda d: d.range(6).shuffle(3, reshuffle_each_iteration=False).repeat(3),
        lambda d: d.zip((d.range(9).shuffle(9), d.range(9).shuffle(4))),
        lambda d: d.range(4).interleave(lambda n: d.range(n), cycle_length=2),
        lambda d: d.range(1, 7).map(lambda n: tf.fill([n], n)).padded_batch(2),
    ],
)
def test_an_iterator_goes_on_where_it_was(make, tmp_path):
    """Shuffled without a seed: the order comes along too."""

    def rest(iterator):
        return [tf.nest.map_structure(lambda t: t.numpy().tolist(), e) for e in iterator]

    first = iter(make(tf.data.Dataset))
    taken = [next(first) for _ in range(2)]
    path = tf.train.Checkpoint(it=first).write(tmp_path / "c")
    second = iter(make(tf.data.Dataset))
    tf.train.Checkpoint(it=second).read(path).assert_consumed()
    assert rest(second) == rest(first) and len(taken) == 2


def test_whoever_saves_can_read_it_again(tmp_path):
    before = os.umask(0o777)  # as a tab's Python has it
    try:
        path = tf.train.Checkpoint(v=tf.Variable(1.0)).write(str(tmp_path / "model"))
    finally:
        os.umask(before)
    (file,) = tmp_path.glob("model*.safetensors")
    assert path and file.stat().st_mode & 0o777 == 0o600
