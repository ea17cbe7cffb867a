"""Shifts and cash inside a run: drawers are emptied and shifts closed under every fault, and the hub's sums are the facts'."""

import random
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain import cash, facts
from kiosk.domain.facts import Fact
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, apply_day, summed
from sync.hub.storage.schema import day_totals
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

PACE_MS = 12_000
WHAT = ("drop", "drop", "deposit", "pay out", "close")
_SAID = ("cash_moves", "safe", "bank", "over_short", "settled", "float_cash", "shifts_opened", "shifts_closed", "tenders", "gross")


def plan(time: Timeline, terminals: Sequence[SimTerminal], bad_ms: int) -> None:
    """Put what people do with cash into the queue, from a source of chance of its own: other plans stay as they are."""
    chance = time.source("money")
    for terminal in terminals:
        at_ms = 4_500
        while (at_ms := at_ms + chance.randrange(PACE_MS // 4, 2 * PACE_MS)) < bad_ms:
            time.after(at_ms, _deed(time, terminal, chance.choice(WHAT), chance))


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether the hub's day is the fold of the facts, and its posting balances."""
    days: dict[tuple[str, str, str], DayTotals] = {}
    for fact in projected:
        key = (fact.place.store, fact.day, fact.place.terminal)
        days[key] = apply_day(days.get(key, DayTotals()), fact)
    wanted, there = summed(list(days.values())), hub.transact(_stored, reading=True)
    wrong = [
        f"money: {getattr(there, name)} of {name} in place of {getattr(wanted, name)}"
        for name in _SAID
        if getattr(there, name) != getattr(wanted, name)
    ]
    if sum(line.amount_minor for line in posting(there)) != 0:
        wrong.append("money: the posting does not balance")
    return wrong


def _stored(connection: Connection) -> DayTotals:
    return summed([msgspec.json.decode(state, type=DayTotals) for state in connection.scalars(select(day_totals.c.state))])


def _deed(time: Timeline, terminal: SimTerminal, what: str, chance: random.Random) -> Callable[[], None]:
    amount, name = chance.randrange(1, 50_000), f"M{chance.getrandbits(40)}"

    def move(kind: str) -> None:
        body = cash.move_body(cash.Move(kind, amount, "r", name), name, f"S-{terminal.dev}", "")
        terminal.say(facts.CASH_MOVED, body)
        time.saw("cash moved")

    def close() -> None:
        body = {"shift": f"S-{name}", "z_name": name, "difference": amount % 7 - 3, "left": amount}
        terminal.say(facts.SHIFT_CLOSED, {**body, "is_counted": True, "unsigned": False})
        terminal.say(facts.SHIFT_OPENED, {"shift": f"S-{name}-next", "number": 2, "float": amount + 1, "left": amount})
        time.saw("shift closed")

    deeds: dict[str, Callable[[], None]] = {
        "drop": lambda: move(cash.DROP), "deposit": lambda: move(cash.DEPOSIT), "pay out": lambda: move(cash.PAY_OUT),
        "close": close,
    }  # fmt: skip
    return deeds[what]
