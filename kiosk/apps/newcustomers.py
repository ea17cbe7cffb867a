"""New customers on their way to the hub: told when they are made and whenever it is back, kept here until it has answered."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.domain.errors import ShopError
from kiosk.store import customers
from kiosk.store.ledger import Ledger

if TYPE_CHECKING:
    from kiosk.apps.hubline import HubLine
    from sync.agent.events import Failure
    from sync.protocol.messages import CustomerEnrolled

log = logging.getLogger(__name__)


class NewCustomers:
    """Tells the hub, each customer once at a time. From any thread."""

    def __init__(self, ledger: Ledger, line: "Callable[[], HubLine]") -> None:
        self._ledger, self._line = ledger, line
        self._under_way: set[str] = set()
        self._lock = Lock()

    def tell(self) -> None:
        """Tell the hub of all that it is not known to have; returns at once."""
        for new in self._ledger.look(customers.new_in):
            number = new.customer.number
            with self._lock:
                if number in self._under_way:
                    continue
                self._under_way.add(number)
            self._line().tell_customer(new.customer, new.employee).add_done_callback(partial(self._answered, number))

    def _answered(self, number: str, done: "Future[CustomerEnrolled | Failure]") -> None:
        """What the hub has is not kept here any more; whatever else came of it, it is told again at the next contact."""
        with self._lock:
            self._under_way.discard(number)
        reply = None if done.cancelled() or done.exception() else done.result()
        if reply is None or not hasattr(reply, "state"):
            return
        try:
            self._ledger.run(lambda conn: customers.told_in(conn, number))
        except ShopError as error:  # the disk; the hub is told again, and keeps it once
            log.warning("a new customer could not be taken off the list: %s", error.code)
