"""How far a database has come, noted outside of it before anybody hears of what it gave out.

A file that was copied back, a server put back from its own backup, a standby that was promoted without the last commits:
each is behind its mark, and would promise again what is promised already. Revisions rise for ever, over epochs too, so one number
a tenant is enough. The mark follows the commit: a crash between the two leaves it behind, which says nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import msgspec

from kiosk.decoding import read_json
from sync.hub.problems import HubProblem
from sync.hub.storage.folder import write_whole

log = logging.getLogger("toonbank.hub.marks")

REV_BITS = 32
"""A revision has its epoch above these bits: see `sync.hub.epochs`."""

FILE = "marks"
"""The file in a data folder; deleting it says: believe the database as it is."""


class _Kept(msgspec.Struct, frozen=True):
    """What the file holds: whose database it is about, how far it was seen, and what proved that it is behind."""

    owner: str
    revs: dict[str, int]
    behind: str = ""


class Marks:
    """The marks of one database, on any thread; kept in a file, or only as long as the process where there is none."""

    def __init__(self, path: Path | None = None, owner: str = "") -> None:
        self._path, self._owner = path, owner
        self._lock = Lock()
        self._kept = _read(path, owner)

    @property
    def behind(self) -> str:
        """What proves that the database was put back by hand, until it has a later epoch; empty when nothing does."""
        return self._kept.behind

    def revs(self) -> dict[str, int]:
        """How far each tenant was seen."""
        return dict(self._kept.revs)

    def note(self, revs: Mapping[str, int]) -> None:
        """What was committed up to these revisions leaves the hub now. Raises OSError when that cannot be kept."""
        with self._lock:
            there = self._kept.revs
            more = {tenant: rev for tenant, rev in revs.items() if rev > there.get(tenant, 0)}
            if more and not self._kept.behind:
                self._keep(_Kept(self._owner, {**there, **more}))

    def compare(self, seen: Mapping[str, int], found: Mapping[str, int]) -> str:
        """Hold a database's revisions against those it was seen at before they were read; gives `behind`, which stays."""
        if self.behind and all(found.get(tenant, 0) >> REV_BITS > rev >> REV_BITS for tenant, rev in seen.items()):
            self._begin_anew(found)
        for tenant, rev in sorted(seen.items()):
            newest = found.get(tenant, 0)
            if newest < rev:
                self.is_behind(f"this hub was at revision {rev} of {tenant}, and its database is at {newest}")
        return self.behind

    def is_behind(self, why: str) -> None:
        """Note what proves it. The first proof stays, over restarts too."""
        with self._lock:
            if not self._kept.behind:
                self._keep(_Kept(self._owner, self._kept.revs, why))

    def _begin_anew(self, revs: Mapping[str, int]) -> None:
        """The database was restored in order since, here or by another process: it counts as it is."""
        with self._lock:
            self._keep(_Kept(self._owner, dict(revs)))

    def _keep(self, kept: _Kept) -> None:
        if self._path is not None:
            write_whole(self._path, msgspec.json.encode(kept), mode=0o600)
        self._kept = kept


@dataclass(frozen=True, slots=True)
class Giving:
    """What one transaction gives out: the newest revision of each tenant that has to be noted once it is committed."""

    marks: Marks
    out: dict[str, int] = field(default_factory=dict)

    def require_ahead(self, tenant: str, rev: int) -> None:
        """Raise HubProblem when the database is behind its mark; `rev` is read under the tenant's lock."""
        seen = self.marks.revs().get(tenant, 0)
        if rev < seen:
            self.marks.compare({tenant: seen}, {tenant: rev})
        if self.marks.behind:
            raise HubProblem("hub.doubtful", why=self.marks.behind)

    def committed(self) -> None:
        """The transaction is kept: note it before anybody hears of it."""
        if self.out:
            self.marks.note(self.out)


def _read(path: Path | None, owner: str) -> _Kept:
    nothing = _Kept(owner, {})
    if path is None or not path.exists():
        return nothing
    try:
        kept = read_json(path.read_bytes(), _Kept)
    except (OSError, msgspec.DecodeError) as error:
        log.error("%s cannot be read (%s): the database is believed as it is", path.name, error)
        return nothing
    return kept if kept.owner == owner else nothing
