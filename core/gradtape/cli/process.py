"""A run of a snippet on another engine than the installed one, in a process of its own.

It takes place on the Python and the NumPy that are installed here. What it gave is compared by the
installed engine's code, outside of that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from gradtape.cli import Refused
from gradtape.cli.engine import INSTEAD
from gradtape.snippet.recording import NoDevice, Run
from gradtape.snippet.results import Recorded


def run_on(engine: Path, manifest: dict[str, Any], device: str, show: str | None) -> Run:
    """A run on the engine in a folder; its output also goes to "stdout", "stderr" or nowhere.

    Raises NoDevice where that engine has no such device here, Refused where it does not start.
    """
    job = {
        "code": manifest["code"],
        "entry": manifest["entry"],
        "seed": manifest["run"]["seed"],
        "device": device,
        "show": show,
    }
    with tempfile.TemporaryDirectory(prefix="gradtape-run-") as folder:
        asked, answer = Path(folder, "job.json"), Path(folder, "answer.npz")
        asked.write_text(json.dumps(job), "utf-8")
        child = Path(__file__).with_name("child.py")
        # -P: nothing of the folder that the command was started in is imported.
        command = [sys.executable, "-B", "-P", str(child), str(engine), str(asked), str(answer)]
        # What goes past the recorder (other processes, C) must not get into the answer either.
        onward = None if show == "stdout" else sys.stderr
        code = subprocess.run(command, stdout=onward, check=False).returncode
        try:
            return _read(answer)
        except FileNotFoundError:
            error = f"the program ended its process (exit code {code}), so it told no gradients"
            return Run([], "", error, code or 1)


def _read(answer: Path) -> Run:
    try:
        with np.load(answer, allow_pickle=False) as archive:
            told = json.loads(str(archive["told"]))
            if "no_device" in told:
                raise NoDevice(told["no_device"])
            if "refused" in told:
                raise Refused(f"the engine of the record: {told['refused']}\n{INSTEAD}")
            results = [
                Recorded(label, archive[str(number)] if str(number) in archive else None)
                for number, label in enumerate(told["labels"])
            ]
    except (ValueError, KeyError) as error:
        raise Refused(f"the engine of the record gave no readable answer: {error}") from None
    return Run(results, told["output"], told["error"], told["exit_code"], told["adapter"])
