"""Runs a snippet on another engine than the installed one: the program of a process of its own.

    python -P cli_child.py ENGINE JOB ANSWER

ENGINE is the folder of an unpacked wheel, JOB the file that says what to run, ANSWER the file that
the outcome is written to. Nothing of the installed engine is imported here, so what is asked of an
engine is what every published one has: `gradtape.snippet.record_run` with these words, and a run's
`results` (each `label` and `value`), `output`, `error` and `exit_code`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main(engine: str, job: str, answer: str) -> None:
    """Run the job and write down what it gave."""
    sys.path.insert(0, engine)
    wanted = json.loads(Path(job).read_text("utf-8"))
    try:
        snippet = importlib.import_module("gradtape.snippet")
        importlib.import_module("gradtape")
    except Exception as error:  # whatever an engine raises that this Python or NumPy is too new for
        told: dict[str, Any] = {"refused": f"it does not start here: {error!r}"}
        return write(answer, told, [])
    if not Path(snippet.__file__ or "").is_relative_to(engine):
        return write(answer, {"refused": "another engine stood in its way"}, [])
    show = {"stdout": sys.stdout, "stderr": sys.stderr, None: None}[wanted["show"]]
    words = {name: wanted[name] for name in ("entry", "seed", "device")}
    try:
        run = snippet.record_run(wanted["code"], show=show, **words)
    except snippet.NoDevice as error:
        return write(answer, {"no_device": str(error)}, [])
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed Ctrl+C has stopped the parent too
    told = {
        "labels": [result.label for result in run.results],
        "output": run.output,
        "error": run.error,
        "exit_code": run.exit_code,
        "adapter": getattr(run, "adapter", None),
    }
    return write(answer, told, [result.value for result in run.results])


def write(answer: str, told: dict[str, Any], values: list[Any]) -> None:
    """One archive: what is told as JSON, and the values by their numbers, None left out."""
    numpy = importlib.import_module("numpy")
    kept = {str(number): value for number, value in enumerate(values) if value is not None}
    with open(answer, "wb") as file:
        numpy.savez(file, told=numpy.array(json.dumps(told)), **kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
