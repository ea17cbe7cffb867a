"""Stock work at a terminal: begun, gone on with by whoever comes, checked and posted as one fact. Needs no network.

A work is on disk line by line. What it changes is sealed in the transaction that ends it, so it is never posted twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain import facts, stockwork
from kiosk.domain.codec import Json
from kiosk.domain.delivery import Notice, sscc_of
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.identity import hybrid_time
from kiosk.domain.quantity import ONE
from kiosk.domain.salesstop import SalesStop
from kiosk.domain.staff import APPROVE, HANDLE_STOCK, may
from kiosk.domain.stock import WRITTEN_OFF, frontier_key
from kiosk.domain.stockwork import CLEAR, COUNT, RECEIVE, SEND, WRITE_OFF, Difference, Touch, Work, WorkLine
from kiosk.services import clearing, receiving, sending
from kiosk.services.counter import Counter
from kiosk.services.goods import Goods, goods_of
from kiosk.services.receipts import Receipts
from kiosk.services.session import Session
from kiosk.services.stockknown import Known, known_in
from kiosk.store import stockwork as kept
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in
from kiosk.store.spool import JobKind

CODE_MAX = 60
WORKS_MAX = 50
"""More under way at once is a terminal where nobody ends anything: they have to be posted or given up first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A work with its lines, and the article that was touched last."""

    work: Work
    lines: tuple[WorkLine, ...]
    touched: str = ""

    @property
    def counted(self) -> tuple[WorkLine, ...]:
        """The lines that have a quantity."""
        return tuple(line for line in self.lines if line.quantity_milli is not None)


@dataclass(frozen=True, slots=True)
class Checked:
    """What would be posted: every counted line against what should be there, and which have to be counted once more."""

    opened: Opened
    differences: tuple[Difference, ...]
    again: tuple[str, ...]

    @property
    def value_minor(self) -> int:
        """What the differences are worth, whichever way they go: goods too many hide those that are gone."""
        return sum(one.value_minor for one in self.differences)


class StockDesk:
    """The stock work of one terminal. Used on the counter's thread."""

    def __init__(self, counter: Counter, session: Session, receipts: Receipts | None = None) -> None:
        self._counter, self._session, self._receipts = counter, session, receipts
        self._last: Opened | None = None  # nobody else writes this terminal's work: a scan need not read two thousand lines anew

    def under_way(self) -> list[tuple[Work, int]]:
        """What is not posted yet, with the count of its lines, the oldest first."""
        return self._counter.ledger.run(kept.all_in)

    def begin(
        self, kind: str, *, why: str = "", category: str = "", title: str = "", notice: Notice | None = None,
        to: str = "", stop: SalesStop | None = None,
    ) -> Opened:  # fmt: skip
        """Begin a work; a count of a category (its path) lists all its articles, a delivery all that its notice says.

        A delivery whose notice is being received goes on, as does what is taken off the shelf for a stop. Raises Refused while
        practising, when nobody is at work, or when too much is under way; NotFound for an empty category.
        """
        counter = self._counter
        assert kind in stockwork.KINDS, f"{kind} is no work"
        employee = counter.signed_in().number
        if counter.training:
            raise Refused("training.not_here")
        listed = [WorkLine(article) for article in self._articles(category)] if category else []
        if notice is not None:
            listed = receiving.lines_of(notice)
        if stop is not None:
            listed = [WorkLine(stop.article)]

        def work(conn: Connection) -> Opened:
            going = [one for one, _ in kept.all_in(conn)]
            known = (notice.number if notice else "", stop.id if stop else "")
            same = next((one for one in going if any(known) and (one.notice, one.stop) == known), None)
            if same is not None:
                return self._opened_in(conn, same)
            if len(going) >= WORKS_MAX:
                raise Refused("stock.too_many", limit=WORKS_MAX)
            number = kept.next_number_in(conn)
            begun = Work(
                counter.ledger.ids(), kind, number, counter.now_ms(), self._touch_in(conn), why, title=title,
                people=(employee,), to=to, stop=stop.id if stop else "",
            )  # fmt: skip
            if notice is not None:
                begun = receiving.of_notice(begun, notice)
            kept.put_in(conn, begun)
            for line in listed:
                kept.put_line_in(conn, begun.id, line)
            return self._opened_in(conn, begun)

        return counter.ledger.run(work)

    def open(self, work: str) -> Opened:
        """A work to go on with. Raises Refused when somebody ended it meanwhile."""
        return self._counter.ledger.run(lambda conn: self._opened_in(conn, self._work_in(conn, work)))

    def say_why(self, work: str, why: str, note: str = "") -> Opened:
        """Why goods are written off; a note that is still to be written is asked for when it is posted."""
        stockwork.check_why(why, note or why)

        def change(conn: Connection) -> Opened:
            found = replace(self._work_in(conn, work), why=why, note=note.strip()[: stockwork.NOTE_MAX])
            kept.put_in(conn, found)
            return self._opened_in(conn, found)

        return self._counter.ledger.run(change)

    def scan(self, work: str, text: str, aim: str | None = None) -> Opened:
        """One more of what was scanned. Raises as `goods_of` does, and for a piece whose number is missing or known already.

        Of a delivery a parcel's code says that it is there, and goods that nobody knows are told with their code.
        """
        found = self._head(work)
        if found.kind != RECEIVE:
            return self.add(work, goods_of(self._counter, text, aim))
        if sscc := sscc_of(text):
            return self._see(work, sscc)
        try:
            return self.add(work, goods_of(self._counter, text, aim))
        except NotFound:
            code = text.strip()[:CODE_MAX]
            return self._change(work, f"?{code}", lambda line, touch: stockwork.added(line, ONE, touch))

    def damage(self, work: str, article: str, by_milli: int) -> Opened:
        """So many more that arrived are broken, or are not after all."""
        return self._change(work, article, lambda line, touch: stockwork.damaged(line, by_milli, touch))

    def add(self, work: str, goods: Goods) -> Opened:
        """So much more of an article. Goods whose pieces have numbers are written off by their number, and counted without."""
        article = goods.article
        found = self._head(work)
        if found.kind == CLEAR:
            clearing.check_goods(self._counter, found, goods)
        if article.asks_serial and found.kind != COUNT and not goods.serial:
            raise Refused("stock.serial_wanted", name=article.name(self._counter.language))
        serial = goods.serial if article.asks_serial else ""
        milli = ONE if serial else goods.quantity_milli
        return self._change(work, article.id, lambda line, touch: stockwork.added(line, milli, touch, serial))

    def put(self, work: str, article: str, milli: int) -> Opened:
        """Another quantity of a line. Raises Refused for what is none, and for a part of a piece."""
        found = self._counter.catalog.article(article)
        if milli % ONE and (found is None or not found.is_weighed):
            raise Refused("stock.quantity")
        is_count = self._head(work).kind == COUNT

        def step(line: WorkLine, touch: Touch) -> WorkLine:
            return stockwork.set_to(replace(line, serials=()) if is_count else line, milli, touch)

        return self._change(work, article, step)

    def remove(self, work: str, article: str) -> Opened:
        """Take a line away."""

        def change(conn: Connection) -> Opened:
            found = self._work_in(conn, work)
            kept.drop_line_in(conn, work, article)
            return self._opened_in(conn, found)

        return self._counter.ledger.run(change)

    def discard(self, work: str) -> Fact:
        """Give a work up: nothing was changed by it, and that it was given up is told."""
        counter = self._counter
        employee = counter.signed_in().number

        def change(conn: Connection) -> Fact:
            opened = self._opened_in(conn, self._work_in(conn, work))
            body: Json = {
                "location": counter.ledger.identity.place.store, "work": opened.work.id, "what": opened.work.kind,
                "lines": len(opened.counted),
            }  # fmt: skip
            kept.drop_in(conn, work)
            sealed = counter.ledger.append_in(
                conn, facts.STOCK_DISCARDED, body, employee=employee, day=counter.business_day()
            )
            return read_fact(sealed.data)

        return counter.ledger.run(change)

    def check(self, work: str) -> Checked:
        """What would be posted. Lines of a count that differ too much are emptied, to be counted a second time.

        Raises Refused for a work without anything in it.
        """
        opened = self.open(work)
        if not any(line.quantity_milli is not None for line in opened.lines):
            raise Refused("stock.nothing")
        if opened.work.notice and opened.work.announced:
            due = [line for line in opened.lines if not line.code]
            prices = self.prices(due)
            return Checked(opened, tuple(stockwork.due_difference(one, prices.get(one.article, 0)) for one in due), ())
        if opened.work.kind != COUNT:
            return Checked(opened, (), ())
        prices, known = self.prices(opened.counted), self.known(opened.counted)
        found = tuple(
            stockwork.difference(line, known.expected(line), prices.get(line.article, 0)) for line in opened.counted
        )
        tolerance = self._counter.settings.stock_tolerance_minor
        wanted = [
            line for line, one in zip(opened.counted, found, strict=True) if stockwork.wants_recount(line, one, tolerance)
        ]
        if wanted:
            self._last = None
            self._counter.ledger.run(lambda conn: _empty_in(conn, work, wanted))
            return Checked(self.open(work), found, tuple(line.article for line in wanted))
        return Checked(opened, found, ())

    def post(self, work: str, number: str = "", pin: str = "") -> Fact:
        """Seal a work; it is over then. Raises Refused with `stock.sign_off` (or `stock.no_right`) where somebody has to agree.

        Who may not handle stock needs somebody who may; above the store's limit it is always a second person who may approve.
        """
        checked = self.check(work)
        opened = checked.opened
        if checked.again:
            raise Refused("stock.count_again")
        head = opened.work
        if head.kind == WRITE_OFF:
            stockwork.check_why(head.why, head.note)
        if head.kind in (WRITE_OFF, CLEAR):
            value = stockwork.value_of(opened.counted, self.prices(opened.counted))
        elif head.kind == SEND:
            value = 0  # it is not gone: the other store says what arrived
        else:
            value = checked.value_minor
        # What must not be sold leaves the shelf at once, whatever it is worth.
        approver = self._approved(0 if head.kind == CLEAR else value, number, pin)
        return self._seal(opened, self._bodies(opened, {"value": value, "approved_by": approver}))

    def _seal(self, opened: Opened, bodies: receiving.Bodies) -> Fact:
        counter, head, work = self._counter, opened.work, opened.work.id
        employee = counter.signed_in()

        def seal(conn: Connection) -> Fact:
            self._work_in(conn, work)
            receiving.check_not_received_in(conn, head.notice)
            kept.drop_in(conn, work)
            day = counter.business_day()
            sealed = [counter.ledger.append_in(conn, kind, body, employee=employee.number, day=day) for kind, body in bodies]
            fact = read_fact(sealed[0].data)
            if head.kind == SEND and self._receipts is not None:
                self._receipts.spool_in(conn, fact.body["transfer"], JobKind.RECEIPT, sending.slip_of(counter, fact))
            return fact

        posted = counter.ledger.run(seal)
        if head.kind == SEND and self._receipts is not None:
            self._receipts.wake()
        return posted

    # what is known here

    def prices(self, lines: Sequence[WorkLine]) -> Mapping[str, int]:
        """The selling price of each article now, minor units per unit; one without a price is not there."""
        catalog, now_ms = self._counter.catalog, self._counter.now_ms()
        found = {line.article: catalog.price(line.article, now_ms) for line in lines}
        return {article: price.amount_minor for article, price in found.items() if price is not None}

    def known(self, lines: Sequence[WorkLine]) -> Known:
        """What this terminal knows of the stock of these articles: the hub's last word, and what it did itself since."""
        return known_in(self._counter, lines)

    # inside

    def _bodies(self, opened: Opened, detail: Json) -> receiving.Bodies:
        head, store = opened.work, self._counter.ledger.identity.place.store
        detail = {**detail, "work": head.id, "why": head.why, "note": head.note, "people": list(head.people)}
        if head.kind == COUNT:
            own = frontier_key(self._counter.ledger.identity.dev, self._counter.ledger.identity.inc)
            lines = [_counted_line(line) for line in opened.counted]
            begun = {"frontier": {own: head.begun.seq}, "hlc": f"{head.begun.hlc:016x}"}
            return [(facts.STOCK_COUNTED, {"location": store, "lines": lines, **begun, "detail": detail})]
        if head.kind == RECEIVE:
            return receiving.bodies_of(head, opened.lines, store, detail)
        if head.kind == CLEAR:
            return clearing.bodies_of(self._counter, head, opened.counted, detail)
        if head.kind == SEND:
            return sending.bodies_of(self._counter, head, opened.counted, detail)
        moved = [
            {"article": line.article, "quantity": -(line.quantity_milli or 0), "serials": list(line.serials)}
            for line in opened.counted
            if line.quantity_milli
        ]
        if not moved:
            raise Refused("stock.nothing")
        body: Json = {"location": store, "reason": WRITTEN_OFF, "promise": "", "lines": moved, "detail": detail}
        return [(facts.STOCK_MOVED, body)]

    def _approved(self, value_minor: int, number: str, pin: str) -> str:
        """Who agreed; nobody where nobody has to."""
        counter = self._counter
        employee, limit = counter.signed_in(), counter.settings.stock_limit_minor
        if value_minor <= limit and may(employee, HANDLE_STOCK):
            return ""
        if not number:
            raise Refused("stock.sign_off", limit_minor=limit) if value_minor > limit else Refused("stock.not_allowed")
        if self._session.find(number).number == employee.number:
            raise Refused("staff.same_person")
        return self._session.approve(number, pin, APPROVE if value_minor > limit else HANDLE_STOCK).number

    def _change(self, work: str, article: str, by: stockwork.Step) -> Opened:
        employee = self._counter.signed_in().number

        def change(conn: Connection) -> Opened:
            found = self._work_in(conn, work)
            fresh = stockwork.unknown_line(article[1:]) if article.startswith("?") else WorkLine(article)
            line = kept.line_in(conn, work, article) or fresh
            before = self._lines_in(conn, work)
            known = any(one.article == article for one in before)
            if not known and len(before) >= stockwork.LINES_MAX:
                raise Refused("stock.lines", limit=stockwork.LINES_MAX)
            line = by(line, self._touch_in(conn))
            kept.put_line_in(conn, work, line)
            if employee not in found.people:
                found = stockwork.joined(found, employee)
                kept.put_in(conn, found)
            lines = tuple(line if one.article == article else one for one in before) if known else (*before, line)
            return Opened(found, lines, article)

        self._last, opened = None, self._counter.ledger.run(change)
        self._last = opened
        return opened

    def _head(self, work: str) -> Work:
        return self._counter.ledger.run(lambda conn: self._work_in(conn, work))

    def _lines_in(self, conn: Connection, work: str) -> tuple[WorkLine, ...]:
        if self._last is not None and self._last.work.id == work:
            return self._last.lines
        return tuple(kept.lines_in(conn, work))

    def _see(self, work: str, sscc: str) -> Opened:
        def change(conn: Connection) -> Opened:
            found = self._work_in(conn, work)
            if found.parcels and sscc not in found.parcels:
                raise Refused("delivery.other_parcel", code=sscc)
            if sscc in found.seen:
                raise Refused("delivery.parcel_twice", code=sscc)
            found = replace(found, seen=(*found.seen, sscc))
            kept.put_in(conn, found)
            return self._opened_in(conn, found)

        return self._counter.ledger.run(change)

    def _articles(self, category: str) -> tuple[str, ...]:
        found = self._counter.catalog.articles(
            "WHERE a.category = ? OR (a.category >= ? AND a.category < ?) ORDER BY a.category, a.style, a.id LIMIT ?",
            (category, f"{category}/", f"{category}0", stockwork.LINES_MAX + 1),
        )
        if not found:
            raise NotFound("stock.empty_category")
        if len(found) > stockwork.LINES_MAX:
            raise Refused("stock.lines", limit=stockwork.LINES_MAX)
        return tuple(article.id for article in found)

    def _touch_in(self, conn: Connection) -> Touch:
        (head,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
        return Touch(hybrid_time(int(meta_in(conn, "hlc") or "0", 16), self._counter.now_ms()), head)

    def _work_in(self, conn: Connection, work: str) -> Work:
        found = kept.work_in(conn, work)
        if found is None:
            raise Refused("stock.work_over")
        return found

    def _opened_in(self, conn: Connection, work: Work) -> Opened:
        self._last = None
        return Opened(work, tuple(kept.lines_in(conn, work.id)))


def _empty_in(conn: Connection, work: str, lines: Sequence[WorkLine]) -> None:
    for line in lines:
        kept.put_line_in(conn, work, stockwork.again(line))


def _counted_line(line: WorkLine) -> Json:
    assert line.first is not None and line.last is not None, "what was counted was touched"
    return {
        "article": line.article, "quantity": line.quantity_milli or 0, "from": f"{line.first.hlc:016x}",
        "to": f"{line.last.hlc:016x}", "first": line.first.seq, "last": line.last.seq,
    }  # fmt: skip
