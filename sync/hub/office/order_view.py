"""Orders as the office pages show them: finished texts of a list, and of one order with its lines, money and history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.address import Address
from kiosk.domain.arbitrating import OrderState
from kiosk.domain.handwriting import HIGH, WIDE, Handwriting, read_signed
from kiosk.domain.order import OrderLine
from kiosk.domain.orderfacts import SIGNED
from kiosk.domain.orderlife import (
    ALLOCATED,
    CANCELLED,
    CARRIER,
    CUSTOMER_HAS,
    DECLINED,
    DELIVERED,
    ENDS,
    HANDED_OVER,
    READY,
    STATES,
)
from kiosk.domain.quantity import ONE
from kiosk.text import Words
from sync.hub.office import order_words
from sync.hub.office.views import View
from sync.hub.order_decisions import GIVE, deeds_for
from sync.hub.order_lists import Row
from sync.hub.order_rows import Stored
from sync.hub.order_signatures import Shown
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

_KINDS = {DECLINED: "stop", READY: "ok", HANDED_OVER: "ok", DELIVERED: "ok"}


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One order of the list."""

    link: str
    number: str
    placed: str
    where: str
    state: str
    kind: str
    lines: str
    total: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that can be decided about a part; `places` to choose from where goods are given to one."""

    code: str
    name: str
    danger: bool
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartView:
    """So much of a line in a state at a place, and what can be decided about it. `key` names it within the page."""

    key: str
    fence: int
    state: str
    milli: int
    text: str
    state_name: str
    kind: str
    place: str
    quantity: str
    whole: bool
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an order."""

    line: int
    name: str
    article: str
    link: str
    quantity: str
    amount: str
    way: str
    promise: str
    instead: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an order."""

    at: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an order is for."""

    lines: tuple[str, ...]
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class SignatureView:
    """How somebody signed: a path within a box, made of whole numbers only; no path: on paper, and why."""

    at: str
    box: str
    path: str


def kind_of(state: str) -> str:
    """Of what colour a state is: well, to be looked at, in trouble, or over."""
    return _KINDS.get(state, "unknown" if state in ENDS else "warn")


def items(rows: Iterable[Row], view: View) -> list[OrderItem]:
    """The list."""
    words, channels, states = view.words, order_words.channels(view.words), order_words.states(view.words)
    return [
        OrderItem(
            f"/office/order/{row.id}", row.number, words.date_time(row.placed_ms, view.place(row.store).zone),
            " · ".join(part for part in (channels.get(row.channel, row.channel), row.store and view.place(row.store).name) if part),
            states.get(row.shown, row.shown), kind_of(DECLINED if row.stuck else row.shown),
            words("1 line") if row.lines == 1 else words("{count} lines", count=row.lines),
            words.money(row.total_minor, row.currency),
        )
        for row in rows
    ]  # fmt: skip


def lines(state: OrderState, view: View, session: OfficeSession, places: Sequence[tuple[str, str]]) -> list[LineView]:
    """The lines of an order, each with where its quantities are."""
    words, found = view.words, []
    for line in state.order.lines:
        way = line.fulfilment
        meant = view.place(way.to or way.source).name if way.to or way.source else ""
        promise = ""
        if line.promise is not None:
            zone = view.place(way.to or state.order.store).zone
            until = words.date_time(line.promise.until_ms, zone)
            promise = words("Promised until {time}", time=until) if line.promise.firm else words(
                "Under reserve until {time}", time=until
            )
        found.append(
            LineView(
                line.line, line.name, line.article, view.link("/office/stock", article=line.article),
                words.quantity(line.quantity_milli, line.unit),
                words.money(line.amount_minor + line.deposit_minor, state.order.currency),
                order_words.way(words, way.kind, meant), promise, _instead(state, line.line, words),
                tuple(_parts(state, line, view, session, places)),
            )
        )  # fmt: skip
    return found


def _instead(state: OrderState, line: int, words: Words) -> str:
    """In place of what a line was taken; empty for what was ordered."""
    swap = state.swaps.get(line)
    of = state.order.line(swap.line) if swap is not None else None
    return words("In place of {name}", name=of.name) if of is not None else ""


