"""The ways to every screen of the kiosk, for the pictures and for the tests that look at all of them."""

from collections.abc import Callable

from kiosk.domain.allocation import Grant
from kiosk.domain.catalog import Article
from kiosk.services.help import HelpState
from kiosk.services.reserving import Told
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.kiosk.stage import Stage

Shot = tuple[str, Callable[[Stage], None]]
SHIRT, UNKNOWN, MISREAD = "8799999000017", "8710398500526", "8710398500527"


def shopping(stage: Stage) -> None:
    """A basket with a few things in it, on the shelves."""
    stage.kiosk.start()
    goods = [one for one in stage.shop.catalog.articles("ORDER BY a.id", ()) if not one.is_weighed]
    special = [one for one in goods if one.deposit_minor][:1] + [one for one in goods if one.age_limit][:1]
    for one in (goods[0], goods[0], *goods[60:180:40], *special):
        stage.shop.selfservice.add_article(one.id)
    stage.kiosk.basket_model.refresh()
    stage.settle()


def type_on_screen(stage: Stage, text: str) -> None:
    """Touch the keys of our own keyboard."""
    for letter in text:
        stage.tap("spatie" if letter == " " else letter)


def search(text: str) -> Callable[[Stage], None]:
    """The search with a text."""

    def walk(stage: Stage) -> None:
        stage.kiosk.start()
        stage.kiosk.openSearch()
        stage.settle()
        type_on_screen(stage, text)

    return walk


def item(stage: Stage) -> None:
    """An article with sizes and colours, or with an age limit."""
    shopping(stage)
    goods = stage.shop.catalog.articles("ORDER BY a.id", ())
    shown = next((one for one in goods if one.age_limit), goods[0])
    stage.kiosk.openItem(shown.style)


def sold_out(stage: Stage) -> None:
    """An article of which none is here."""
    stage.kiosk.start()
    store = stage.shop.ledger.identity.place.store
    gone = next(
        article
        for article in stage.shop.catalog.articles("ORDER BY a.id", ())
        if any(x.store == store and x.on_hand_milli <= 0 for x in stage.shop.catalog.stock(article.id))
    )
    stage.kiosk.openItem(gone.style)
    stage.settle()
    if gone.size:
        stage.kiosk.item.chooseSize(gone.size)
    if gone.colour:
        stage.kiosk.item.chooseColour(gone.colour)


def scanned(code: str) -> Callable[[Stage], None]:
    """Something is scanned."""

    def walk(stage: Stage) -> None:
        stage.kiosk.start()
        stage.scan(code)

    return walk


def basket(stage: Stage) -> None:
    """The basket with things in it."""
    shopping(stage)
    stage.kiosk.openBasket()


def basket_undo(stage: Stage) -> None:
    """A line was taken out."""
    basket(stage)
    stage.settle()
    stage.kiosk.basket_model.remove(2)


def basket_empty(stage: Stage) -> None:
    """Nothing in it."""
    stage.kiosk.start()
    stage.kiosk.openBasket()


def ticket(stage: Stage) -> None:
    """The ticket on the screen only."""
    basket(stage)
    stage.settle()
    stage.kiosk.basket_model.makeTicket()


def printed(stage: Stage) -> None:
    """The ticket while it is printed."""
    stage.kiosk.on_printer(True)
    ticket(stage)


def asking(stage: Stage) -> None:
    """Are you still there?"""
    shopping(stage)
    stage.wait_ms(63_000)


def panel(name: str) -> Callable[[Stage], None]:
    """A panel over the shelves."""

    def walk(stage: Stage) -> None:
        shopping(stage)
        stage.kiosk.openPanel(name)

    return walk


def helped(*states: tuple[HelpState, str]) -> Callable[[Stage], None]:
    """A call for help in a state."""

    def walk(stage: Stage) -> None:
        panel("help")(stage)
        stage.kiosk.help.call("find")
        for state, name in states:
            stage.line.tell(state, name)

    return walk


def offline(stage: Stage) -> None:
    """The hub is away."""
    item(stage)
    stage.settle()
    stage.kiosk.on_reachable(False)


