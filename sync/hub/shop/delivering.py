"""Telling one webhook: what it refused is tried again ever more slowly, and what is about the same subject waits behind it.

A turn is claimed in one transaction, sent without any, and kept in another: a hub that is killed in between sends some messages
twice, under the same id, and none never. A target that is away stops the whole webhook, which then stays where it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from kiosk.decoding import read_json
from sync.hub.shop import events, keys, signing
from sync.hub.shop.events import Event
from sync.hub.shop.hooks import ACTIVE, DEAD, STOPPED, WAITING
from sync.hub.shop.targets import Answer, Post
from sync.hub.shop.values import ShopEvent
from sync.hub.stock_counts import add_task
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.schema_shop import shop_deliveries, shop_hooks

AT_ONCE = 50
REFUSALS_IN_A_ROW = 5
"""So many refused one after the other, and it is the target and not what it is told."""

FIRST_MS, SLOWEST_MS = 5_000, 3_600_000
HELD_MS = 30_000 + AT_ONCE * 20_000
"""Longer than any turn takes: only after a crash somebody else goes on that late."""

STOPPED_TASK, DEAD_TASK = "webhook.stopped", "webhook.dead"
_ROWS = ("tenant", "hook", "seq", "subject", "state", "tries", "since_ms", "next_ms", "answer")


@dataclass(frozen=True, slots=True)
class Due:
    """An event to send: `tries` 0 for a new one, `since_ms` when it was refused first."""

    event: Event
    tries: int = 0
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one webhook is told now: those that it refused before, then new ones. `blocked` are subjects of which some wait."""

    tenant: str
    hook: str
    url: str
    secret: str
    failures: int
    failing_ms: int
    again: tuple[Due, ...]
    new: tuple[Due, ...]
    blocked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a turn: the answers by number, the numbers that were put behind others, and whether the target is away."""

    answers: Mapping[int, Answer]
    behind: frozenset[int]
    is_away: bool


def backoff_ms(tries: int, chance: Callable[[int], int]) -> int:
    """How long to wait after so many failures (1 and more): twice as long each time up to an hour, and between half and all of it.

    >>> backoff_ms(1, lambda bits: 0), backoff_ms(3, lambda bits: (1 << bits) - 1), backoff_ms(99, lambda bits: 0)
    (2500, 20000, 1800000)
    """
    longest = min(FIRST_MS << min(tries - 1, 20), SLOWEST_MS)
    return longest // 2 + round((longest - longest // 2) * chance(16) / 0xFFFF)


def hooks_due(connection: Connection, tenant: str, now_ms: int) -> list[str]:
    """The webhooks of a tenant that may have something to hear and are not left alone just now."""
    at = shop_hooks.c
    mine = (at.tenant == tenant, at.state == ACTIVE, at.rest_ms <= now_ms, at.held_ms <= now_ms)
    newest = events.head(connection, tenant).seq
    waiting = select(shop_deliveries.c.seq).where(
        shop_deliveries.c.tenant == tenant, shop_deliveries.c.hook == at.id, shop_deliveries.c.state == WAITING,
        shop_deliveries.c.next_ms <= now_ms,
    )  # fmt: skip
    return list(connection.scalars(select(at.id).where(*mine, (at.seq < newest) | waiting.exists()).order_by(at.id)))


def claim(connection: Connection, tenant: str, hook: str, now_ms: int) -> Turn | None:
    """Take a turn at a webhook; None where it has nothing to hear, is left alone, or its key is not good any more."""
    at = shop_hooks.c
    row: Any = connection.execute(
        select(shop_hooks).where(at.tenant == tenant, at.id == hook, at.state == ACTIVE).with_for_update()
    ).first()
    if row is None or row.rest_ms > now_ms or row.held_ms > now_ms:
        return None
    key = keys.find(connection, row.key_id)
    if key is None or not key.is_good(now_ms):
        return None
    again, blocked = _waiting(connection, tenant, hook, now_ms)
    heard = [kind for kind in read_json(row.kinds, list[str]) if events.KINDS.get(kind) in key.scopes]
    newest = events.head(connection, tenant).seq  # before it is looked: what comes in between is not passed by
    new = events.after(connection, tenant, row.brand, heard, row.seq, AT_ONCE)
    if not (again or new):  # what it does not hear of it need not look at again
        connection.execute(update(shop_hooks).where(at.tenant == tenant, at.id == hook).values(seq=newest))
        return None
    connection.execute(update(shop_hooks).where(at.tenant == tenant, at.id == hook).values(held_ms=now_ms + HELD_MS))
    return Turn(
        tenant, hook, row.url, row.secret, row.failures, row.failing_ms, again, tuple(map(Due, new)), blocked
    )  # fmt: skip


def send(turn: Turn, post: Post, inside: bool, now_ms: Callable[[], int]) -> Sent:
    """Send what a turn holds, in order, until the target turns out to be away. Blocks: on a thread."""
    answers: dict[int, Answer] = {}
    behind: set[int] = set()
    blocked, refusals = set(turn.blocked), 0
    for due in (*turn.again, *turn.new):
        event = due.event
        if not due.tries and event.subject in blocked:
            behind.add(event.seq)
            continue
        body = message_of(event)
        head = signing.headers(turn.secret, id_of(event), now_ms(), body)
        answer = post(turn.url, body, head, inside)
        if answer.is_away:
            return Sent({**answers, event.seq: answer}, frozenset(behind), True)
        answers[event.seq] = answer
        refusals = 0 if answer.is_taken else refusals + 1
        if not answer.is_taken:
            blocked.add(event.subject)
        if refusals >= REFUSALS_IN_A_ROW:
            return Sent(answers, frozenset(behind), True)
    return Sent(answers, frozenset(behind), False)


def keep(
    connection: Connection, turn: Turn, sent: Sent, now_ms: int, give_up_ms: int, chance: Callable[[int], int],
    new_id: Callable[[], str],
) -> None:  # fmt: skip
    """Keep what came of a turn, and give the webhook back."""
    for due in turn.again:
        answer = sent.answers.get(due.event.seq)
        if answer is not None and not (sent.is_away and answer.is_away):
            _keep_again(connection, turn, due, answer, now_ms, (give_up_ms, chance, new_id))
    seq = _keep_new(connection, turn, sent, now_ms, chance)
    taken = any(answer.is_taken for answer in sent.answers.values())
    failures = (0 if taken else turn.failures) + (1 if sent.is_away else 0)
    failing_ms = 0 if not failures else (turn.failing_ms if turn.failing_ms and not taken else now_ms)
    values: dict[str, Any] = {
        "held_ms": 0, "failures": failures, "failing_ms": failing_ms,
        "rest_ms": now_ms + backoff_ms(failures, chance) if sent.is_away else 0, **({"seq": seq} if seq else {}),
    }  # fmt: skip
    if failures and now_ms - failing_ms > give_up_ms:
        values["state"] = STOPPED
        said = next((answer.words for answer in reversed(list(sent.answers.values()))), "")
        detail = {"url": turn.url[:200], "since_ms": failing_ms, "answer": said[:200], "webhook": turn.hook}
        add_task(connection, (turn.tenant, ""), STOPPED_TASK, detail, now_ms, new_id())
    connection.execute(update(shop_hooks).where(shop_hooks.c.tenant == turn.tenant, shop_hooks.c.id == turn.hook).values(**values))


def id_of(event: Event) -> str:
    """The id of an event, the same wherever and however often it is told: numbers alone come again after a restore."""
    return f"evt_{event.seq}_{event.at_ms}"


def told(event: Event) -> ShopEvent:
    """An event as the API says it."""
    return ShopEvent(id_of(event), event.kind, event.subject, event.at_ms, msgspec.json.decode(event.data))


def message_of(event: Event) -> bytes:
    """An event as it is sent."""
    return msgspec.json.encode(told(event))


def _waiting(connection: Connection, tenant: str, hook: str, now_ms: int) -> tuple[tuple[Due, ...], frozenset[str]]:
    """The first of each subject that waits, where its time has come, and all subjects of which some wait."""
    at = shop_deliveries.c
    mine = (at.tenant == tenant, at.hook == hook, at.state == WAITING)
    first = connection.execute(select(at.subject, func.min(at.seq)).where(*mine).group_by(at.subject)).all()
    numbers = sorted(int(seq) for _, seq in first)
    blocked = frozenset(subject for subject, _ in first)
    due: list[Any] = []
    if numbers:
        query = select(at.seq, at.tries, at.since_ms).where(*mine, at.seq.in_(numbers[:1_000]), at.next_ms <= now_ms)
        due = list(connection.execute(query.order_by(at.seq).limit(AT_ONCE)).all())
    found = events.these(connection, tenant, [row.seq for row in due])
    lost = [row.seq for row in due if row.seq not in found]
    if lost:  # older than events are kept
        connection.execute(delete(shop_deliveries).where(*mine, at.seq.in_(lost)))
    return tuple(Due(found[row.seq], max(1, row.tries), row.since_ms) for row in due if row.seq in found), blocked


def _keep_again(
    connection: Connection, turn: Turn, due: Due, answer: Answer, now_ms: int,
    how: tuple[int, Callable[[int], int], Callable[[], str]],
) -> None:  # fmt: skip
    give_up_ms, chance, new_id = how
    at = shop_deliveries.c
    mine = (at.tenant == turn.tenant, at.hook == turn.hook, at.seq == due.event.seq)
    if answer.is_taken:
        connection.execute(delete(shop_deliveries).where(*mine))
        return
    since_ms = due.since_ms or now_ms
    is_dead = now_ms - since_ms > give_up_ms
    values = {
        "tries": due.tries + 1, "since_ms": since_ms, "next_ms": now_ms + backoff_ms(due.tries + 1, chance),
        "state": DEAD if is_dead else WAITING, "answer": f"{answer.status} {answer.words}"[:500],
    }  # fmt: skip
    connection.execute(update(shop_deliveries).where(*mine).values(**values))
    if is_dead:
        detail = {
            "url": turn.url[:200], "since_ms": since_ms, "answer": f"{answer.status} {answer.words}"[:200],
            "subject": due.event.subject, "webhook": turn.hook,
        }  # fmt: skip
        add_task(connection, (turn.tenant, ""), DEAD_TASK, detail, now_ms, new_id())


def _keep_new(connection: Connection, turn: Turn, sent: Sent, now_ms: int, chance: Callable[[int], int]) -> int:
    """Put new events that were refused, and those behind them, aside; gives how far the webhook has come, 0: no farther."""
    upto, rows = 0, []
    for due in turn.new:
        event, answer = due.event, sent.answers.get(due.event.seq)
        mine = (turn.tenant, turn.hook, event.seq, event.subject, WAITING)
        if event.seq in sent.behind:
            rows.append((*mine, 0, 0, 0, ""))
        elif answer is None or answer.is_away:
            break
        elif not answer.is_taken:
            rows.append((*mine, 1, now_ms, now_ms + backoff_ms(1, chance), f"{answer.status} {answer.words}"[:500]))
        upto = event.seq
    insert_many(connection, shop_deliveries, _ROWS, rows)
    return upto
