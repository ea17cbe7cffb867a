"""What the shop API says and takes of customers: consents, contact moments, service requests. Times in ms since 1970 (UTC)."""

import msgspec

from sync.hub.shop.values import Person, PlacedOrder


class WantedConsent(msgspec.Struct, frozen=True):
    """One word about one purpose: given, or withdrawn (`given` false), which needs nothing more.

    `text` is the version of what was read and agreed to, `place` where (a page), `at_ms` when it was said; 0 is now.
    """

    purpose: str
    given: bool
    text: str = ""
    place: str = ""
    at_ms: int = 0


class ConsentWord(msgspec.Struct, frozen=True):
    """One word as it is kept. `source` is till, file, shop or office; `day` is the day it is called by, in the customer's store."""

    purpose: str
    given: bool
    at_ms: int
    day: str
    source: str
    place: str
    text: str


class CustomerConsents(msgspec.Struct, frozen=True):
    """What a customer agrees to now, every purpose there is with what stands, and every word that was ever said, newest first.

    A purpose of which nothing was ever said has no word in `stands`: it was not agreed to.
    """

    customer: str
    purposes: list[str]
    agreed: list[str]
    stands: list[ConsentWord]
    history: list[ConsentWord]


class WantedContact(msgspec.Struct, frozen=True):
    """A customer was in contact: by which `channel`, when (0: now), what for in a few words, and in their own or yours.

    `about` is order, receipt, article or service, and `about_id` which one; empty where it is about nothing of these.
    """

    channel: str
    subject: str
    words: str = ""
    at_ms: int = 0
    about: str = ""
    about_id: str = ""


class ContactMoment(msgspec.Struct, frozen=True):
    """A contact as it is kept; it goes with the customer."""

    id: str
    customer: str
    channel: str
    at_ms: int
    subject: str
    words: str
    about: str
    about_id: str


class ContactPage(msgspec.Struct, frozen=True):
    """Contacts of a customer, the newest first; `next` is the cursor of the following page, empty on the last."""

    contacts: list[ContactMoment]
    next: str


class WantedService(msgspec.Struct, frozen=True):
    """A customer wants something put right or answered: `kind` is repair, warranty, complaint or question.

    About an `order` or a `receipt` (the address in its code), a `line` of it (0: all), or an `article`, with the `serial` number of
    the piece. `customer` is empty for a guest. `store` is whose it is (empty: the office's); `due_ms` 0 is the shop's own time.
    """

    kind: str
    words: str
    customer: str = ""
    order: str = ""
    receipt: str = ""
    line: int = 0
    article: str = ""
    serial: str = ""
    store: str = ""
    due_ms: int = 0


class WantedStep(msgspec.Struct, frozen=True):
    """What a customer does with a request: one of the `steps` that it says, and their words."""

    step: str
    words: str = ""


class ServiceStep(msgspec.Struct, frozen=True):
    """Something that happened: which step, by the `customer` or by `people` of the shop, the state after it, what was said."""

    step: str
    role: str
    state: str
    at_ms: int
    words: str


class ServiceTold(msgspec.Struct, frozen=True):
    """A service request as it stands. `steps` are what the customer may do now; `due_ms` is when it is to be dealt with.

    `customer` and all `words` are empty once the customer was forgotten.
    """

    id: str
    kind: str
    state: str
    open: bool
    store: str
    opened_ms: int
    due_ms: int
    customer: str
    words: str
    order: str
    receipt: str
    line: int
    article: str
    serial: str
    steps: list[str]
    history: list[ServiceStep]


class ServicePage(msgspec.Struct, frozen=True):
    """Service requests, the newest first; `next` is the cursor of the following page, empty on the last."""

    requests: list[ServiceTold]
    next: str


class KeptOrder(msgspec.Struct, frozen=True):
    """An order of a customer, with whom it is for as long as that is kept."""

    order: PlacedOrder
    people: list[Person]


class KeptOfCustomer(msgspec.Struct, frozen=True):
    """All that is kept of a customer by number, for themselves (GDPR, articles 15 and 20), the newest first.

    `more` says that a list is longer than `limit` of them. Sales at tills hold the number and nothing else: they are not in here.
    """

    customer: str
    given: str
    infix: str
    family: str
    phone: str
    email: str
    postcode: str
    language: str
    groups: list[str]
    stores: list[str]
    consents: CustomerConsents
    contacts: list[ContactMoment]
    service_requests: list[ServiceTold]
    orders: list[KeptOrder]
    limit: int
    more: bool
    told_ms: int
