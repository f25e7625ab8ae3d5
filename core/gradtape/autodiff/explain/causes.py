"""Why a gradient is None, not finite or zero: each cause in a sentence, and what helps.

In the advice {source}, {target} and {tape} stand for what the program calls them.
"""

from __future__ import annotations

#: cause → (what it means, what to do instead)
CAUSES: dict[str, tuple[str, str]] = {
    "never_watched": (
        "the tape never watched it",
        "call {tape}.watch({source}) before it is used, or make it a tf.Variable",
    ),
    "watched_late": (
        "the tape watched it only after it had been used",
        "call {tape}.watch({source}) before {source} is used",
    ),
    "not_trainable": (
        "a variable that is not trainable is not watched by itself",
        "make it trainable, or call {tape}.watch({source})",
    ),
    "replaced_by_tensor": (
        "the name stands for a tensor that has replaced a variable",
        "change the variable in place: {source}.assign_add(...) or {source}.assign(...)",
    ),
    "left_through_numpy": (
        "the calculation left through NumPy or Python, where no tape can follow",
        "use the tf function of the same meaning",
    ),
    "integer": (
        "integers, booleans and strings carry no gradient",
        "give it a floating-point dtype: write the number with a decimal point",
    ),
    "stateful": (
        "the value was stored in a variable, and state stops gradients",
        "compute with the tensor itself, and assign it after the tape has closed",
    ),
    "stop_gradient": (
        "tf.stop_gradient cuts the path on purpose",
        "leave tf.stop_gradient out where the gradient is wanted",
    ),
    "stop_recording": (
        "the tape was paused by stop_recording",
        "compute it outside the block of {tape}.stop_recording()",
    ),
    "reset": (
        "tape.reset() forgot what had been recorded",
        "after a reset, watch the sources again and compute the target again",
    ),
    "after_close": (
        "the target was computed after the tape had closed",
        "move the line that computes it into the `with` block of the tape",
    ),
    "before_open": (
        "the target, or what it was made of, was computed before the tape was opened",
        "compute it inside `with tf.GradientTape() as {tape}:`",
    ),
    "no_path": (
        "an op on the way passes no gradient to this input",
        "write the same with differentiable ops",
    ),
    "unregistered": (
        "an op on the way has no registered gradient",
        "write the same with other ops, or register one with tf.RegisterGradient",
    ),
    "control_flow": (
        "its value only decided what was computed",
        "a branch is not differentiable: to differentiate through a choice, use tf.where on values "
        "that depend on it",
    ),
    "swapped": (
        "target and source are the wrong way round: {source} was computed from {target}",
        "ask for {tape}.gradient({source}, {target})",
    ),
    "made_after": (
        "the source was made after the target, which cannot depend on it",
        "ask for the gradient of what it was made from, and take the part of that",
    ),
    "other_thread": (
        "the target was computed in another thread, where this tape does not record",
        "open the tape inside the function that the thread runs",
    ),
    "constant_target": (
        "the target is a constant; watching cannot help",
        "use {source} in the calculation of {target}",
    ),
    "derivative_without_it": (
        "the target is made of a derivative that does not depend on it",
        "leave it out of the sources, or ask for unconnected_gradients='zero'",
    ),
    "no_connection": (
        "the target was not computed from it",
        "use {source} in the calculation of {target}",
    ),
    # -- there is a gradient, and it is not finite, or zero
    "value_not_finite": ("a value on the way is", "keep the values finite there"),
    "gradient_not_finite": (
        "a derivative on the way is, although the values are finite",
        "keep away from the point where the derivative has no finite value",
    ),
    "input_not_finite": (
        "a value that came in already was",
        "look at where it came from: data, or the last update",
    ),
    "zero_gradient": ("an op on the way lets nothing pass", "move the values away from there"),
}

_PASS = "leave it out, or pass its gradient on with tf.grad_pass_through"

#: op that passes no gradient → what to write instead
ADVICE_FOR_OP = {
    "ArgMax": "use tf.reduce_max for the value, or tf.nn.softmax for a soft choice",
    "ArgMin": "use tf.reduce_min for the value, or tf.nn.softmax for a soft choice",
    "Ceil": f"{_PASS}(tf.math.ceil)",
    "Floor": f"{_PASS}(tf.floor)",
    "FloorDiv": "use / where the gradient is wanted",
    "ConfusionMatrix": "counts have no gradient: use a loss, such as a cross-entropy",
    "DenseBincount": "counts have no gradient; tf.math.unsorted_segment_sum has one to its weights",
    "Multinomial": "a drawn class has no gradient: use its probability (tf.nn.log_softmax), or a "
    "soft choice",
    "OneHot": "use tf.nn.softmax for a soft choice",
    "PyFunc": "write it with tf functions, or give it a gradient with tf.custom_gradient",
    "RandomShuffle": "tf.gather(x, tf.random.shuffle(tf.range(n))) has a gradient",
    "Rint": f"{_PASS}(tf.math.rint)",
    "Round": f"{_PASS}(tf.round)",
    "SelectV2": "the condition has no gradient: write a soft choice, such as tf.sigmoid(x) * a + "
    "(1 - tf.sigmoid(x)) * b",
}
