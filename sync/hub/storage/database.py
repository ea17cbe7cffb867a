"""What the hub asks of its database, whichever it is: functions run in transactions, locks by name, and who hears of news."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select

from sync.hub.problems import HubProblem
from sync.hub.storage.marks import Marks
from sync.hub.storage.schema import meta, tenants

T = TypeVar("T")
Touched: TypeAlias = frozenset[tuple[str, str, str]]
"""Which (tenant, scope, audience) a commit published to. An empty tenant is: anything may have changed."""

Heard: TypeAlias = Callable[[Touched], None]

TOUCHED = "toonbank.touched"
"""Where a transaction notes what it published, in `Connection.info`."""

GIVING = "toonbank.giving"
"""Where a transaction notes what leaves the hub with it, in `Connection.info`: see `marks.Giving`."""

PEERS = "peers"
"""Stands for a scope in what was touched when a terminal was made, replaced or revoked: who knows terminals looks again."""

EVERYTHING: Touched = frozenset({("", "", "")})
MIGRATIONS = Path(__file__).parent / "migrations"


class Storage(ABC):
    """Runs functions over a connection, each in one transaction: all of it is kept or nothing.

    A function may be run again when the database asks for it (two writers in each other's way), so it changes nothing but
    the database. Raises HubProblem `hub.busy` when the database cannot be reached: nothing of the function is known to be kept.
    """

    epoch: int
    """The hub's epoch as it was when the storage was opened."""

    shares_blobs = False
    """Whether chunks and pictures lie in the database, because other processes have no way to this one's folder."""

    lanes = 1
    """How many writing transactions may usefully run at once."""

    def __init__(self) -> None:
        self._heard: Heard = _nobody
        self.marks = Marks()

    def listen(self, heard: Heard) -> None:
        """Set who is told, on any thread, what commits published: this process's and every other's."""
        self._heard = heard

    def keep_marks(self, marks: Marks) -> None:
        """Note from now on what leaves the hub, and see whether the database is what it was when that was noted last."""
        self.marks = marks
        self.look_back()

    def look_back(self) -> str:
        """Why this database must have been put back by hand, empty when nothing says so; then how far it has come is noted."""
        seen = self.marks.revs()
        found = self.look(read_revs)
        if not self.marks.compare(seen, found):
            self.marks.note(found)
        return self.marks.behind

    async def run(self, function: Callable[[Connection], T]) -> T:
        """Run a function that may write, without blocking the event loop."""
        return await asyncio.wrap_future(self.submit(function))

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function that only reads, and sees one state of the database however many queries it makes."""
        return await asyncio.wrap_future(self.submit(function, reading=True))

    def call(self, function: Callable[[Connection], T]) -> T:
        """`run` for a caller that has no event loop."""
        return self.submit(function).result()

    def look(self, function: Callable[[Connection], T]) -> T:
        """`read` for a caller that has no event loop."""
        return self.submit(function, reading=True).result()

    @abstractmethod
    def submit(self, function: Callable[[Connection], T], reading: bool = False) -> Future[T]:
        """Have a function run on a thread of the storage."""

    @abstractmethod
    def alone(self, name: str) -> AbstractContextManager[None]:
        """Hold a name that one holder at a time can have, over all processes on this database. Blocks: not on the event loop."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was asked for and let go of the database."""


def _nobody(touched: Touched) -> None:
    """Nobody listens where no server runs."""


def migrate(connection: Connection, name: str) -> None:
    """Bring the schema forward; a database of a newer version is refused and left as it is."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    with connection.begin():
        found = MigrationContext.configure(connection).get_current_heads()
    unknown = set(found) - known
    if unknown:
        raise HubProblem("database.too_new", file=name, found=", ".join(sorted(unknown)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.in_transaction():
        connection.commit()  # Alembic leaves the transaction open in which it looked for work


def read_epoch(connection: Connection) -> int:
    """The hub's epoch: 1 at birth, one more after each restore from a backup."""
    found = connection.scalar(select(meta.c.value).where(meta.c.name == "epoch"))
    if found is None:
        connection.execute(insert(meta).values(name="epoch", value="1"))
        return 1
    return int(found)


def read_revs(connection: Connection) -> dict[str, int]:
    """The newest revision of every tenant."""
    return {tenant: int(rev) for tenant, rev in connection.execute(select(tenants.c.tenant, tenants.c.rev))}
