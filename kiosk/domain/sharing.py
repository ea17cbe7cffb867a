"""How many rights each terminal gets: as much as it is likely to promise during an outage, and a fair share of what there is."""

from collections.abc import Sequence
from dataclasses import dataclass

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """One who would hold rights: how many it holds and how many it should (thousandths). `who` is a `dev`, or the web shop."""

    who: str
    held_milli: int
    target_milli: int


def target(sold_milli: int, days: int, outage_hours: int, step_milli: int) -> int:
    """What will be promised in an outage, from what was sold or asked for in the last `days`: whole steps, at least one."""
    assert days > 0 and step_milli > 0, "a rate needs days and a step"
    likely = sold_milli * outage_hours
    steps = -(-likely // (days * HOURS_PER_DAY * step_milli))
    return max(1, steps) * step_milli


def shares(total_milli: int, wishes: Sequence[Wish], step_milli: int) -> dict[str, int]:
    """What each should hold of all there is: everybody the same up to their target, in whole steps.

    Steps that do not go round go to those who wish for most; among equals in the order given.

    >>> shares(5_000, [Wish("a", 0, 9_000), Wish("b", 0, 1_000), Wish("c", 0, 2_000)], 1_000)
    {'a': 2000, 'b': 1000, 'c': 2000}
    """
    steps = {wish.who: wish.target_milli // step_milli for wish in wishes}
    left = max(0, total_milli) // step_milli
    low, high = 0, max(steps.values(), default=0)
    while low < high:  # the highest level up to which all can be filled
        middle = (low + high + 1) // 2
        if sum(min(wanted, middle) for wanted in steps.values()) <= left:
            low = middle
        else:
            high = middle - 1
    given = {who: min(wanted, low) for who, wanted in steps.items()}
    left -= sum(given.values())
    order = sorted(steps, key=lambda who: -steps[who])
    for who in order:
        if left and given[who] < steps[who]:
            given[who] += 1
            left -= 1
    return {who: count * step_milli for who, count in given.items()}


def to_grant(pool_milli: int, wishes: Sequence[Wish], step_milli: int) -> dict[str, int]:
    """What to grant out of the pool now: towards the fair share of pool and held together, never beyond the pool."""
    fair = shares(pool_milli + sum(wish.held_milli for wish in wishes), wishes, step_milli)
    lacks = [Wish(wish.who, 0, max(0, fair[wish.who] - wish.held_milli)) for wish in wishes]
    return {who: milli for who, milli in shares(pool_milli, lacks, step_milli).items() if milli}


def to_reclaim(pool_milli: int, wishes: Sequence[Wish], step_milli: int) -> dict[str, int]:
    """What to leave to those who hold more than their fair share while somebody lacks what the pool has not."""
    fair = shares(pool_milli + sum(wish.held_milli for wish in wishes), wishes, step_milli)
    lacking = sum(max(0, fair[wish.who] - wish.held_milli) for wish in wishes)
    if lacking <= max(0, pool_milli) // step_milli * step_milli:
        return {}
    return {wish.who: fair[wish.who] for wish in wishes if wish.held_milli > fair[wish.who]}
