"""The hub's epochs: a database that was restored, what terminals must say before it gives out anything, and when it is in doubt.

A restored hub has forgotten what it did after the backup was made. So it takes a new epoch, which every terminal sees; it
takes facts, but grants and reserves nothing until each terminal that may hold rights has said what it holds, or was
declared lost. Why nothing that is given out anew can be mistaken for something given out before:

- An epoch is at least one more than any that this data folder ever had, and at least the hours since 2020: a machine that
  knows nothing of earlier restores still takes another number than they did, unless two happen within one hour.
- A revision carries the epoch in its upper bits: `epoch << 32`. A hub that publishes a hundred revisions a second needs
  more than a year to count through the lower bits, and the epoch is chosen above the upper bits of the revision it finds. So
  the first revision of an epoch is above all of the epochs before it, also of those the backup does not know.
"""

from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, insert, or_, select, update

from sync.hub import escrow, feedlog
from sync.hub.core import Device
from sync.hub.problems import HubProblem
from sync.hub.storage.marks import REV_BITS
from sync.hub.storage.schema import enrol_codes, feed_log, meta, snapshots, tenants, terminals
from sync.hub.storage.schema_lives import hub_states, lives
from sync.protocol.messages import PushReply, PushRequest, RightsReport

# What every push asks is built once: to build such a statement costs more than to run it.
_STATE = select(hub_states).where(hub_states.c.tenant == bindparam("tenant"))

OPEN, RECOVERING, DOUBTFUL = "open", "recovering", "doubtful"
DEVICE_SCOPE = "device"
SERIES_MARGIN = 100
"""A receipt series that the lost hub gave after the backup is jumped over: no place enrols a hundred times between two backups."""

_HOUR_MS = 3_600_000
_FIRST_HOUR = 438_288
"""Hours from 1970 to 2020."""


class Waiting(NamedTuple):
    """A terminal that has not said yet what it holds."""

    dev: str
    inc: int
    store: str
    terminal: str
    last_seen_ms: int


class State(NamedTuple):
    """How the hub is for a tenant: open, recovering or doubtful; since when (ms), and what the doubt rests on."""

    state: str = OPEN
    epoch: int = 0
    since_ms: int = 0
    doubt: str = ""


def begin(connection: Connection, now_ms: int, known_epoch: int = 0) -> int:
    """Make this database one that was restored; gives its new epoch. `known_epoch` is the highest heard of elsewhere."""
    epoch = _next_epoch(connection, now_ms, known_epoch)
    connection.execute(update(meta).where(meta.c.name == "epoch").values(value=str(epoch)))
    floor = epoch << REV_BITS
    connection.execute(update(tenants).values(rev=floor, floor=floor))
    connection.execute(delete(feed_log))
    connection.execute(delete(snapshots))
    # A code that was used after the backup would make a second terminal.
    connection.execute(update(enrol_codes).where(enrol_codes.c.used_ms == 0).values(expires_ms=0))
    connection.execute(delete(hub_states))
    # Whoever is here now is from before, also when this machine's clock is behind the one that they were enrolled by.
    newest_ms = int(connection.scalar(select(func.max(terminals.c.enrolled_ms))) or 0)
    for tenant in connection.scalars(select(tenants.c.tenant)).all():
        connection.execute(
            insert(hub_states).values(
                tenant=tenant,
                state=RECOVERING,
                epoch=epoch,
                since_ms=max(now_ms, newest_ms + 1),
                opened_ms=0,
                doubt="",
                doubted_ms=0,
            )
        )
        escrow.restored(connection, tenant, floor)
        open_when_all_reported(connection, tenant, now_ms)
    return epoch