def _parts(
    state: OrderState, line: OrderLine, view: View, session: OfficeSession, places: Sequence[tuple[str, str]]
) -> Iterable[PartView]:
    words, names = view.words, order_words.states(view.words)
    here = state.lines[line.line]
    for number, ((fence, name), milli) in enumerate(here.at.items()):
        place = here.places.get(fence, "")
        shown = view.place(place).name if place and STATES[name].hands not in (CARRIER, CUSTOMER_HAS) else ""
        quantity = words.quantity(milli, line.unit)
        whole = line.unit == "piece"
        yield PartView(
            f"{line.line}-{number}", fence, name, milli, f"{quantity} × {names[name]}", names[name], kind_of(name), shown,
            str(milli // ONE) if whole else words.quantity(milli, "").strip(), whole,
            tuple(_decisions(line, name, place, view, session, places)),
        )  # fmt: skip


def _decisions(
    line: OrderLine, name: str, place: str, view: View, session: OfficeSession, places: Sequence[tuple[str, str]]
) -> Iterable[Decision]:
    texts = order_words.deeds(view.words)
    for deed in deeds_for(line, name):
        if session.may(right_for(deed)):
            others = tuple(one for one in places if one[0] != place) if deed == GIVE else ()
            yield Decision(deed, texts[deed], deed == CANCELLED, others)


def right_for(deed: str) -> Right:
    """The right that a decision takes."""
    return Right.CANCEL if deed == CANCELLED else Right.DECIDE


def history(state: OrderState, view: View) -> list[Happening]:
    """What happened, the newest first; the placing of the order is the last line."""
    words, order = view.words, state.order
    zone = view.place(order.store).zone
    found = []
    for event in sorted(state.told.values(), key=lambda one: one.rank, reverse=True):
        line = order.line(event.line)
        goods = f"{words.quantity(event.quantity_milli, line.unit)} × {line.name}" if line is not None else f"? {event.line}"
        place = event.place if event.step == ALLOCATED else event.owner
        where = view.place(place).name if place else ""
        text = order_words.step(words, event.step, goods, where)
        who = " · ".join(part for part in (order_words.role(words, event.role, where), event.employee) if part)
        found.append(Happening(words.date_time(event.at_ms, zone), text, who))
    placed = words("Ordered: {total}", total=words.money(state.placed.total_minor, order.currency))
    channel = order_words.channels(words).get(order.channel, order.channel)
    where = view.place(order.store).name if order.store else ""
    found.append(Happening(words.date_time(order.placed_ms, zone), placed, " · ".join(part for part in (channel, where) if part)))
    return found


def money(one: Stored, words: Words) -> list[tuple[str, str]]:
    """An order's money, line by line; what is nothing is left out."""
    state, sums = one.known.state, one.known.money
    assert state is not None and sums is not None, "it was placed"
    currency = state.order.currency
    rows = [
        (words("Agreed in all"), state.placed.total_minor), (words("Owed now"), sums.owed_minor), (words("Paid"), sums.paid_minor),
        (words("Paid out"), -sums.paid_out_minor), (words("Still to pay"), sums.to_pay_minor),
        (words("To give back"), sums.to_give_back_minor),
    ]  # fmt: skip
    return [(name, words.money(minor, currency)) for n, (name, minor) in enumerate(rows) if minor or n == 0]


def person(people: Mapping[str, Address]) -> list[Person]:
    """Whom an order is for."""
    return [Person(one.lines, one.phone, one.email) for one in people.values()]


def signatures(shown: Iterable[Shown], state: OrderState, view: View) -> list[SignatureView]:
    """How an order was signed for on a screen, the newest first."""
    zone = next((view.place(line.fulfilment.to).zone for line in state.order.lines if line.fulfilment.to), "UTC")
    return [SignatureView(view.words.date_time(one.at_ms, zone), f"0 0 {WIDE} {HIGH}", path_of(one.written)) for one in shown]


def path_of(written: Handwriting) -> str:
    """Strokes as the path of an SVG: whole numbers and two letters, whatever came in. A dot is a line to itself."""
    return " ".join(
        "M" + " L".join(f"{x} {y}" for x, y in (stroke if len(stroke) > 1 else (*stroke, *stroke))) for stroke in written.strokes
    )


def signed_text(one: Stored, words: Words) -> str:
    """How goods of an order were signed for last; empty where nobody had to."""
    said = one.known.said.get(SIGNED)
    signed = read_signed(said.text) if said is not None else None
    return order_words.signed(words, signed) if signed is not None else ""
