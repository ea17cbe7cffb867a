"""The customer of a sale: found by card, telephone or name, attached by number alone, named only to who may read names.

What is looked for is told to nobody; that somebody looked is a fact (`customer.searched`).
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.cardnumbers import found as bank_cards
from kiosk.domain.customer import Customer, ask, is_continued, is_number
from kiosk.domain.errors import Refused
from kiosk.domain.newcustomer import check, made_number
from kiosk.domain.phone import beginnings, normal
from kiosk.domain.pricing import PricedCart
from kiosk.domain.staff import FIND_CUSTOMER, may
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.store import customers
from kiosk.store.database import Connection

PARTS = ("given", "infix", "family", "phone", "email", "postcode")
"""What is asked of a new customer."""

LISTED_MAX = 8
"""More names than are needed to choose are nobody's business."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Who is meant. `number` and `phone` are what the hub may be asked for when nobody here is: whole ones."""

    people: tuple[Customer, ...] = ()
    more: bool = False
    number: str = ""
    phone: str = ""


class Customers:
    """Looks customers up and attaches them. `find`, `attach` and `detach` are used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling) -> None:
        self._counter, self._selling = counter, selling
        self._root = ""
        self._guests: dict[str, Customer] = {}
        self.on_new: Callable[[], None] = _nobody_to_tell

    @property
    def may_find(self) -> bool:
        """Whether whoever is at work may look customers up and read their names."""
        one = self._counter.employee
        return one is not None and may(one, FIND_CUSTOMER) and one.role not in self._counter.settings.finds_nobody

    def begin(self) -> None:
        """A new look: the first one found in it is told to the journal."""
        self._root = ""

    def find(self, text: str) -> Listing:
        """Customers of this store that a text may mean, also offline. Raises Refused for who may not, and for a bank card."""
        self._check_may()
        if bank_cards(text):
            raise Refused("scan.card")
        asked = ask(text, self._counter.rules.PHONE)
        found, more = self._counter.ledger.look(lambda conn: customers.find_in(conn, asked, text, LISTED_MAX))
        if (asked.groups or found) and not is_continued(self._root, text):
            self._told(asked.by, len(found), elsewhere=False)
            self._root = text
        return Listing(tuple(found), more, asked.number, asked.phone)

    def welcome(self, found: Sequence[bytes]) -> tuple[Customer, ...]:
        """Customers of other stores, as the hub gave them; they are known until the next sale, and kept on no disk."""
        self._check_may()
        opened = (customers.opened(data) for data in found[:LISTED_MAX])
        guests = [one for one in opened if one is not None]
        self._guests = {one.number: one for one in guests}
        self._told("hub", len(guests), elsewhere=True)
        return tuple(guests)

    def is_card_here(self, text: str) -> bool:
        """Whether a scanned text is the card of a customer of this store."""
        return self._here(_number(text)) is not None

    def attach(self, text: str, *, scanned: bool = True) -> PricedCart:
        """The sale is this customer's, by the number of the card; who is not known here is a member all the same.

        What was typed and may be a name or a telephone number is nobody's card: it would stand in the ledger for ever. Raises
        Refused("customer.unknown") for it, and Refused("customer.card") for what can be no number.
        """
        number = _number(text)
        known = self._known(number)
        if known is None and not scanned and self._may_be_personal(text):
            raise Refused("customer.unknown")
        return self._selling.know_customer(number, known.groups if known else ())

    def enrol(self, said: Mapping[str, str], agreed: Collection[str], card: str = "") -> PricedCart:
        """Somebody becomes a customer, also while the hub is away, and the sale is theirs.

        `said` are the parts of a Customer as they were keyed in, `agreed` the purposes that they agreed to, `card` the number of a
        printed card (empty: they get a number). Raises Refused for who may not, in training, for a card that is somebody's
        (`newcustomer.taken`), and for what `kiosk.domain.newcustomer.check` refuses.
        """
        self._check_may()
        counter, ledger = self._counter, self._counter.ledger
        if counter.training:
            raise Refused("training.not_here")
        if self._selling.locked:
            raise Refused("cart.locked")
        if bank_cards(card):
            raise Refused("scan.card")
        number = _number(card) or made_number(uuid.UUID(ledger.ids()).int)
        now_ms = counter.now_ms()
        today = ledger.clock.local_date(now_ms)
        one = self._drafted(number, said, dict.fromkeys(sorted(agreed), today))
        check(one, today)
        if self._known(number) is not None:
            raise Refused("newcustomer.taken", number=number)
        employee = counter.signed_in().number
        body = {"number": number, "card": bool(card), "consents": sorted(agreed)}

        def keep(conn: Connection) -> None:
            ledger.append_in(conn, facts.CUSTOMER_ENROLLED, body, employee=employee, day=counter.business_day())
            customers.keep_new_in(conn, one, employee, now_ms)

        ledger.run(keep)
        self.on_new()
        return self._selling.know_customer(number)

    def _drafted(self, number: str, said: Mapping[str, str], consents: Mapping[str, str]) -> Customer:
        parts = {name: " ".join(said.get(name, "").split()) for name in PARTS}
        phone = normal(parts["phone"], self._counter.rules.PHONE)
        if parts["phone"] and not phone:
            raise Refused("newcustomer.phone")
        return Customer(
            number, parts["given"], parts["infix"], parts["family"], phone, parts["email"], parts["postcode"].upper(),
            language=self._counter.language, consents=consents,
        )  # fmt: skip

    def detach(self) -> PricedCart:
        """The sale is nobody's again."""
        self._forget_guests()
        return self._selling.know_customer("")

    def named(self, number: str) -> Customer | None:
        """The customer of a number, for who may read names; None for nobody, and for who is not known here.

        With no customer any more what the hub told of others is forgotten. From any thread.
        """
        if not number:
            self._forget_guests()
        return self._known(number) if number and self.may_find else None

    def _known(self, number: str) -> Customer | None:
        return self._here(number) or self._guests.get(number)

    def _here(self, number: str) -> Customer | None:
        if not is_number(number):
            return None
        return self._counter.ledger.look(lambda conn: customers.customer_in(conn, number))

    def _may_be_personal(self, text: str) -> bool:
        """A number of the shop has a few letters at most, and does not begin as a telephone number does."""
        plan, digits = self._counter.rules.PHONE, sum(sign.isdigit() for sign in text)
        return sum(sign.isalpha() for sign in text) > digits or bool(normal(text, plan) or beginnings(text, plan))

    def _forget_guests(self) -> None:
        self._guests = {}

    def _check_may(self) -> None:
        self._counter.signed_in()
        if not self.may_find:
            raise Refused("customer.not_allowed")

    def _told(self, by: str, found: int, *, elsewhere: bool) -> None:
        counter = self._counter
        body = {"by": by, "found": found, "elsewhere": elsewhere}
        counter.ledger.append(
            facts.CUSTOMER_SEARCHED, body, employee=counter.signed_in().number, day=counter.business_day()
        )


def _nobody_to_tell() -> None:
    """Where there is no hub line yet: it is told at the first contact."""


def _number(text: str) -> str:
    return "".join(text.split()).upper()
