"""Optimizers: what a step may overwrite, what is refused, warnings, learning rates, kept state."""

import numpy as np
import pytest

import gradtape as tf

optimizers = tf.keras.optimizers
schedules = tf.keras.optimizers.schedules


@pytest.fixture(autouse=True)
def first_names():
    tf.keras.utils.clear_session()


@pytest.fixture
def v():
    return tf.Variable([1.0, 2.0], name="v")


GRADIENT = tf.constant([0.5, 0.5])


def test_a_step_writes_in_place_only_where_nobody_looks(v):
    optimizer = optimizers.Adam(0.1)
    optimizer.apply_gradients([(GRADIENT, v)])
    array = id(v._tensor._value)
    optimizer.apply_gradients([(GRADIENT, v)])
    assert id(v._tensor._value) == array  # nobody looks

    looks = {
        "read_value": v.read_value,
        "the tensor": lambda: v + 0.0,
        "an array": lambda: np.asarray(v),
        "a view": lambda: np.asarray(v)[:1],
        "a memory view": lambda: memoryview(np.asarray(v)),
    }
    for name, look in looks.items():
        seen = look()
        before = np.array(seen)
        optimizer.apply_gradients([(GRADIENT, v)])
        np.testing.assert_array_equal(np.asarray(seen), before, err_msg=name)


def test_a_tape_keeps_the_values_it_read(v):
    optimizer = optimizers.SGD(1.0)
    optimizer.apply_gradients([(GRADIENT, v)])
    optimizer.apply_gradients([(GRADIENT, v)])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.reduce_sum(v * v)
    expected = 2 * v.numpy()
    optimizer.apply_gradients([(GRADIENT, v)])
    np.testing.assert_array_equal(tape.gradient(y, v), expected)


def test_an_array_given_by_the_user_is_never_changed():
    given = np.ones(3, np.float32)
    variable = tf.Variable(given)
    optimizer = optimizers.SGD(1.0)
    for _ in range(3):
        optimizer.apply_gradients([(tf.ones(3), variable)])
    np.testing.assert_array_equal(given, [1, 1, 1])
    np.testing.assert_array_equal(variable, [-2, -2, -2])
    held = variable.numpy()
    optimizer.apply_gradients([(tf.ones(3), variable)])
    np.testing.assert_array_equal(held, [-2, -2, -2])


def test_two_variables_may_begin_with_one_tensor():
    value = tf.ones(2)
    a, b = tf.Variable(value), tf.Variable(value)
    optimizer = optimizers.SGD(1.0)
    for _ in range(2):
        optimizer.apply_gradients([(tf.ones(2), a)])
    np.testing.assert_array_equal(a, [-1, -1])
    np.testing.assert_array_equal(b, [1, 1])
    np.testing.assert_array_equal(value, [1, 1])


def test_gradients_are_not_changed(v):
    for optimizer in (
        optimizers.SGD(0.1, momentum=0.9, nesterov=True), optimizers.Adam(), optimizers.Adagrad(),
        optimizers.RMSprop(centered=True), optimizers.SGD(clipnorm=0.1),
        optimizers.SGD(clipvalue=0.1), optimizers.SGD(global_clipnorm=0.1),
    ):  # fmt: skip
        gradient = tf.constant([3.0, 4.0])
        optimizer.apply_gradients([(gradient, v)])
        np.testing.assert_array_equal(gradient, [3, 4])


def test_gradients_of_all_sorts(v):
    optimizer = optimizers.SGD(1.0)
    sorts = [
        np.array([1.0, 0.0]), [1.0, 0.0], tf.constant([1.0, 0.0], tf.float64),
        tf.Variable([1.0, 0.0]),
        tf.IndexedSlices(tf.constant([0.5, 0.5]), tf.constant([0, 0]), tf.constant([2])),
    ]  # fmt: skip
    for gradient in sorts:
        optimizer.apply_gradients([(gradient, v)])
    np.testing.assert_array_equal(v, [-4, 2])
    assert v.dtype == tf.float32


