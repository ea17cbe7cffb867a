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
    "stop.article": "{name} must not be sold: {reason}. Put it aside; under Stock stands what to do with it.",
    "stop.number": "{name} with number {number} must not be sold: {reason}. Put it aside; under Stock stands what to do with it.",
    "stop.in_cart": "{name} must not be sold any more: {reason}. Take it out of the sale and put it aside.",
    "stop.look": "{name} with number {numbers} must not be sold: {reason}. Look at the goods, and say what you saw.",
    "stop.say": "Key in 1 or 2: what stands on the goods?",
    "stop.order": "{name} must not go out: {reason}. Put it aside, and say that it is not there or cancel the line.",
    "stop.shopper": "{name} is not for sale at the moment. Put it back, or ask a colleague.",
    "stop.shopper_says": "{name} is not for sale. {says}",
    "stop.other_article": "{name} is not what has to be taken off the shelf here. Put it back.",
    "stop.other_number": "{name} with number {number} is not meant. Put it back on the shelf.",
    "stop.over": "This sales stop is over, or not of this store. Look at the list once more.",
    "label.no_printer": "This till has no label printer. IT names one in its settings.",
    "label.nothing": "There is no label to print. Choose a price that changes.",
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
