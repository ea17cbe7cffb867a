"""What the shop API says and takes. Money in minor units, quantities in thousandths of the unit, times in ms since 1970 (UTC)."""

from typing import Any

import msgspec


class ShopSite(msgspec.Struct, frozen=True):
    """Where the key's shop sells, and what the key may be used for."""

    brand: str
    country: str
    currency: str
    language: str
    zone: str
    scopes: list[str]
    per_minute: int
    time_ms: int


class Money(msgspec.Struct, frozen=True):
    """What one unit of an article costs on the web now.

    `prior_minor` is the price that has to stand beside it, as it is announced as a reduction; null where it is none. It holds
    until `until_ms`, unless a new price is published before; 0 where no change is known.
    """

    amount_minor: int
    currency: str
    list: str
    since_ms: int
    until_ms: int
    prior_minor: int | None = None
    percent_off: int | None = None


class Variant(msgspec.Struct, frozen=True):
    """One article. `price` only where prices were asked for; null then where it has none on the web."""

    article: str
    names: dict[str, str]
    size: str
    size_names: dict[str, str]
    colour: str
    colour_names: dict[str, str]
    barcodes: list[str]
    unit: str
    content_milli: int
    content_unit: str
    vat_class: str
    deposit_minor: int
    age_limit: int
    picture: str
    price: Money | None = None
    free_milli: int | None = None
    """What the brand's stores together may still promise, where stock was asked for."""


class Product(msgspec.Struct, frozen=True):
    """A product with its variants; one that is `gone` has none. Pictures are at `/v1/pictures/{picture}`."""

    id: str
    names: dict[str, str]
    brand: str
    category: str
    tags: list[str]
    picture: str
    gone: bool
    revision: int
    variants: list[Variant]


class ProductPage(msgspec.Struct, frozen=True):
    """Some products. `next` is the cursor of the following page, empty on the last; `changes` is the one for what is new later."""

    products: list[Product]
    next: str
    changes: str


class ShopCategory(msgspec.Struct, frozen=True):
    """A category, a path such as `Drinks/Beer`."""

    path: str
    names: dict[str, str]
    picture: str
    rank: int


class Categories(msgspec.Struct, frozen=True):
    """All categories, in the shop's own order."""

    categories: list[ShopCategory]


class ShopStore(msgspec.Struct, frozen=True):
    """A store of the brand in the key's country."""

    id: str
    name: str
    street: str
    postcode: str
    city: str
    zone: str


class Stores(msgspec.Struct, frozen=True):
    """The stores of the brand in the key's country."""

    stores: list[ShopStore]


class ArticlePrice(msgspec.Struct, frozen=True):
    """The price of an article; null where it has none on the web or is not known."""

    article: str
    price: Money | None


class PriceReply(msgspec.Struct, frozen=True):
    """Prices as the revision `revision` of the catalogue has them at `time_ms`."""

    prices: list[ArticlePrice]
    revision: int


class PlaceStock(msgspec.Struct, frozen=True):
    """What a place may still promise of an article.

    `free_milli` = on hand - rights granted to its terminals - rights on their way - promised - reserved - safety stock, never
    below 0. `as_of_ms` is when its stock last moved; 0 where nothing was ever heard of the article there.
    """

    store: str
    free_milli: int
    on_hand_milli: int
    as_of_ms: int


class ArticleStock(msgspec.Struct, frozen=True):
    """An article in all places asked about, those with most of it first; `free_milli` is the sum."""

    article: str
    free_milli: int
    places: list[PlaceStock]


class StockReply(msgspec.Struct, frozen=True):
    """Availability at `time_ms`: it may be less a moment later, so reserve what is promised."""

    articles: list[ArticleStock]
    time_ms: int


class WantedLine(msgspec.Struct, frozen=True):
    """So much of an article. `line` names it; 0 has the hub number it."""

    article: str
    quantity_milli: int = 1_000
    line: int = 0
    note: str = ""


class BasketContent(msgspec.Struct, frozen=True):
    """What is in a basket: lines, codes of coupons, and the groups of the customer whose prices and promotions hold."""

    lines: list[WantedLine] = []
    coupons: list[str] = []
    customer: str = ""
    groups: list[str] = []
    language: str = ""


class Reduction(msgspec.Struct, frozen=True):
    """What a promotion takes off a line."""

    promotion: str
    name: str
    amount_minor: int


