"""Training mode: everything can be tried and nothing reaches turnover, stock, the drawer or a card.

What is rung up becomes a fact of its own kind. The mode outlives a restart, so that a cart of training can never turn into a sale.
"""

from kiosk.domain import facts
from kiosk.domain.errors import Refused
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in

_KEY = "training"


class Training:
    """The training mode of one till."""

    def __init__(self, counter: Counter, selling: Selling) -> None:
        self._counter, self._selling = counter, selling
        counter.training = counter.ledger.run(lambda conn: meta_in(conn, _KEY)) == "on"

    def start(self) -> None:
        """Begin to practise. Raises Refused while a sale is open, or without a shift."""
        self._counter.open_shift()
        self._switch(facts.TRAINING_STARTED, on=True)

    def end(self) -> None:
        """Back to real sales. Raises Refused while something stands in the basket: it is void first."""
        self._switch(facts.TRAINING_ENDED, on=False)

    def _switch(self, kind: str, *, on: bool) -> None:
        counter = self._counter
        employee = counter.signed_in().number
        if not self._selling.priced.cart.is_empty:
            raise Refused("training.cart_open")

        def work(conn: Connection) -> None:
            counter.ledger.append_in(conn, kind, {}, employee=employee, day=counter.business_day())
            set_meta_in(conn, _KEY, "on" if on else "")

        counter.ledger.run(work)
        counter.training = on
        self._selling.start_fresh()
