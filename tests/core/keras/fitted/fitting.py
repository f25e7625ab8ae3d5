"""Whole runs of `fit`, `evaluate` and `predict`, with their histories."""

from typing import Any

import numpy as np

from tests.core.keras.fitted import IMAGES, LABELS, ONE_HOT, X, program


def mlp(tf: Any, units: int = 2, **kwargs: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            tf.keras.Input((4,)),
            layers.Dense(8, activation="relu", kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.Dense(units, **kwargs),
        ]
    )


def finished(model: Any, history: Any, *data: Any) -> dict[str, Any]:
    """The history, an evaluation and a prediction of a model."""
    return {
        **{f"history/{k}": v for k, v in history.history.items()},
        **{f"test/{k}": v for k, v in model.evaluate(*data, verbose=0, return_dict=True).items()},
        "predicted": model.predict(data[0][:3], verbose=0),
    }


@program
def arrays_with_a_split_and_class_weights(tf: Any) -> dict[str, Any]:
    tf.keras.utils.set_random_seed(3)
    model = mlp(tf)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    history = model.fit(
        X, LABELS, epochs=3, batch_size=8, validation_split=0.2, verbose=0,
        class_weight={0: 2.0, 1: 1.0},
    )  # fmt: skip
    return finished(model, history, X, LABELS)


@program
def strings_and_sample_weights(tf: Any) -> dict[str, Any]:
    tf.keras.utils.set_random_seed(4)
    model = mlp(tf, 3, activation="softmax")
    model.compile(
        "rmsprop", "categorical_crossentropy", metrics=["acc", "mse"], weighted_metrics=["accuracy"]
    )
    weights = np.linspace(0.5, 1.5, 50).astype(np.float32)
    history = model.fit(
        X, ONE_HOT, sample_weight=weights, epochs=2, verbose=0, initial_epoch=1,
        validation_data=(X[:10], ONE_HOT[:10], weights[:10]),
    )  # fmt: skip
    return finished(model, history, X, ONE_HOT)


@program
def a_binary_output_by_dataset(tf: Any) -> dict[str, Any]:
    tf.keras.utils.set_random_seed(5)
    model = mlp(tf, 1, activation="sigmoid")
    model.compile(tf.keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
    data = tf.data.Dataset.from_tensor_slices((X, LABELS.astype(np.float32)[:, None]))
    history = model.fit(
        data.shuffle(50, seed=1).batch(16).repeat(), epochs=3, steps_per_epoch=4, verbose=0,
        validation_data=data.batch(20), validation_freq=2,
    )  # fmt: skip
    return finished(model, history, X, LABELS[:, None])


@program
def two_outputs(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    keras.utils.set_random_seed(6)
    i = keras.Input((4,))
    x = keras.layers.Dense(3, activation="tanh")(i)
    a = keras.layers.Dense(1, name="a")(x)
    b = keras.layers.Dense(1, activation="sigmoid", name="b")(x)
    model = keras.Model(i, {"a": a, "b": b})
    model.compile(
        keras.optimizers.SGD(0.1),
        {"a": "mse", "b": "binary_crossentropy"},
        loss_weights={"a": 1.0, "b": 0.5},
        metrics={"a": ["mae"], "b": ["accuracy"]},
    )
    truth = {"a": X[:, :1], "b": LABELS[:, None]}
    # one batch an epoch: of several, Keras forgets how large they were in the parts of the loss
    history = model.fit(X, truth, epochs=3, batch_size=50, verbose=0)
    values = model.evaluate(X, truth, batch_size=50, verbose=0)
    listed = keras.Model(i, [a, b])
    listed.compile("sgd", ["mse", "mae"], metrics=[["mse"], ["accuracy", "mae"]])
    listed.fit(X, [X[:, :1], LABELS[:, None]], batch_size=50, verbose=0)
    return {
        **{f"history/{k}": v for k, v in history.history.items()},
        "values": values,
        "listed": listed.evaluate(X, [X[:, :1], LABELS[:, None]], batch_size=50, verbose=0),
    }


@program
def images_by_generator_with_moments(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="right")],
    )

    def batches() -> Any:
        for start in (0, 8, 16):
            yield IMAGES[start : start + 8], LABELS[start : start + 8]

    history = model.fit(batches(), epochs=1, verbose=0)
    return finished(model, history, IMAGES, LABELS[:24])


