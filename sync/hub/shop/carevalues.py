"""What the shop API says and takes of customers: consents, contact moments, service requests. Times in ms since 1970 (UTC)."""

import msgspec


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
