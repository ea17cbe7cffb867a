"""A PostgreSQL server of our own for tests: Debian's binaries, a user that is not root, a Unix socket only, gone with the test.

What apt starts by itself is left alone and not used.
"""

import ctypes
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

OWNER = "toonbank"
WAIT_S = 30
DURABLE: dict[str, str] = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""As in production: for tests that kill a server and look what is left."""

QUICK: dict[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests that never look at a server which was killed."""

_ALWAYS = {"listen_addresses": "", "shared_buffers": "32MB", "max_connections": "200", "log_min_messages": "warning"}
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def binaries() -> Path:
    """Where the newest PostgreSQL of this machine has its programs; Debian keeps them out of the PATH."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise FileNotFoundError("PostgreSQL's programs are not there: install Debian's package postgresql, see packaging/dev")
    return Path(on_path).resolve().parent


def _user() -> dict[str, Any]:
    """Whom PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError("there is no user that PostgreSQL could run as")


def _die_with_us() -> None:
    """In the child: end it when the test process ends, however that happens."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


@dataclass
class Cluster:
    """One server. `folder` holds its data and its socket."""

    folder: Path
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    _count: "itertools.count[int]" = field(default_factory=itertools.count)
    _log: IO[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    def url(self, database: str = "postgres", *others: "Cluster") -> str:
        """The URL of a database, on the first of these servers that takes writes."""
        hosts = ",".join(str(one.folder) for one in (self, *others))
        return f"postgresql://{OWNER}@/{database}?host={hosts}&target_session_attrs=read-write"

    def make(self) -> "Cluster":
        """Make an empty server's folder."""
        self.run("initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        return self

    def copy_of(self, primary: "Cluster", name: str) -> "Cluster":
        """Make a streaming standby of a running server, known to it as `name`."""
        self.run(
            "pg_basebackup", "-D", str(self.data), "-d", f"host={primary.folder} user={OWNER} application_name={name}",
            "-R", "-X", "stream", "-c", "fast",
        )  # fmt: skip
        return self

    def start(self) -> "Cluster":
        """Start the server and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in (_ALWAYS | self.settings).items()]
        self._log = (self.folder / "log").open("ab")
        argv = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        self.process = subprocess.Popen(
            argv, stdout=self._log, stderr=self._log, cwd="/", preexec_fn=_die_with_us, **_user()
        )
        self._wait_ready()
        return self

    def stop(self) -> None:
        """Stop the server in good order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server and all its children at once, as a power cut would."""
        assert self.process is not None, "only a running server can be killed"
        children = [int(pid) for pid in _children(self.process.pid)]
        for pid in (self.process.pid, *children):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._end(signal.SIGKILL)

    def promote(self) -> None:
        """Make a standby the primary, and wait until it is."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-t", str(WAIT_S), "promote")

    def database(self, template: str = "") -> str:
        """A new database, empty or a copy of another; gives its URL."""
        name = f"t{next(self._count)}"
        with psycopg.connect(self.url(), autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY FILE_COPY")
        return self.url(name)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as its user; gives what it printed."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(binaries() / program), *arguments], capture_output=True, text=True, cwd="/", timeout=120, **_user()
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def _wait_ready(self) -> None:
        assert self.process is not None
        while self.process.poll() is None:
            if subprocess.run([str(binaries() / "pg_isready"), "-q", "-t", "5", "-h", str(self.folder)]).returncode == 0:
                return
        raise RuntimeError(f"the server did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def _end(self, sign: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(WAIT_S)
            self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None


def _children(pid: int) -> Sequence[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder of the server's user, with a short name: a socket's path may have 107 bytes only."""
    folder = Path(tempfile.mkdtemp(prefix="tb-pg-"))
    try:
        user = _user()
        if user:
            os.chown(folder, user["user"], user["group"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_cluster(settings: dict[str, str] = QUICK) -> Iterator[Cluster]:
    """A server that runs until the block ends."""
    with own_folder() as folder:
        cluster = Cluster(folder, dict(settings)).make().start()
        try:
            yield cluster
        finally:
            cluster.stop()


def database_of(url: str) -> str:
    """The name of the database in one of our URLs."""
    found = re.search(r"@/(\w+)\?", url)
    assert found is not None, "a URL made here names a database"
    return found[1]
