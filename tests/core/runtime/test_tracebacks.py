"""A traceback that nobody caught ends at the program's own line."""

import os
import subprocess
import sys
import textwrap

import pytest


def printed(code: str) -> str:
    """What a program prints on its way down."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )
    return done.stderr


FAILING = """
    import gradtape as tf
    {}
    def f(x):
        return tf.reshape(x, [7])
    {}
"""


@pytest.mark.parametrize(
    "last",
    [
        "f(tf.ones([2]))",
        "tf.map_fn(f, tf.ones([3, 2]))",
        "tf.constant([1.0]) + tf.constant(['a'])",
        "tf.GradientTape().gradient(1, 2)",
        "tf.keras.layers.Dense(-1)",
        "tf.nosuchname",
    ],
)
def test_internal_frames_are_left_out(last: str) -> None:
    text = printed(FAILING.format("", last))
    assert text.startswith("Traceback (most recent call last):\n"), text
    files = [line for line in text.splitlines() if line.startswith("  File ")]
    assert files and all('File "<string>"' in line for line in files), text


def test_all_frames_are_shown_on_demand() -> None:
    code = FAILING.format("tf.debugging.disable_traceback_filtering()", "f(tf.ones([2]))")
    assert "gradtape" in "".join(line for line in printed(code).splitlines() if "File" in line)


def test_a_failed_thread_too() -> None:
    code = FAILING.format(
        "import threading",
        "t = threading.Thread(target=f, args=(tf.ones([2]),)); t.start(); t.join()",
    )
    text = printed(code)
    assert "in f" in text and "gradtape" + os.sep not in text, text


def test_other_exceptions_and_hooks_stay_as_they_are() -> None:
    code = """
        import sys
        sys.excepthook = lambda kind, error, traceback: print("mine", kind, file=sys.stderr)
        import gradtape as tf
        {}["a"]
    """
    assert printed(code) == "mine <class 'KeyError'>\n"
    assert "json" in printed("import gradtape, json\njson.loads('{')")