def test_missing_gradients(v):
    u = tf.Variable([3.0], name="u")
    optimizer = optimizers.SGD(1.0)
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['u:0'\] when"):
        optimizer.apply_gradients([(GRADIENT, v), (None, u)])
    assert float(u[0]) == 3.0 and int(optimizer.iterations) == 1
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([(None, v), (None, u)])
    dense = tf.keras.layers.Dense(1)
    dense.build((None, 2))
    with pytest.warns(UserWarning, match=r"\['dense/bias'\]"):
        optimizers.SGD().apply_gradients(
            zip([tf.ones((2, 1)), None], dense.trainable_variables, strict=True)
        )


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda v: optimizers.SGD(0.1).apply_gradients([]),
            ValueError,
            "No gradients provided for any variable: apply_gradients got an empty list",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply_gradients([GRADIENT]),
            ValueError,
            "apply_gradients takes pairs",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply_gradients([(GRADIENT, GRADIENT)]),
            TypeError,
            "An optimizer changes tf.Variables, got EagerTensor",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply_gradients([(tf.ones(3), v)]),
            tf.errors.InvalidArgumentError,
            "Cannot update variable with shape [2] using a Tensor with shape [3], shapes must be "
            "equal.",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply_gradients([(tf.constant(1.0), v)]),
            tf.errors.InvalidArgumentError,
            "with shape [], shapes must be equal.",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply([GRADIENT]),
            ValueError,
            "the optimizer must already be built on a list of variables",
        ),
        (
            lambda v: optimizers.SGD(0.1).apply([GRADIENT], [v, v]),
            ValueError,
            "1 gradients for 2 variables",
        ),
        (
            lambda v: optimizers.SGD("a"),
            ValueError,
            "Argument `learning_rate` should be float, or an instance of LearningRateSchedule",
        ),
        (lambda v: optimizers.SGD(None), ValueError, "learning_rate=None"),
        (
            lambda v: optimizers.SGD(0.1, momentum=2),
            ValueError,
            "`momentum` must be a float between [0, 1].",
        ),
        (lambda v: optimizers.SGD(lr=0.1), ValueError, "Argument(s) not recognized: {'lr': 0.1}"),
        (
            lambda v: optimizers.SGD(clipnorm=1.0, clipvalue=1.0),
            ValueError,
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set",
        ),
        (
            lambda v: optimizers.SGD(gradient_accumulation_steps=1),
            ValueError,
            "`gradient_accumulation_steps` must be an integer >= 2",
        ),
        (
            lambda v: optimizers.SGD(use_ema=True, ema_momentum=2.0),
            ValueError,
            "`ema_momentum` must be in the range [0, 1]",
        ),
        (
            lambda v: optimizers.LossScaleOptimizer("sgd"),
            TypeError,
            "LossScaleOptimizer takes another optimizer",
        ),
        (
            lambda v: optimizers.get("foo"),
            ValueError,
            "Could not interpret optimizer identifier: foo",
        ),
        (lambda v: optimizers.SGD(0.1).minimize(lambda: v, [v]), AttributeError, "minimize"),
        (
            lambda v: schedules.PiecewiseConstantDecay([1], [1.0]),
            ValueError,
            "The length of boundaries should be 1 less than the length of values",
        ),
        (lambda v: schedules.CosineDecay(0.1, 0), ValueError, "Argument `decay_steps` must be > 0"),
    ],
)
def test_refusals(v, call, error, text):
    with pytest.raises(error) as caught:
        call(v)
    assert text in str(caught.value)
    np.testing.assert_array_equal(v, [1, 2])


def test_other_variables_than_those_of_the_first_step(v):
    optimizer = optimizers.SGD(0.1)
    optimizer.apply_gradients([(GRADIENT, v)])
    with pytest.raises(ValueError, match="Unknown variable: <tf.Variable 'u:0'"):
        optimizer.apply_gradients([(tf.ones(1), tf.Variable([3.0], name="u"))])


def test_variables_and_their_names(v):
    optimizer = optimizers.Adam(0.1, amsgrad=True)
    optimizer.build([v])
    assert [w.path for w in optimizer.variables] == [
        "adam/iteration", "adam/learning_rate", "adam/v_0_momentum", "adam/v_0_velocity",
        "adam/v_0_velocity_hat",
    ]  # fmt: skip
    assert optimizers.RMSprop().name == "rm_sprop" and optimizers.AdamW().name == "adam_w"
    dense = tf.keras.layers.Dense(1)
    dense.build((None, 2))
    momentum = optimizers.SGD(momentum=0.9)
    momentum.build(dense.trainable_variables)
    assert momentum.variables[2].path == "sgd/dense_kernel_momentum"


def test_learning_rates(v):
    optimizer = optimizers.SGD(0.1)
    optimizer.learning_rate = 0.5
    optimizer.apply_gradients([(tf.ones(2), v)])
    np.testing.assert_array_equal(v, [0.5, 1.5])
    optimizer.learning_rate.assign(1.0)
    optimizer.apply_gradients([(tf.ones(2), v)])
    np.testing.assert_array_equal(v, [-0.5, 0.5])
    assert repr(optimizer.learning_rate).startswith("<Variable path=sgd/learning_rate, shape=()")
    falling = optimizers.SGD(schedules.PiecewiseConstantDecay([0], [1.0, 0.0]))
    for _ in range(3):
        falling.apply_gradients([(tf.ones(2), v)])
    np.testing.assert_array_equal(v, [-1.5, -0.5])
    assert float(falling.learning_rate) == 0.0 and int(falling.iterations) == 3
    with pytest.raises(TypeError, match="created with a `LearningRateSchedule` object"):
        falling.learning_rate = 0.3
    optimizer.learning_rate = schedules.ExponentialDecay(1.0, 1, 0.5)
    assert float(optimizer.learning_rate) == 0.25
    for function in (lambda: 1.0, lambda step: 1.0 + 0 * float(step)):
        called = optimizers.SGD(function)
        called.apply_gradients([(tf.ones(2), v)])
    np.testing.assert_array_equal(v, [-3.5, -2.5])


