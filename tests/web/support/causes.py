"""Prints the programs of `tests/core/autodiff/test_explain.py` as JSON: what a person would type,
and what the page must say: the cause, what stands on its line, and the line after the edit.
"""

import inspect
import json
import textwrap

from tests.core.autodiff.test_explain import CASES

HEAD = "import gradtape as tf\nimport numpy as np\n\n"


def typed(function: object) -> str:
    """A function that returns (tape, target, source) as a program that prints the gradient."""
    *body, last = textwrap.dedent(inspect.getsource(function)).splitlines()[1:]
    names = last.split("return ")[1].split(", ")
    code = textwrap.dedent("\n".join(body))
    return f"{HEAD}{code}\nprint({names[0]}.gradient({names[1]}, {names[2]}))\n"


print(
    json.dumps(
        [
            {
                "name": function.__name__,
                "cause": cause.replace("_", " "),
                "line": line,
                "after": after,
                "code": typed(function),
            }
            for function, cause, line, after in CASES
        ]
    )
)
