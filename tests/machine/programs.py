"""Install the programs that the tests start and that this machine lacks.

They are no Python or Node packages, so on Debian and Ubuntu they come from the system's own
packages: as root, or through a `sudo` that asks for no password. Where neither is to be had, this
says what to install by hand and goes on; the tests that need the program then fail and name it.
"""

import glob
import os
import shutil
import subprocess
import sys

# program -> (Debian package, what needs it)
PROGRAMS = {
    "chromium": ("chromium", "the playground's tests"),
    "firefox-esr": ("firefox-esr", "the playground's tests in a second browser"),
    "lavapipe": ("mesa-vulkan-drivers", "the GPU kernels' tests, beside SwiftShader"),
    "initdb": ("postgresql", "the server's tests on PostgreSQL"),
    "redis-server": ("redis-server", "the server's tests of rate limits"),
    "nginx": ("nginx-light", "the tests of the proxy before the server"),
    "caddy": ("caddy", "the tests of the proxy before the server"),
    "promtool": ("prometheus", "the tests of the alert rules"),
    "wrk": ("wrk", "the server's benchmark"),
}


def is_installed(program: str) -> bool:
    """Whether `program` is there; some stand outside the search path, a GPU driver is a library."""
    elsewhere = ("/usr/lib/postgresql/*/bin/initdb", "/usr/share/vulkan/icd.d/lvp_icd.*.json")
    pattern = {"initdb": elsewhere[0], "lavapipe": elsewhere[1]}.get(program)
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return bool(shutil.which(program, path=path) or (pattern and glob.glob(pattern)))


def install(packages: list[str]) -> bool:
    """Install Debian packages; False where this user or system cannot."""
    if not shutil.which("apt-get"):
        return False
    become_root: list[str] = []
    if os.geteuid() != 0:
        become_root = ["sudo", "--non-interactive"]
        if not shutil.which("sudo") or subprocess.run([*become_root, "true"]).returncode:
            return False
    # No service of these packages is started: each test starts its own on a port of its own.
    settings = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    apt = [*become_root, *settings, "apt-get", "-qq"]
    silent = {"stdout": subprocess.DEVNULL}
    return (
        subprocess.run([*apt, "update"], **silent).returncode == 0
        and subprocess.run(
            [*apt, "install", "--yes", "--no-install-recommends", *packages], **silent
        ).returncode
        == 0
    )


def main() -> None:
    """Bring this machine to where every test can run, as far as that goes."""
    missing = {name: row for name, row in PROGRAMS.items() if not is_installed(name)}
    if not missing:
        return
    packages = sorted({package for package, _ in missing.values()})
    print(f"programs: installing {', '.join(packages)} with apt-get, for:", flush=True)
    for name, (_, why) in missing.items():
        print(f"    {name}: {why}", flush=True)
    if not install(packages):
        print(f"programs: could not; run: apt-get install {' '.join(packages)}", file=sys.stderr)


if __name__ == "__main__":
    main()
