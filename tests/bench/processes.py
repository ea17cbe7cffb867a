"""What the processes of a terminal cost, read from /proc; and a machine made slower on purpose."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CPU_SHARE = 0.4
FSYNC_MS = 10
_PERIOD_US = 10_000
"""Short, so that a held process is slow all the time and not stalled for a tenth of a second."""
_SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#define SLOW(name) int name(int fd) { static int (*real)(int); \\
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); usleep(%d); return real(fd); }
SLOW(fsync)
SLOW(fdatasync)
"""


def family(pid: int) -> list[int]:
    """A process and everything that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def pss_mb(pid: int) -> float:
    """The proportional memory of a process and its children, MB of 10^6 bytes."""
    return _rollup_mb(pid, "Pss:")


def own_mb(pid: int) -> float:
    """The memory that a process and its children made for themselves, MB of 10^6 bytes.

    What grows grows here. Their share of libraries (in PSS) goes up and down by 20 MB as other programs come and go.
    """
    return _rollup_mb(pid, "Anonymous:")


def _rollup_mb(pid: int, name: str) -> float:
    total_kb = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith(name):
                total_kb += int(line.split()[1])
    return total_kb * 1024 / 1e6


def cpu_s(pid: int) -> float:
    """The processor time that a process and its children have used."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def drop_caches() -> bool:
    """Forget every file that the system keeps in memory; gives whether it was allowed."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Slowness:
    """How processes are slowed: what goes before their command, their surroundings, and what could not be done."""

    before: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@contextmanager
def slowed(folder: Path) -> Iterator[Slowness]:
    """fsync 10 ms later, by a shim that is compiled here, and the CPU held to 40 % of one core, by a control group."""
    missing: list[str] = []
    environment: dict[str, str] = {}
    compiler = shutil.which("cc")
    if compiler is None:
        missing.append("fsync is as fast as ever: no C compiler")
    else:
        shim = folder / "slow-fsync.so"
        argv = [compiler, "-shared", "-fPIC", "-x", "c", "-o", str(shim), "-", "-ldl"]
        subprocess.run(argv, input=(_SHIM % (FSYNC_MS * 1_000)).encode(), check=True)
        environment["LD_PRELOAD"] = str(shim)
    group = _cpu_group()
    if group is None:
        missing.append("the CPU is as fast as ever: no right to make a control group")
        yield Slowness((), environment, tuple(missing))
        return
    try:
        enter = f'echo $$ > "{group}/cgroup.procs"; exec "$@"'
        yield Slowness(("sh", "-c", enter, "slowed"), environment, tuple(missing))
    finally:
        group.rmdir()


def _cpu_group() -> Path | None:
    """A control group with a small share of the CPU: cgroup v2, else v1; None where neither may be made."""
    quota = int(_PERIOD_US * CPU_SHARE)
    name = f"toonbank-bench-{os.getpid()}"
    for root, write in (
        (Path("/sys/fs/cgroup"), {"cpu.max": f"{quota} {_PERIOD_US}"}),
        (Path("/sys/fs/cgroup/cpu"), {"cpu.cfs_period_us": str(_PERIOD_US), "cpu.cfs_quota_us": str(quota)}),
    ):
        group = root / name
        try:
            if root.name != "cpu" and "cpu" not in (root / "cgroup.controllers").read_text().split():
                continue
            group.mkdir()
            for file, value in write.items():
                (group / file).write_text(value)
        except OSError:
            if group.is_dir():
                group.rmdir()
            continue
        return group
    return None