def test_a_schedule_of_your_own(v):
    class Halves(schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.5 ** tf.cast(step, tf.float32)

    optimizer = optimizers.SGD(Halves())
    for _ in range(2):
        optimizer.apply_gradients([(tf.ones(2), v)])
    np.testing.assert_array_equal(v, [-0.5, 0.5])


def test_an_optimizer_of_your_own(v):
    class Signs(optimizers.Optimizer):
        def build(self, variables):
            super().build(variables)
            self.totals = [self.add_variable_from_reference(w, name="total") for w in variables]

        def update_step(self, gradient, variable, learning_rate):
            self.totals[0].assign_add(gradient)
            variable.assign_sub(learning_rate * tf.sign(gradient))

    optimizer = Signs(learning_rate=1.0)
    optimizer.apply_gradients([(tf.constant([0.5, -3.0]), v)])
    np.testing.assert_array_equal(v, [0, 3])
    np.testing.assert_array_equal(optimizer.totals[0], [0.5, -3])


def test_state_is_kept_and_loaded():
    a, b = tf.Variable([1.0, 2.0]), tf.Variable([1.0, 2.0])
    first, second = optimizers.Adam(0.1), optimizers.Adam(0.3)
    first.apply_gradients([(GRADIENT, a)])
    store = {}
    first.save_own_variables(store)
    second.build([b])
    second.load_own_variables(store)
    b.assign(a)
    for optimizer, variable in ((first, a), (second, b)):
        optimizer.apply_gradients([(tf.constant([1.0, -1.0]), variable)])
    np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match="has 2 variables, but 4 came"):
        optimizers.Adam().load_own_variables(store)


def test_configurations():
    made = optimizers.Adam(0.25, beta_1=0.5, clipnorm=1.0)
    again = optimizers.Adam.from_config(made.get_config())
    assert again.get_config() == made.get_config()
    assert isinstance(optimizers.get("sgd"), optimizers.SGD) and optimizers.get(made) is made
    schedule = schedules.CosineDecay(0.1, 10, warmup_target=0.5, warmup_steps=2)
    assert schedules.CosineDecay.from_config(schedule.get_config())(3) == schedule(3)


def test_infinite_gradients_do_not_pass_a_norm_unseen(v):
    optimizers.SGD(0.1, clipnorm=1.0).apply_gradients([(tf.constant([np.inf, 1.0]), v)])
    assert np.isnan(v.numpy()).all()


def test_iterations_come_back_from_a_step(v):
    optimizer = optimizers.SGD(0.1)
    assert optimizer.apply_gradients([(GRADIENT, v)]) is optimizer.iterations
    assert repr(optimizer.iterations) == (
        "<Variable path=sgd/iteration, shape=(), dtype=int64, value=1>"
    )


def test_rows_that_stand_twice_in_slices_are_one_gradient():
    # TensorFlow's Keras squares the two halves apart, and takes steps that are too large.
    dense, sliced = (tf.Variable([[1.0], [2.0]]) for _ in range(2))
    slices = tf.IndexedSlices(tf.constant([[0.3], [0.4]]), tf.constant([0, 0]), tf.constant([2, 1]))
    for gradient, variable in ((tf.convert_to_tensor(slices), dense), (slices, sliced)):
        optimizers.Adam(0.1).apply_gradients([(gradient, variable)])
    np.testing.assert_array_equal(dense, sliced)


def test_the_mean_of_schedule_free_adam_is_that_of_the_steps_before() -> None:
    """z moves by Adam's steps, and x is drawn from z towards the mean of all z."""
    x = tf.Variable([1.0, -2.0])
    made = tf.keras.optimizers.ScheduleFreeAdamW(0.1, beta_1=0.8, beta_2=0.5, warmup_steps=2)
    z = mean = np.array([1.0, -2.0])
    v = np.zeros(2)
    for n, g in enumerate(np.array([[0.5, 1.0], [-1.0, 2.0], [0.1, 0.3]]), 1):
        made.apply_gradients([(tf.constant(g, tf.float32), x)])
        v = v + 0.5 * (g * g - v)
        z = z - 0.1 * min(n / 2, 1) * g / (np.sqrt(v / (1 - 0.5**n)) + 1e-8)
        mean = (1 - 1 / n) * mean + z / n
        np.testing.assert_allclose(x, 0.2 * z + 0.8 * mean, rtol=1e-5)


@pytest.mark.parametrize("kind", ["SGD", "Adam", "Lion"])
def test_text_is_no_gradient(kind: str) -> None:
    v = tf.Variable(1.0)
    with pytest.raises(tf.errors.UnimplementedError, match="a gradient is no text"):
        getattr(optimizers, kind)(0.1).apply([tf.constant("a")], [v])
    assert v.numpy() == 1.0