class PricedBasketLine(msgspec.Struct, frozen=True):
    """A line with its money. One with a `problem` (a code, and its sentence) costs nothing and cannot be ordered."""

    line: int
    article: str
    name: str
    variant: str
    picture: str
    quantity_milli: int
    unit: str
    note: str
    unit_price_minor: int = 0
    before_minor: int = 0
    promotions: list[Reduction] = []
    amount_minor: int = 0
    deposit_minor: int = 0
    vat_class: str = ""
    age_limit: int = 0
    hint: str = ""
    problem: str = ""
    detail: str = ""


class Vat(msgspec.Struct, frozen=True):
    """VAT of one rate, in the prices."""

    vat_class: str
    rate_bp: int
    net_minor: int
    tax_minor: int
    gross_minor: int


class CouponState(msgspec.Struct, frozen=True):
    """A coupon of the basket, and whether a promotion that runs on the web now knows it."""

    code: str
    known: bool


class PricedBasket(msgspec.Struct, frozen=True):
    """What all of it costs now: the sum of lines and deposit; VAT is in it. Told by the engine that prices at the tills."""

    lines: list[PricedBasketLine]
    goods_minor: int
    promotion_minor: int
    deposit_minor: int
    total_minor: int
    currency: str
    vat: list[Vat]
    coupons: list[CouponState]
    problems: int
    revision: int
    priced_at_ms: int


class WantedQuantity(msgspec.Struct, frozen=True):
    """How much of a line's article is wanted; 0 takes the line out."""

    quantity_milli: int


class Basket(msgspec.Struct, frozen=True):
    """A basket as it stands: `version` counts its changes, `order` is what it became, empty as long as it is a basket."""

    id: str
    version: int
    content: BasketContent
    priced: PricedBasket
    changed_ms: int
    expires_ms: int
    order: str = ""


class Content(msgspec.Struct, frozen=True):
    """A brand's own text about `subject`: `product/ID`, `category/PATH` or `page/NAME`."""

    subject: str
    language: str
    title: str
    body: str
    changed_ms: int


class WantedContent(msgspec.Struct, frozen=True):
    """A text to keep about a subject in a language (`nl`); an empty `body` takes it away. `body` is Markdown."""

    subject: str
    language: str
    title: str
    body: str


class Contents(msgspec.Struct, frozen=True):
    """The texts about some subjects."""

    contents: list[Content]


class ShopEvent(msgspec.Struct, frozen=True):
    """Something that happened; its `id` is the same at every delivery. What it is about is asked for anew."""

    id: str
    kind: str
    subject: str
    at_ms: int
    data: Any


class EventPage(msgspec.Struct, frozen=True):
    """Events in their order; `next` is where to go on, also when there are none yet."""

    events: list[ShopEvent]
    next: str
    more: bool


class WantedHook(msgspec.Struct, frozen=True):
    """Who is to be told: an address with https, and which kinds of events (none: all that the key may hear of)."""

    url: str
    kinds: list[str] = []


class Hook(msgspec.Struct, frozen=True):
    """Who is told of events. `secret` only in the answer that made it, or made a new one.

    `state` is active, or stopped after its target failed for too long; `waiting` are events it refused, `dead` those given up.
    """

    id: str
    url: str
    kinds: list[str]
    state: str
    failing_since_ms: int
    waiting: int
    dead: int
    secret: str = ""


class Hooks(msgspec.Struct, frozen=True):
    """The webhooks of a key."""

    webhooks: list[Hook]


class WantedWay(msgspec.Struct, frozen=True):
    """How lines reach their customer: `collect` at a `store`, or `ship` to the address. `line` 0 is every line not named."""

    kind: str
    store: str = ""
    line: int = 0


class Person(msgspec.Struct, frozen=True):
    """Whom an order is for; the address only where something is shipped. Kept apart, and deleted when the order is over."""

    name: str
    phone: str = ""
    email: str = ""
    postcode: str = ""
    house: str = ""
    street: str = ""
    city: str = ""
    country: str = ""


class WantedPayment(msgspec.Struct, frozen=True):
    """Money that the shop took for an order; `reference` names it at whoever moved it."""

    kind: str
    amount_minor: int
    reference: str = ""


class WantedOrder(msgspec.Struct, frozen=True):
    """An order in one call. Of a `basket`, or of `content`; `reference` is the shop's own number, and one order's for ever.

    `total_minor` is what the customer agreed to: goods, deposit and delivery. `stock`: `reserve` takes the order only if all of it
    is there and holds it back at once; `accept` takes it in any case. `pay`: `ahead` (the payments are all of it), or `collection`.
    """

    reference: str
    total_minor: int
    ways: list[WantedWay]
    person: Person
    basket: str = ""
    content: BasketContent | None = None
    payments: list[WantedPayment] = []
    stock: str = "reserve"
    pay: str = "ahead"


