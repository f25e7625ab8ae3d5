"""A disk that fails: a library between SQLite and the system, which fails one call as told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

# Fails the calls named in FAILING_FAIL with an errno, while the file named there exists.
INTERPOSER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *call) {
  const char *words = getenv("FAILING_CALLS"), *file = getenv("FAILING_SWITCH");
  if (!words || !file || !strstr(words, call) || access(file, F_OK)) return 0;
  errno = atoi(getenv("FAILING_ERRNO"));
  return 1;
}
int fsync(int f) {
  static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fsync");
  return fails("fsync") ? -1 : real(f);
}
int fdatasync(int f) {
  static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  return fails("fsync") ? -1 : real(f);
}
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  return fails("write") ? -1 : real(f, b, n, o);
}
ssize_t write(int f, const void *b, size_t n) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  /* A socket or a log is no disk. */
  return n == 8 && !memcmp(b, "gradtape", 8) && fails("write") ? -1 : real(f, b, n);
}
"""


def compiled(folder: Path) -> Path:
    """The library; whoever asks for it is skipped where nothing can compile it."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler here to make a disk fail with")
    (folder / "fail.c").write_text(INTERPOSER)
    made = folder / "fail.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(made), str(folder / "fail.c"), "-ldl"]
    subprocess.run(command, check=True)
    return made


class FailingDisk:
    """What a server's environment needs, and the switch."""

    def __init__(self, library: Path, switch: Path, calls: str, number: int) -> None:
        self.switch = switch
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAILING_CALLS": calls,
            "FAILING_ERRNO": str(number),
            "FAILING_SWITCH": str(switch),
        }

    def fail(self) -> None:
        """From now on."""
        self.switch.touch()

    def work(self) -> None:
        """Again."""
        self.switch.unlink()