def added(stage: Stage) -> None:
    """Something went into the basket just now."""
    item(stage)
    stage.settle()
    stage.kiosk.addItem()


def reserving(right: bool = True) -> Callable[[Stage], None]:
    """The page on which a shirt is reserved, with a right of the kiosk's own to a hundred of them, or without one."""

    def walk(stage: Stage) -> None:
        stage.desk.ask_hold = lambda hold, told: told(Told.AWAY)
        article, place = shirt(stage), stage.shop.ledger.identity.place
        grant = Grant(place.store, article.id, 100_000 * right, stage.shop.ledger.cursor().rev)
        stage.shop.put_device(row("grant", f"{place.store}|{article.id}", grant))
        stage.kiosk.start()
        stage.kiosk.openItem(article.style)
        stage.settle()
        stage.kiosk.openReserve()

    return walk


def shirt(stage: Stage) -> Article:
    """An article that two stores have and that is not weighed, with the longest name."""
    stock = stage.shop.catalog.stock
    found = [
        one
        for one in stage.shop.catalog.articles("ORDER BY a.id", ())
        if not one.is_weighed and sum(level.on_hand_milli > 2_000 for level in stock(one.id)) > 1
    ]
    first = [one for one in found if all(other.id >= one.id for other in found if other.style == one.style)]
    return max(first, key=lambda one: len(one.name("nl")))


def reserve_named(stage: Stage) -> None:
    """A shopper types a first name."""
    reserving()(stage)
    stage.settle()
    stage.kiosk.reserve.askName()
    stage.settle()
    type_on_screen(stage, "anne-fleur")


def reserve_answered(told: Told) -> Callable[[Stage], None]:
    """No right, and the hub holds nothing."""

    def walk(stage: Stage) -> None:
        reserving(right=False)(stage)
        stage.desk.ask_hold = lambda hold, answer: answer(told)
        stage.settle()
        stage.kiosk.reserve.reserve()

    return walk


def reserved(stage: Stage) -> None:
    """It is reserved."""
    reserving()(stage)
    stage.settle()
    stage.kiosk.reserve.reserve()


SHOTS: tuple[Shot, ...] = (
    ("attract", lambda stage: None),
    ("browse", lambda stage: stage.kiosk.start()),
    ("browse-basket", shopping),
    ("browse-added", added),
    ("search-start", search("")),
    ("search", search("schoen")),
    ("search-nothing", search("xqzw")),
    ("item", item),
    ("item-sold-out", sold_out),
    ("item-offline", offline),
    ("reserve", reserving()),
    ("reserve-name", reserve_named),
    ("reserve-away", reserve_answered(Told.AWAY)),
    ("reserved", reserved),
    ("scan-unknown", scanned(UNKNOWN)),
    ("scan-misread", scanned(MISREAD)),
    ("basket", basket),
    ("basket-undo", basket_undo),
    ("basket-empty", basket_empty),
    ("ticket-screen", ticket),
    ("still-there", asking),
    ("access", panel("access")),
    ("help", panel("help")),
    ("help-calling", helped()),
    ("help-delivered", helped((HelpState.DELIVERED, ""))),
    ("help-coming", helped((HelpState.DELIVERED, ""), (HelpState.COMING, "Zoë"))),
    ("help-unreachable", helped((HelpState.UNREACHABLE, ""))),
)
LOOKS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("", lambda stage: None),
    ("contrast-", lambda stage: stage.kiosk.setHighContrast(True)),
    ("large-", lambda stage: stage.kiosk.setTextScale(1)),
    ("very-large-", lambda stage: stage.kiosk.setTextScale(2)),
    ("reach-", lambda stage: stage.kiosk.setReach(True)),
)


def begin(stage: Stage, wear: Callable[[Stage], None], walk: Callable[[Stage], None]) -> None:
    """From a kiosk that nobody touched, in a look, to a screen."""
    stage.kiosk.wipe()
    stage.kiosk.on_reachable(True)
    stage.kiosk.on_printer(False)
    stage.settle()
    wear(stage)
    walk(stage)
    stage.settle()
