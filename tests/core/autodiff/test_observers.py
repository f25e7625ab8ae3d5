"""Observers of the engine: what they are told, and that they change nothing."""

import threading

import numpy as np
import pytest

import gradtape as tf
from gradtape import observers, playground
from gradtape.runtime.recorders import observed, state


class Log(observers.Observer):
    """Writes down every event; follows tapes and steps where it is told to."""

    def __init__(self, follower=None, steps=False):
        self.events, self.follower, self.steps = [], follower, steps

    def opened(self, tape):
        self.events.append(("opened", tape))
        return self.follower

    def reset(self, tape):
        self.events.append(("reset", tape))

    def asked(self, question):
        question.steps = self.steps
        self.events.append(("asked", question.method))

    def stepped(self, question, step):
        self.events.append(("stepped", step))

    def arrived(self, question, cotangents):
        self.events.append(("arrived", cotangents))

    def answered(self, question, value):
        self.events.append(("answered", question, value))

    def refused(self, question, error):
        self.events.append(("refused", error))

    def explained(self, tape, explanation):
        self.events.append(("explained", explanation.cause))

    def shown(self, kind, fields):
        self.events.append((kind, fields))

    def kinds(self):
        return [event[0] for event in self.events]


class Kept(observers.Follower):
    """Keeps what passes beside a tape."""

    def __init__(self):
        self.ops, self.cuts = [], []

    def computed(self, op):
        self.ops.append(op)

    def cut(self, outputs):
        self.cuts.append(outputs)


@pytest.fixture
def watch():
    """Registers observers, and ends them."""
    ends = []

    def start(observer):
        ends.append(observers.observe(observer))
        return observer

    yield start
    for end in ends:
        end()
    assert observed.by is None


def test_a_tape_and_its_gradient_are_told_in_order(watch):
    log = watch(Log())
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        tape.reset()
        y = x * x
    dy_dx = tape.gradient(y, x)
    assert log.kinds() == ["opened", "reset", "asked", "answered"]
    assert log.events[0][1] is tape and log.events[-1][2] is dy_dx
    question = log.events[-1][1]
    assert (question.method, question.asked, question.target) == ("gradient", tape, y)
    assert question.sources is x and question.arguments["output_gradients"] is None


@pytest.mark.parametrize(
    ("ask", "method"),
    [
        (lambda t, y, x: t.jacobian(y, x), "jacobian"),
        (lambda t, y, x: t.batch_jacobian(y, x), "batch_jacobian"),
        (lambda t, y, x: t.gradient(target=y, sources=[x]), "gradient"),
    ],
)
def test_every_method_is_told_once_with_its_arguments(watch, ask, method):
    log = watch(Log())
    x = tf.Variable([[1.0, 2.0]])
    with tf.GradientTape() as tape:
        y = x * x
    ask(tape, y, x)
    (question,) = [event[1] for event in log.events if event[0] == "answered"]
    assert question.method == method and question.target is y
    assert tf.nest.flatten(question.sources) == [x]


