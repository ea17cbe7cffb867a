"""What happens to orders, in the words of the office pages: states, channels, ways, steps and who took them."""

from kiosk.domain.handwriting import BROKEN, UNABLE, UNWILLING, Signed
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, KIOSK, SHIP, SHIP_FROM_STORE, TABLET, TAKEN, TILL, WEB
from kiosk.domain.orderlife import (
    ACCEPTED,
    ALLOCATED,
    CANCELLED,
    CONFIRMED,
    CUSTOMER,
    DECLINED,
    DELIVERED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    LOST,
    OFFICE,
    PACKED,
    PICKED,
    PICKING,
    PLACED,
    PROVISIONAL,
    READY,
    RECLAIMED,
    REJECTED,
    REROUTED,
    RETURNED,
    SHIPPED,
    STORE,
    SYSTEM,
    WAREHOUSE,
)
from kiosk.text import Words
from sync.hub.order_decisions import GIVE


def states(words: Words) -> dict[str, str]:
    """The states of goods of an order, in the order of a life."""
    return {
        PLACED: words("Ordered"), PROVISIONAL: words("Under reserve"), CONFIRMED: words("Confirmed"),
        DECLINED: words("No place has it"), ALLOCATED: words("Given to a place"), ACCEPTED: words("Accepted"),
        PICKING: words("Being picked"), PICKED: words("Picked"), PACKED: words("Packed"),
        IN_TRANSIT: words("On its way to the store"), READY: words("Ready to be collected"), SHIPPED: words("Shipped"),
        HANDED_OVER: words("With the customer"), DELIVERED: words("Delivered"), RETURNED: words("Came back"),
        EXPIRED: words("Not collected"), CANCELLED: words("Cancelled"),
    }  # fmt: skip


def channels(words: Words) -> dict[str, str]:
    """Where orders are placed."""
    return {TILL: words("Till"), KIOSK: words("Kiosk"), TABLET: words("Tablet"), WEB: words("Web shop")}


def way(words: Words, kind: str, store: str) -> str:
    """How a line reaches its customer; `store` is the name of the store where it is collected or comes from."""
    texts = {
        TAKEN: words("Taken along at once"), SHIP: words("Sent home"),
        SHIP_FROM_STORE: words("Sent home from {store}", store=store),
        COLLECT: words("Collected in {store}", store=store), COLLECT_ELSEWHERE: words("Collected in {store}", store=store),
    }  # fmt: skip
    return texts[kind]


def step(words: Words, name: str, goods: str, place: str) -> str:
    """What happened, as a sentence: `goods` is so much of what, `place` whose they became."""
    texts = {
        CONFIRMED: words("{goods}: promise confirmed", goods=goods),
        REJECTED: words("{goods}: promise rejected, nobody has it", goods=goods),
        REROUTED: words("{goods}: looked for anew", goods=goods),
        ALLOCATED: words("{goods}: given to {place}", goods=goods, place=place),
        ACCEPTED: words("{goods}: accepted", goods=goods), PICKING: words("{goods}: picking began", goods=goods),
        PICKED: words("{goods}: picked", goods=goods), PACKED: words("{goods}: packed", goods=goods),
        IN_TRANSIT: words("{goods}: on its way to the store", goods=goods),
        READY: words("{goods}: ready to be collected", goods=goods),
        HANDED_OVER: words("{goods}: handed to the customer", goods=goods), SHIPPED: words("{goods}: sent", goods=goods),
        DELIVERED: words("{goods}: delivered", goods=goods), DECLINED: words("{goods}: the place cannot send it", goods=goods),
        RECLAIMED: words("{goods}: taken back from the place", goods=goods), LOST: words("{goods}: lost on the way", goods=goods),
        RETURNED: words("{goods}: came back", goods=goods), EXPIRED: words("{goods}: was not collected in time", goods=goods),
        CANCELLED: words("{goods}: cancelled", goods=goods),
    }  # fmt: skip
    return texts.get(name, f"{goods}: {name}")


def role(words: Words, name: str, place: str) -> str:
    """Who did something."""
    texts = {
        OFFICE: words("Head office"), SYSTEM: words("The hub"), CUSTOMER: words("The customer"),
        STORE: place, WAREHOUSE: place,
    }  # fmt: skip
    return texts.get(name, name)


def signed(words: Words, how: Signed) -> str:
    """How somebody signed for goods."""
    texts = {
        UNABLE: words("Signed on paper: the customer cannot on a screen"),
        UNWILLING: words("Signed on paper: the customer does not want to on a screen"),
        BROKEN: words("Signed on paper: the screen did not work"),
    }  # fmt: skip
    return texts.get(how.paper, words("Signed on the screen"))


def deeds(words: Words) -> dict[str, str]:
    """What head office can decide, as the words on a button."""
    return {
        CONFIRMED: words("Confirm the promise"), REJECTED: words("Reject the promise"), GIVE: words("Give to another place"),
        DELIVERED: words("It was delivered"), LOST: words("It was lost on the way"), CANCELLED: words("Cancel"),
    }  # fmt: skip
