"""Service requests and contact moments in the words of the office pages: kinds, states, steps, channels, purposes."""

from kiosk.domain import consents
from kiosk.domain import servicelife as life
from kiosk.domain.customer import MARKETING, RECEIPT_BY_MAIL
from kiosk.text import Words
from sync.hub import contacts


def kinds(words: Words) -> dict[str, str]:
    """What a request asks for."""
    return {
        life.QUESTION: words("Question"), life.COMPLAINT: words("Complaint"), life.REPAIR: words("Repair"),
        life.WARRANTY: words("Warranty"),
    }  # fmt: skip


def states(words: Words) -> dict[str, str]:
    """Where a request stands, in the order of a life."""
    return {
        life.OPENED: words("New"), life.TAKEN_ON: words("Being dealt with"), life.WAITING: words("Waiting for the customer"),
        life.GOODS_IN: words("Goods are here"), life.QUOTED: words("Waiting for a yes to the price"),
        life.AWAY: words("Goods are with the repairer"), life.READY: words("Ready to be collected"), life.DONE: words("Dealt with"),
        life.REFUSED: words("Refused"), life.WITHDRAWN: words("Withdrawn"),
    }  # fmt: skip


def steps(words: Words) -> dict[str, str]:
    """What can be done with a request."""
    return {
        life.TAKEN_ON: words("Take it on"), life.ASKED: words("Ask the customer"), life.ANSWERED: words("The customer answered"),
        life.RECEIVED: words("The goods came in"), life.QUOTED: words("Ask whether it may cost that"),
        life.AGREED: words("The customer agrees"), life.SENT_AWAY: words("Sent to the repairer"),
        life.CAME_BACK: words("Back from the repairer"), life.READY: words("Ready to be collected"), life.DONE: words("Dealt with"),
        life.REFUSED: words("Refuse it"), life.WITHDRAWN: words("The customer does not want it any more"),
        life.REOPENED: words("Open it again"), life.ASSIGNED: words("Given to another place or day"),
    }  # fmt: skip


def channels(words: Words) -> dict[str, str]:
    """How a customer was in contact."""
    texts = (
        words("Web shop"), words("App"), words("Mail"), words("Telephone"), words("Chat"), words("Social media"), words("Letter"),
        words("In the store"),
    )  # fmt: skip
    return dict(zip(contacts.CHANNELS, texts, strict=True))


def abouts(words: Words) -> dict[str, str]:
    """What a contact was about."""
    return {
        contacts.ORDER: words("Order number"), contacts.RECEIPT: words("Receipt"), contacts.ARTICLE: words("Article"),
        contacts.SERVICE: words("Service request"),
    }  # fmt: skip


def purposes(words: Words) -> dict[str, str]:
    """What somebody may agree to."""
    return {RECEIPT_BY_MAIL: words("Receipts by mail"), MARKETING: words("News and offers")}


def sources(words: Words) -> dict[str, str]:
    """Who heard a customer say something."""
    return {
        consents.TILL: words("Till"), consents.FILE: words("File"), consents.SHOP: words("Web shop"),
        consents.OFFICE: words("Office"),
    }  # fmt: skip
