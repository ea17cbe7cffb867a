"""Sales stops at a terminal: what may not be sold is refused by what is known here, and what nobody can tell is asked."""

from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.pricing import PricedCart
from kiosk.domain.salesstop import ANSWERS, LISTED, SalesStop, Verdict, judge
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.store.database import Connection


@dataclass(frozen=True, slots=True)
class Caught:
    """A line of the basket that a stop means (STOPPED), or may mean (LOOK)."""

    line: CartLine
    stop: SalesStop
    verdict: Verdict


class StopDesk:
    """What this till does about sales stops in its basket. Used on the counter's thread; `caught` from any."""

    def __init__(self, counter: Counter, selling: Selling) -> None:
        self._counter, self._selling = counter, selling

    def caught(self, cart: Cart) -> tuple[Caught, ...]:
        """The lines of a basket that stops mean or may mean: they came while it was open, or while it was suspended."""
        found = []
        for line in cart.lines:
            if line.is_given or line.delivers:
                continue  # what comes back is just what a recall wants
            said, stop = judge(self._counter.stops_of(line.article), line.batch, line.serial, line.looked)
            numbered_first = said is Verdict.LOOK and line.asks_serial and not line.serial  # its number is asked for anyway
            if stop is not None and not numbered_first:
                found.append(Caught(line, stop, said))
        return tuple(found)

    def check(self, priced: PricedCart) -> None:
        """Raise Refused("stop.in_cart") or Refused("stop.look") for a basket that cannot be paid as it is."""
        for one in self.caught(priced.cart):
            values: dict[str, str | int] = {"name": one.line.name, "reason": one.stop.reason, "line": one.line.line}
            if one.verdict is Verdict.STOPPED:
                raise Refused("stop.in_cart", **values)
            raise Refused("stop.look", **values, numbers=", ".join(one.stop.numbers))

    def answer(self, line: int, stop: str, seen: str) -> PricedCart:
        """What somebody saw on the goods of a line: LISTED takes the line out of the sale. The answer is a fact of its own."""
        assert seen in ANSWERS, f"{seen} is no answer"
        counter, found = self._counter, self._selling.priced.cart.find(line)
        body: Json = {
            "stop": stop, "article": found.article, "quantity": found.quantity_milli, "answer": seen,
            "sale": self._selling.priced.cart.sale, "line": line, "location": counter.ledger.identity.place.store,
        }  # fmt: skip
        employee = counter.signed_in().number

        def tell(conn: Connection) -> None:
            if not counter.training:
                counter.ledger.append_in(conn, facts.STOP_LOOKED, body, employee=employee, day=counter.business_day())

        return self._selling.looked_at(line, stop, seen == LISTED, tell)
