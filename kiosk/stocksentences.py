"""The sentences of stock work that is refused; they are part of the table in `kiosk.sentences`."""

from collections.abc import Mapping

STOCK_SENTENCES: Mapping[str, str] = {
    "delivery.unknown": "No delivery with {code} is announced to this store. Receive it without a notice.",
    "delivery.received": "Delivery {number} was received here already. Receive what came later without a notice.",
    "delivery.own_transfer": "Transfer {number} left from this store. It is received where it goes.",
    "delivery.other_parcel": "Parcel {code} is not of this delivery. Put it aside.",
    "delivery.parcel_twice": "Parcel {code} was scanned already.",
    "held.task.delivery.twice": (
        "Tills {first} and {terminal} both took delivery {notice} into stock. Count the goods, then close this."
    ),
    "held.task.delivery.differs": (
        "{supplier}: lines short {short}, over {over}, damaged {damaged}, unknown {unknown}. Tell the supplier, then close this."
    ),
    "stock.choose_first": "Choose first what is done with these goods.",
    "stock.nothing": "Nothing is in this yet. Scan the goods first.",
    "stock.why": "Choose why these goods are written off.",
    "stock.note": "Write down in a few words why these goods are written off.",
    "stock.sign_off": "Stock worth more than {limit_minor} changes. A second person who may approve has to agree.",
    "stock.not_allowed": "Your role does not change stock alone. A colleague who may has to agree.",
    "stock.count_again": "What is marked differs much from what should be there. Count it once more.",
    "stock.too_many": "{limit} works are under way here. Finish or discard some of them first.",
    "stock.work_over": "Somebody finished or discarded this meanwhile. Look at what is under way.",
    "stock.empty_category": "Nothing is in this category. Choose another one.",
    "stock.serial_wanted": "Each {name} has a number of its own. Scan the code with that number on it.",
    "stock.serial_twice": "The piece with number {serial} is in it already.",
    "stock.by_serial": "These pieces were scanned one by one. Take the line away to begin it again.",
}
