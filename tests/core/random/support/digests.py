"""Prints a SHA-256 of the bits that each program of cases.py draws; run natively and in a tab."""

import hashlib

import numpy as np
from cases import PROGRAMS

import gradtape as tf
from gradtape.random.box_muller import cos_sin_turns, log_unit

unit = np.arange(1, 1 << 23, dtype=np.float32) / np.float32(1 << 23)
for part in np.split(unit[: 7 << 20], 7):
    total = hashlib.sha256(log_unit(part).tobytes())
    for wave in cos_sin_turns(part):
        total.update(wave.tobytes())
    print(total.hexdigest())

for name, program in PROGRAMS.items():
    total = hashlib.sha256()
    for value in program(tf):
        total.update(b"none" if value is None else np.asarray(value).tobytes())
    print(total.hexdigest(), name)
