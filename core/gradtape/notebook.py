"""`%load_ext gradtape` in IPython and in notebooks: the cell magic `%%tape`.

A cell under `%%tape` runs under a persistent tape, which is called `tape` from then on:

    %%tape loss w b
    loss = tf.reduce_mean((x @ w + b - y) ** 2)

The words behind it, a target and its sources, ask for gradients; one that is None is explained.
Without words the cell shows the value of its last line, or else the picture of the tape.
"""

from __future__ import annotations

import ast
from typing import Any

from gradtape.autodiff.tape import GradientTape


class Answers(dict[str, Any]):
    """Gradients by the name of their source; for one that is None stands its explanation."""

    def _repr_html_(self) -> str:
        return "<br>".join(value._repr_html_() for value in self.values())


def load(shell: Any) -> None:
    """Give a shell of IPython the magic."""

    def tape(line: str, cell: str) -> Any:
        """Run the cell under a tape: `%%tape`, or `%%tape TARGET SOURCE...` for gradients."""
        return run_taped(shell, line.split(), cell)

    shell.register_magic_function(tape, "cell", "tape")


def run_taped(shell: Any, words: list[str], cell: str) -> Any:
    """Run a cell's text under a tape; what the cell shows."""
    if len(words) == 1:
        raise TypeError(f"%%tape {words[0]} names a target and no source: %%tape {words[0]} x")
    # Its lines are numbered as in the cell: after the magic, and blank lines that IPython drops.
    dropped = len(cell) - len(cell.lstrip())
    source = "\n" * (1 + cell.count("\n", 0, dropped)) + shell.transform_cell(cell)
    name = shell.compile.cache(source, shell.execution_count, raw_code=cell)
    tree = shell.transform_ast(ast.parse(source, name))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    names = shell.user_ns
    names["tape"] = recording = GradientTape(persistent=True)
    value = None
    with recording:
        exec(shell.compile(tree, name, "exec"), names)
        if last is not None:
            value = eval(shell.compile(ast.Expression(last.value), name, "eval"), names)
    if words:
        return _asked(shell, words)
    return recording.graph() if value is None else value


def _asked(shell: Any, words: list[str]) -> Answers:
    answers = Answers()
    for word in words[1:]:
        gradient = _evaluated(shell, f"tape.gradient({words[0]}, {word})")
        if gradient is None:
            gradient = _evaluated(shell, f"tape.explain({words[0]}, {word})")
        answers[word] = gradient
    return answers


def _evaluated(shell: Any, source: str) -> Any:
    """The value of an expression, as if it stood in a cell: an explanation reads its words."""
    name = shell.compile.cache(source, shell.execution_count)
    return eval(shell.compile(source, name, "eval"), shell.user_ns)