class OrderedLine(msgspec.Struct, frozen=True):
    """A line of an order: how it comes, when (0: nobody promised), where each part of it is and whose goods it waits for.

    `states` are thousandths by state; `places` the stores that have a part of it. `instead_of` is the line in place of
    which its customer took it (0: it was ordered).
    """

    line: int
    article: str
    name: str
    quantity_milli: int
    unit: str
    amount_minor: int
    deposit_minor: int
    way: str
    store: str
    from_ms: int
    until_ms: int
    states: dict[str, int]
    places: list[str]
    instead_of: int = 0


class PlacedOrder(msgspec.Struct, frozen=True):
    """An order as it stands. `code` is what a customer says to collect it, empty where nothing is collected.

    `state` is the most advanced one that a part of it is in. Of the three amounts at the end, what was paid and two that follow.
    """

    id: str
    reference: str
    state: str
    code: str
    placed_ms: int
    lines: list[OrderedLine]
    delivery_minor: int
    total_minor: int
    owed_minor: int
    paid_minor: int
    to_pay_minor: int
    to_give_back_minor: int


class PaidOrder(msgspec.Struct, frozen=True):
    """What became of a later payment: so much the order took, so much goes back by the request `refund` (empty: nothing does)."""

    order: PlacedOrder
    taken_minor: int
    back_minor: int
    refund: str


class PartOfLine(msgspec.Struct, frozen=True):
    """So much of a line; 0 is all of it."""

    line: int
    quantity_milli: int = 0


class WantedCancel(msgspec.Struct, frozen=True):
    """What is not wanted any more; no lines: all that nobody has carried away yet."""

    lines: list[PartOfLine] = []


class WantedReturn(msgspec.Struct, frozen=True):
    """What a customer sends or brings back, the ground and their own words.

    Grounds: `withdrawal` (no reason needed), `non_conformity`, `recall` or `goodwill`.
    """

    lines: list[PartOfLine]
    ground: str = "withdrawal"
    words: str = ""


class AnnouncedReturn(msgspec.Struct, frozen=True):
    """A return that was announced: whoever takes the goods in finds it as a task, or by its `number` on the label.

    Money goes back when they are there (`received_ms`, 0: not yet). `order` is empty for a purchase in a store, whose receipt
    `reference` is then.
    """

    order: str
    reference: str
    ground: str
    lines: list[PartOfLine]
    announced_ms: int
    number: str = ""
    received_ms: int = 0


class WantedReceiptReturn(msgspec.Struct, frozen=True):
    """What comes back of a purchase in a store. `receipt` is the address in the code on the paper, or its last four parts."""

    receipt: str
    lines: list[PartOfLine]
    ground: str = "goodwill"
    words: str = ""


class Refund(msgspec.Struct, frozen=True):
    """Money that a store gave back to a payment of the shop: to be moved by whoever owns that payment.

    `kind` and `payment` name it as the shop did. `state` is `asked`, `done` or `failed`.
    """

    id: str
    order: str
    reference: str
    amount_minor: int
    currency: str
    kind: str
    payment: str
    asked_ms: int
    state: str
    settled_ms: int
    note: str


class Refunds(msgspec.Struct, frozen=True):
    """Requests in one state, the oldest first, 200 at most."""

    refunds: list[Refund]


class WantedSettlement(msgspec.Struct, frozen=True):
    """What became of a request: the money is back, or it could not be moved and why."""

    done: bool
    note: str = ""


class ShopStreet(msgspec.Struct, frozen=True):
    """What is known of a postcode and a house number: `found` with street and town, the `number` or the `postcode` is not known,
    or empty where there is no list to look in.
    """

    known: str
    street: str = ""
    city: str = ""


class WantedReservation(msgspec.Struct, frozen=True):
    """Goods of a store to hold back; `hours` 0 is the store's own rule, and the most. `name`: a first name, if somebody likes."""

    store: str
    article: str
    quantity_milli: int
    hours: int = 0
    name: str = ""


class HeldGoods(msgspec.Struct, frozen=True):
    """A reservation as it stands: held, claimed, released, expired, fulfilled.

    It is fetched at a till by its `number`, by the six digits of `code`, or by what `scan` says as a QR code.
    """

    id: str
    store: str
    article: str
    quantity_milli: int
    state: str
    expires_ms: int
    number: str = ""
    code: str = ""
    scan: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """What delivery costs, and within how many days goods come: shipped, collected where they are, brought to a store."""

    cost_minor: int
    free_from_minor: int
    ship_days: list[int]
    fetch_days: list[int]
