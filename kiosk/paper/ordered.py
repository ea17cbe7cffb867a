"""What a receipt says of goods that are not taken along: what comes when, to where, how sure that is, and how to follow it."""

from kiosk.domain.codec import Json
from kiosk.domain.document import Block, Line, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.text import Seen, Words, way_text


def line_way(ordered: Json, fact: Fact, words: Words) -> str:
    """One line's way in a sentence, in the language of the receipt."""
    seen = Seen(fact.place.store, fact.place.zone, fact.moment.wall_ms)
    to = ordered["to"], ordered.get("place", "")
    return way_text(ordered["kind"], to, (ordered["from"], ordered["until"]), seen, words, firm=ordered["firm"])


def order_notes(fact: Fact, words: Words, columns: int) -> list[Block]:
    """What a customer has to know of the order that was placed with a sale; nothing where none was, or where it was undone."""
    body = fact.body
    ordered = [line["ordered"] for line in body["lines"] if "ordered" in line and line["quantity"] > 0]
    if not ordered or body.get("training"):
        return []
    texts = [words("Your order has this receipt's number. Keep the receipt: with it you collect, follow or cancel.")]
    if not all(one["firm"] for one in ordered):
        texts.append(
            words("* Under reserve: we confirm when the stock is certain. If it cannot be had you choose another or your money.")
        )
    return [Rule(), *(Line(part) for text in texts for part in wrapped(text, columns))]