def _next_epoch(connection: Connection, now_ms: int, known_epoch: int) -> int:
    here = int(connection.scalar(select(meta.c.value).where(meta.c.name == "epoch")) or 1)
    newest = int(connection.scalar(select(func.max(tenants.c.rev))) or 0)
    return max(here + 1, known_epoch + 1, now_ms // _HOUR_MS - _FIRST_HOUR, (newest >> REV_BITS) + 2)


def state(connection: Connection, tenant: str) -> State:
    """How the hub is for a tenant."""
    row = _row(connection, tenant)
    if row is None:
        return State()
    if row.doubt:
        return State(DOUBTFUL, int(row.epoch), int(row.doubted_ms), row.doubt)
    since_ms = row.since_ms if row.state == RECOVERING else row.opened_ms
    return State(row.state, int(row.epoch), int(since_ms))


def require_open(connection: Connection, tenant: str) -> None:
    """Raise HubProblem unless promises may be made: nothing is granted or reserved while it is not known what is out."""
    require_no_doubt(connection, tenant)
    if state(connection, tenant).state == RECOVERING:
        raise HubProblem("hub.recovering")


def require_no_doubt(connection: Connection, tenant: str) -> None:
    """Raise HubProblem while this database is proved to be older than it should be: what it gives may be given already."""
    found = state(connection, tenant)
    if found.state == DOUBTFUL:
        raise HubProblem("hub.doubtful", why=found.doubt)


def waiting(connection: Connection, tenant: str) -> list[Waiting]:
    """The terminals that a restored hub still waits for, in order of place; none when it waits for nobody."""
    row = _row(connection, tenant)
    if row is None or row.state != RECOVERING:
        return []
    mine, life = terminals.c, lives.c
    # The epoch begins a millisecond after the last that was taken in again from what the folder remembers: see `issued`.
    query = (
        select(mine.dev, mine.inc, mine.store, mine.terminal, mine.last_seen_ms)
        .select_from(terminals.outerjoin(lives, same_terminal()))
        .where(
            mine.tenant == tenant, or_(mine.revoked_ms == 0, mine.revoked_ms >= row.since_ms - 1),
            func.coalesce(life.ended, "") == "",
            func.coalesce(life.reported_epoch, 0) < row.epoch,
            or_(mine.enrolled_ms < row.since_ms, func.coalesce(life.readmitted_ms, 0) > 0),
        )
        .order_by(mine.store, mine.terminal)
    )  # fmt: skip
    return [Waiting(*found) for found in connection.execute(query)]


def after_push(connection: Connection, device: Device, request: PushRequest, reply: PushReply, now_ms: int) -> PushReply:
    """See in a push's transaction whether it proves this database older than it should be, and whether a report is wanted."""
    row = _row(connection, device.tenant)
    if not (row and row.doubt) and (seen := _proof_in(device, request, reply)):
        doubt(connection, device.tenant, seen, reply.epoch, now_ms)
        row = _row(connection, device.tenant)
    if row is None:
        return reply
    wants = _is_asked(connection, device, row)
    return msgspec.structs.replace(reply, hub=state(connection, device.tenant).state, wants_report=wants)


def _proof_in(device: Device, request: PushRequest, reply: PushReply) -> str:
    who = f"{device.store}-{device.terminal}"
    if request.acked_epoch > reply.epoch:
        return f"{who} has heard of this hub in epoch {request.acked_epoch}, and it is in epoch {reply.epoch}"
    if request.acked_epoch == reply.epoch and request.acked >= reply.next_seq:
        return f"{who} was told that {request.acked} facts are kept, and {reply.next_seq - 1} are"
    return ""


def take_report(connection: Connection, device: Device, report: RightsReport, reply: PushReply, now_ms: int) -> PushReply:
    """Hear what a terminal holds, in a transaction after that of the push that brought it; gives what it is told.

    What follows from facts is written at the end of their transaction, with that of others: a report that came with them is
    held against an account that has them only afterwards.
    """
    row = _row(connection, device.tenant)
    if row is None or not _is_asked(connection, device, row) or not _fits(connection, device, report, reply):
        return reply
    _keep_report(connection, device, report, int(row.epoch))
    open_when_all_reported(connection, device.tenant, now_ms)
    return msgspec.structs.replace(reply, hub=state(connection, device.tenant).state, wants_report=False)


def doubt(connection: Connection, tenant: str, seen: str, epoch: int, now_ms: int) -> None:
    """Note what proves that this database was put back by hand. The first proof stays until somebody restores in order."""
    if _row(connection, tenant) is None:
        connection.execute(
            insert(hub_states).values(
                tenant=tenant, state=OPEN, epoch=epoch, since_ms=0, opened_ms=now_ms, doubt=seen, doubted_ms=now_ms
            )
        )
        return
    mine = and_(hub_states.c.tenant == tenant, hub_states.c.doubt == "")
    connection.execute(update(hub_states).where(mine).values(doubt=seen, doubted_ms=now_ms))


def doubt_all(connection: Connection, seen: str, epoch: int, now_ms: int) -> None:
    """Note what proves it of the whole database."""
    for tenant in connection.scalars(select(tenants.c.tenant)).all():
        doubt(connection, tenant, seen, epoch, now_ms)


def doubt_cursor(connection: Connection, device: Device, cursor: tuple[int, int], epoch: int, now_ms: int) -> None:
    """Look at a cursor (epoch, revision) that the feed could not go on from: one from the future is a proof."""
    head = feedlog.head(connection, device.tenant)
    if cursor[0] > epoch or (cursor[0] == epoch and cursor[1] > head):
        seen = f"{device.store}-{device.terminal} has seen revision {cursor[0]}:{cursor[1]}, and the newest is {epoch}:{head}"
        doubt(connection, device.tenant, seen, epoch, now_ms)


def open_when_all_reported(connection: Connection, tenant: str, now_ms: int) -> bool:
    """Give out again once nobody is waited for any more; whether the hub is open now."""
    row = _row(connection, tenant)
    if row is None:
        return True
    if row.state == RECOVERING and not waiting(connection, tenant):
        mine = hub_states.c.tenant == tenant
        connection.execute(update(hub_states).where(mine).values(state=OPEN, opened_ms=now_ms))
        return True
    return bool(row.state == OPEN)


def series_after(connection: Connection, tenant: str, store: str, terminal: str) -> int:
    """How far to jump over receipt series that the lost hub may have given to this place after its backup."""
    row = _row(connection, tenant)
    if row is None or not row.since_ms:
        return 0
    mine, life = terminals.c, lives.c
    since = connection.execute(
        select(mine.dev)
        .select_from(terminals.outerjoin(lives, same_terminal()))
        .where(
            mine.tenant == tenant, mine.store == store, mine.terminal == terminal, mine.enrolled_ms >= row.since_ms,
            func.coalesce(life.readmitted_ms, 0) == 0,
        )
    ).first()  # fmt: skip
    return 0 if since else SERIES_MARGIN


def _is_asked(connection: Connection, device: Device, row: "Row[tuple[object, ...]]") -> bool:
    """Whether this terminal has to say what it holds. Who comes late, after all others, is asked as well."""
    found = connection.execute(_LIFE, _named(device)).one()
    before = found.enrolled_ms < row.since_ms or bool(found.readmitted_ms)
    return before and not found.ended and (found.reported_epoch or 0) < row.epoch


def _fits(connection: Connection, device: Device, report: RightsReport, reply: PushReply) -> bool:
    """Only with all facts up to the report, none after it, and with no row on its way is what the terminal says the whole truth."""
    found = connection.execute(_HEAD, _named(device)).one()
    if found.next_seq != report.seq + 1 or report.epoch != reply.epoch or found.forked:
        return False
    seen = feedlog.audiences(device.store, device.kind, device.dev)
    floor, head = feedlog.span(connection, device.tenant)
    if not floor <= report.rev <= head:
        return False
    news, _ = feedlog.read_log(connection, device.tenant, DEVICE_SCOPE, seen, report.rev, 1)
    return not news and feedlog.digest_at(connection, device.tenant, DEVICE_SCOPE, seen, head) == report.digest


def _keep_report(connection: Connection, device: Device, report: RightsReport, epoch: int) -> None:
    kept = msgspec.json.encode(report)
    change_life(connection, device, reported_epoch=epoch, report=kept)
    escrow.take_report(connection, device, report)


def change_life(connection: Connection, device: Device, **values: object) -> None:
    """Note something of a terminal's life, making its row when there is none."""
    at = lives.c
    mine = and_(at.tenant == device.tenant, at.store == device.store, at.dev == device.dev, at.inc == device.inc)
    if connection.execute(update(lives).where(mine).values(**values)).rowcount:
        return
    quiet = {
        "tenant": device.tenant, "store": device.store, "dev": device.dev, "inc": device.inc, "ended": "", "ended_ms": 0,
        "supersedes": "", "readmitted_ms": 0, "reported_epoch": 0, "report": b"",
    }  # fmt: skip
    connection.execute(insert(lives).values(**{**quiet, **values}))


def _named(device: Device) -> dict[str, str | int]:
    return {"tenant": device.tenant, "store": device.store, "dev": device.dev, "inc": device.inc}


def _row(connection: Connection, tenant: str) -> "Row[tuple[object, ...]] | None":
    return connection.execute(_STATE, {"tenant": tenant}).first()


def same_terminal() -> ColumnElement[bool]:
    """Joins a terminal with its life."""
    mine, life = terminals.c, lives.c
    return and_(life.tenant == mine.tenant, life.store == mine.store, life.dev == mine.dev, life.inc == mine.inc)


_MINE = (
    terminals.c.tenant == bindparam("tenant"), terminals.c.store == bindparam("store"),
    terminals.c.dev == bindparam("dev"), terminals.c.inc == bindparam("inc"),
)  # fmt: skip
_HEAD = select(terminals.c.next_seq, terminals.c.forked).where(*_MINE).with_for_update()
_LIFE = (
    select(terminals.c.enrolled_ms, lives.c.reported_epoch, lives.c.readmitted_ms, lives.c.ended)
    .select_from(terminals.outerjoin(lives, same_terminal()))
    .where(*_MINE)
)