@program
def a_step_of_ones_own(tf: Any) -> dict[str, Any]:
    keras = tf.keras

    class Own(keras.Model):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.tracker = keras.metrics.Mean(name="mine")

        @property
        def metrics(self) -> list[Any]:
            return [self.tracker]

        def train_step(self, data: Any) -> dict[str, Any]:
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.tracker.update_state(loss)
            return {"mine": self.tracker.result()}

    keras.utils.set_random_seed(8)
    i = keras.Input((4,))
    model = Own(inputs=i, outputs=keras.layers.Dense(1)(i))
    model.compile(optimizer="adam")
    history = model.fit(X, X[:, :1], epochs=2, verbose=0)
    return {"mine": history.history["mine"], "weights": model.get_weights()[0]}


@program
def a_loss_of_ones_own(tf: Any) -> dict[str, Any]:
    keras = tf.keras

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, x: Any) -> Any:
            y = self.dense(x)
            self.add_loss(0.1 * tf.reduce_sum(y**2))
            return y

        def compute_loss(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
            return super().compute_loss(x, y, y_pred, sample_weight) + 1.0

    keras.utils.set_random_seed(9)
    model = Own()
    model.compile("sgd", lambda y, p: tf.reduce_mean(abs(y - p), axis=-1), metrics=["mae"])
    history = model.fit(X, X[:, :1], epochs=2, verbose=0)
    single = [model.train_on_batch(X[:5], X[:5, :1]), model.test_on_batch(X[:5], X[:5, :1])]
    return {**finished(model, history, X, X[:, :1]), "single": single}


@program
def callbacks(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    keras.utils.set_random_seed(10)
    model = mlp(tf, 1)
    model.compile(keras.optimizers.SGD(0.05), "mse")
    told: list[float] = []
    history = model.fit(
        X, X[:, :1], epochs=12, validation_split=0.2, verbose=0,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=2, min_delta=0.01, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.02),
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: told.append(logs["val_loss"])
            ),
        ],
    )  # fmt: skip
    other = keras.Sequential([keras.layers.Dense(1)])
    other.compile("adam", "mse")
    rates = other.fit(
        X, X[:, :1], epochs=3, verbose=0,
        callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1))],
    ).history["learning_rate"]  # fmt: skip
    return {
        **finished(model, history, X, X[:, :1]), "told": told, "rates": rates,
        "epochs": len(history.epoch),
    }  # fmt: skip


@program
def averages_sums_and_scales(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    results: dict[str, Any] = {}
    optimizers = {
        "ema": keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9),
        "ema_often": keras.optimizers.Adam(
            0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3
        ),
        "sums": keras.optimizers.SGD(0.1, gradient_accumulation_steps=3, clipnorm=0.5),
        "scaled": keras.optimizers.SGD(0.1, loss_scale_factor=8.0),
        "dynamic": keras.optimizers.LossScaleOptimizer(
            keras.optimizers.Adam(0.1), initial_scale=4.0, dynamic_growth_steps=4
        ),
    }
    for name, optimizer in optimizers.items():
        keras.utils.set_random_seed(11)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(optimizer, "mse")
        model.fit(X, X[:, :1], epochs=3, batch_size=10, verbose=0)
        results[f"{name}/weights"] = model.get_weights()[0]
        for i, variable in enumerate(optimizer.variables):
            results[f"{name}/{i}"] = np.asarray(variable)
    return results