def test_a_jvp_is_told(watch):
    log = watch(Log())
    x = tf.constant(3.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        y = x * x
    accumulator.jvp(y)
    kind, question, value = log.events[-1]
    assert (kind, question.method, question.sources) == ("answered", "jvp", None)
    assert question.target is y and value.numpy() == 6.0


def test_names_and_line_are_those_of_the_call(watch):
    log = watch(Log())
    x, w = tf.Variable(3.0), tf.Variable(1.0, name="weight")
    with tf.GradientTape(persistent=True) as tape:
        loss = x * w
    called = []

    def answered(question, _):
        called.append((observers.names_of(question), observers.line_of(question)["source"]))

    log.answered = answered
    tape.gradient(loss, [x, *[w]])
    tape.gradient(loss, {"a": w})
    tape.gradient(loss, x)
    assert called[0] == (("loss", ["Variable:0", "weight:0"]), "tape.gradient(loss, [x, *[w]])")
    assert called[1][0] == ("loss", ["weight:0"])
    assert called[2] == (("loss", ["x"]), "tape.gradient(loss, x)")


def test_an_explanation_is_about_the_call_of_the_program(watch):
    log = watch(Log())
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    told = []

    def answered(question, _):
        told.append(observers.explanation(question, question.sources, ("y", "x")))

    log.answered = answered
    assert tape.gradient(x * x, x) is None
    assert told[0]["line"]["source"] == "assert tape.gradient(x * x, x) is None"
    assert told[0]["text"].startswith("d(y)/d(x) is None")


def test_a_question_inside_a_question_is_not_told(watch):
    log = watch(Log(steps=True))

    @tf.custom_gradient
    def cube(x):
        def back(dy):
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x * x * x
            return dy * inner.gradient(y, x)

        return x * x * x, back

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = cube(x)
    assert tape.gradient(y, x).numpy() == 12.0
    assert log.kinds().count("asked") == log.kinds().count("answered") == 1
    assert log.kinds().count("stepped") == 1  # the steps of the inner pass are another tape's


def test_the_steps_of_the_backward_pass_are_told(watch):
    log = watch(Log(steps=True))
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        z = x * x
        y = tf.sin(z) + z
    tape.gradient(y, x)
    steps = [event[1] for event in log.events if event[0] == "stepped"]
    ops = {node["id"]: node["op"] for node in tape.graph().to_dict()["nodes"]}
    assert [ops[step.node] for step in steps] == ["AddV2", "Sin", "Mul"]
    last = steps[-1]
    (source,) = observers.ids_of(tape, x)
    assert last.node == observers.id_of(z)
    expected = np.cos(np.float32(9.0)) + 1
    assert observers.as_array(last.arrived[last.node]) == pytest.approx(expected)
    assert [i for i, _ in last.sent] == [source]
    assert last.nanoseconds > 0
    (arrived,) = [event[1] for event in log.events if event[0] == "arrived"]
    assert observers.as_array(arrived[source]) == pytest.approx(6 * expected)


@pytest.mark.parametrize("persistent", [False, True])
def test_watched_steps_give_the_gradients_of_an_unwatched_pass(persistent):
    def both():
        x = tf.Variable([[1.0, 2.0], [3.0, 5.0]])
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape(persistent=persistent) as inner:
                a, b = tf.unstack(tf.linalg.inv(x))
                y = tf.reduce_sum(tf.gather(x, [0, 0]) * a) + tf.reduce_sum(tf.sin(b) * x)
            g = inner.gradient(y, [x, a])
        return [t.numpy() for t in (*g, outer.gradient(g[0], x))]

    alone = both()
    end = observers.observe(Log(steps=True))
    try:
        watched = both()
    finally:
        end()
    for one, other in zip(alone, watched, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


def test_a_tape_of_the_programs_own_is_asked_once(watch):
    class Counting(tf.GradientTape):
        asked = 0

        def gradient(self, *arguments):
            self.asked += 1
            return super().gradient(*arguments)

    log = watch(Log())
    x = tf.Variable(3.0)
    with Counting() as tape:
        y = x * x
    assert tape.gradient(y, x).numpy() == 6.0 and tape.asked == 1
    assert log.kinds() == ["opened", "asked", "answered"]


def test_a_refusal_is_told_and_raised(watch):
    log = watch(Log())
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="non-persistent"):
        tape.gradient(y, x)
    kind, error = log.events[-1]
    assert kind == "refused" and isinstance(error, RuntimeError)


def test_a_follower_sees_ops_and_cuts(watch):
    kept = Kept()
    watch(Log(kept))
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.exp(x) * 3.0
        tf.exp(tf.stop_gradient(y))
    assert [op.type for op in kept.ops] == ["Exp", "Mul", "StopGradient"]
    exp, mul, stop = kept.ops
    (source,) = observers.ids_of(tape, x)
    assert [i for i, _ in exp.inputs] == [source]
    assert [i for i, _ in mul.inputs] == [exp.outputs[0][0], 0]
    assert (exp.flows, mul.flows, stop.flows) == (True, True, False)
    np.testing.assert_array_equal(exp.compute([np.zeros(2)])[0], np.ones(2))
    ((value,),) = kept.cuts
    np.testing.assert_array_equal(value[1], np.exp(y.numpy()))
    assert state.recorders == ()


def test_a_follower_stays_through_a_reset_and_is_gone_when_the_tape_stops(watch):
    kept = Kept()
    watch(Log(kept))
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        tf.sin(x)
        tape.reset()
        tf.cos(x)
        with tf.GradientTape() as inner:
            tf.tan(x)
        tf.exp(x)
    tf.sinh(x)
    assert inner is not tape
    assert [op.type for op in kept.ops] == ["Sin", "Cos", "Tan", "Tan", "Exp"]


def test_a_follower_knows_a_gradient_that_the_program_wrote(watch):
    kept = Kept()
    watch(Log(kept))
    twice = tf.custom_gradient(lambda x: (x * 2.0, lambda dy: dy * 2.0))
    x = tf.Variable(1.0)
    with tf.GradientTape():
        twice(x)
    assert [(op.type, op.own_gradient, op.registered) for op in kept.ops] == [
        ("Mul", False, True),
        ("<lambda>", True, False),
    ]


def test_what_an_observer_does_is_neither_recorded_nor_told(watch):
    class Busy(Log):
        def opened(self, tape):
            super().opened(tape)
            with tf.GradientTape():
                v * v

        def answered(self, question, value):
            super().answered(question, value)
            with tf.GradientTape() as mine:
                y = v * v
            mine.gradient(y, v)

    v = tf.Variable(2.0)
    log = watch(Busy())
    with tf.GradientTape(persistent=True) as tape:
        before = len(tape.graph().nodes)
        with tf.GradientTape() as inner:
            y = v * 2.0
        after = len(tape.graph().nodes)
    inner.gradient(y, v)
    assert log.kinds() == ["opened", "opened", "asked", "answered"]
    assert after - before == 2  # v and 2 v


def test_what_a_program_shows_and_asks_to_be_explained_is_told(watch):
    playground.plot("nobody looks", 1.0)
    log = watch(Log())
    playground.plot("loss", [1.0, 2.0])
    playground.show([[1.0]], "weights")
    assert list(playground.progress("ab", "letters")) == ["a", "b"]
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x)
    tape.explain(y, x)
    assert log.events[0] == ("points", {"label": "loss", "x": None, "y": [1.0, 2.0]})
    assert log.events[1][1]["label"] == "weights"
    assert [event[1]["done"] for event in log.events if event[0] == "loop"] == [0, 1, 2]
    assert log.events[-1] == ("explained", "stop_gradient")


def test_arrays_are_read_whatever_holds_them():
    rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), tf.constant([2, 1]))
    np.testing.assert_array_equal(observers.as_array(rows), [[0.0], [1.0]])
    assert observers.as_array(tf.constant(2.0)) == 2.0
    assert observers.as_array(tf.Variable(3.0)) == 3.0
    assert observers.as_array(np.float32(4.0)) == 4.0 and observers.as_array(True) == 1
    assert observers.as_array("text") is None


def test_a_question_in_another_thread_is_that_threads_own(watch):
    def work():
        x = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        tape.gradient(y, x)

    class Asking(Log):
        def asked(self, question):
            super().asked(question)
            if threading.current_thread() is threading.main_thread():
                other = threading.Thread(target=work)
                other.start()
                other.join()

    log = watch(Asking())
    work()
    assert log.kinds() == ["opened", "asked", "opened", "asked", "answered", "answered"]
