"""An order of the store in words: what state its goods are in, by when they were promised, how long they wait."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.order import COLLECTED
from kiosk.domain.orderasking import NO, YES, read_asked
from kiosk.domain.orderlife import (
    ACCEPTED,
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    DECLINED,
    DELIVERED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    PACKED,
    PICKED,
    PICKING,
    PLACED,
    PROVISIONAL,
    READY,
    RETURNED,
    SHIPPED,
    STATES,
)
from kiosk.domain.quantity import ONE
from kiosk.services.orderdesk import OrderView, Part
from kiosk.text import Words

CALM, WARN, BAD, GOOD = "", "warn", "bad", "good"
"""How loud something is."""

_NEAR = 3, 4
"""From this part of the target on it warns."""

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class PartRow:
    """So much of a line in one state. `count` is how much of it is meant where that is asked for; `tone` how the state looks."""

    key: str
    line: int
    title: str
    detail: str
    quantity: str
    tone: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """How long an order waits to be picked, in words, and how loud that is."""

    text: str
    tone: str


def waits(view: OrderView, now_ms: int, pick_minutes: int, say: Words) -> Waits:
    """How long it waits and how far that is from the target (minutes)."""
    age, most = max(0, now_ms - view.since_ms) // MINUTE_MS, pick_minutes
    if age > most:
        return Waits(say("{late} too late", late=span(age - most, say)), BAD)
    tone = WARN if age * _NEAR[1] >= most * _NEAR[0] else CALM
    return Waits(say("{left} left", left=span(most - age, say)), tone)


def span(minutes: int, say: Words) -> str:
    """A span of time as short as it can be read: minutes, hours, days."""
    if minutes < 120:
        return say("{n} min", n=minutes)
    if minutes < 48 * 60:
        return say("{n} h", n=minutes // 60)
    return say("{n} days", n=minutes // (24 * 60))


def state_text(part: Part, view: OrderView, here: str, say: Words) -> str:
    """What state a part of an order is in, as a person in this store says it."""
    if part.state in (ALLOCATED, ACCEPTED, PICKING):
        return say("To be picked here") if part.place == here else say("Being picked in {place}", place=part.place)
    if part.state == IN_TRANSIT:
        return say("On its way here") if part.place == here else say("On its way to {place}", place=part.place)
    if part.state == READY and part.place != here:
        return say("Ready in {place}", place=part.place)
    known = {
        PLACED: say("Waits for a place"), PROVISIONAL: say("Under reserve"), CONFIRMED: say("Waits for a place"),
        DECLINED: say("Not there: another place is looked for"), PICKED: say("Picked"), PACKED: say("Packed"),
        READY: say("Ready to collect"), HANDED_OVER: say("Handed over"), SHIPPED: say("With the carrier"),
        DELIVERED: say("Delivered"),
        RETURNED: say("Came back"), EXPIRED: say("Not fetched: back on the shelf"), CANCELLED: say("Cancelled"),
    }  # fmt: skip
    return known.get(part.state, part.state)


def instead_text(part: Part, view: OrderView, say: Words) -> str:
    """In place of what it was taken; empty for what was ordered."""
    swap = view.swaps.get(part.line)
    line = view.order.line(swap.line) if swap is not None else None
    return say("In place of {name}", name=line.name) if line is not None else ""


def tone_of(part: Part) -> str:
    """How a part of an order looks: done, to do, or gone wrong."""
    if part.state in (PICKED, PACKED, READY, HANDED_OVER, SHIPPED, DELIVERED):
        return GOOD
    return WARN if part.state in (DECLINED, CANCELLED, EXPIRED) else CALM


def part_rows(
    view: OrderView, parts: Sequence[Part], chosen: int, counts: Mapping[int, int] | None, here: str, say: Words
) -> list[PartRow]:
    """The parts of an order as rows; of the `chosen` line the first is. `counts` where it is asked how much (thousandths)."""
    first = next((part for part in parts if part.line == chosen), None)
    return [
        PartRow(
            f"{part.line}/{part.state}/{part.fence}", part.line, part.name,
            " · ".join(filter(None, (part.article, state_text(part, view, here, say), instead_text(part, view, say)))),
            say.quantity(part.quantity_milli, part.unit), tone_of(part),
            say.quantity(counts.get(part.line, 0), part.unit) if counts is not None else "", part is first,
        )
        for part in parts
    ]  # fmt: skip


def pieces(parts: Iterable[Part]) -> int:
    """How many pieces; goods by measure count as many as they begin."""
    return sum(-(-part.quantity_milli // ONE) for part in parts)


def is_collected_at(view: OrderView, store: str) -> bool:
    """Whether anything of it is collected there."""
    return any(line.fulfilment.to == store for line in view.order.lines)


def pieces_text(view: OrderView, say: Words) -> str:
    """How much of it is still to come to its customer."""
    count = pieces(part for part in view.parts if STATES[part.state].open)
    return say("1 piece") if count == 1 else say("{count} pieces", count=count)


def way_text(view: OrderView, here: str, say: Words) -> str:
    """How its goods come to their customer, as far as this store has to do with it."""
    kinds = {line.fulfilment.kind for line in view.order.lines}
    if kinds <= COLLECTED:
        to = {line.fulfilment.to for line in view.order.lines}
        return say("Collect here") if to == {here} else say("Collect in {place}", place=", ".join(sorted(to - {here})))
    return say("Ship from here") if not kinds & COLLECTED else say("Collect and ship")


def promise_text(view: OrderView, zone: str, now_ms: int, today: str, day: str, say: Words) -> str:
    """By when it was promised: the hour today, the day else; `today` and `day` are the dates of now and of the promise."""
    if view.order.expires_ms:
        time = say.time(view.until_ms, zone) if day == today else f"{say.weekday(day)} {say.time(view.until_ms, zone)}"
        return say("Was reserved until {time}", time=time) if view.until_ms <= now_ms else say("Reserved until {time}", time=time)
    if day == today:
        return say("Promised by {time}", time=say.time(view.until_ms, zone))
    late = view.until_ms < now_ms
    return say("Was promised for {day}", day=say.weekday(day)) if late else say("Promised by {day}", day=say.weekday(day))


def note_text(view: OrderView, name_of: Callable[[str], str], say: Words) -> str:
    """What the customer was asked, and under which number it went."""
    asked, track = read_asked(view.said.get("asked", "")), view.said.get("track", "")
    told = asked_text(view, name_of(asked.article) if asked else "", say)
    return " · ".join(filter(None, (told, say("Track and trace {number}", number=track) if track else "")))


def asked_text(view: OrderView, article_name: str, say: Words) -> str:
    """What the customer was asked and said; empty where nothing was."""
    asked = read_asked(view.said.get("asked", ""))
    if asked is None:
        return ""
    if asked.answer == YES:
        return say("Customer takes {name} in its place", name=article_name) if asked.article else say("Customer waits for it")
    if asked.answer == NO:
        return say("Customer does not want {name}", name=article_name) if asked.article else say("Customer does not wait")
    return say("Customer was not reached")
