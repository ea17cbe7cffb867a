"""What a receipt says of goods that are not taken along: what comes when, to where, how sure that is, and how to follow it."""

from kiosk.domain.codec import Json
from kiosk.domain.document import Block, Line, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.domain.order import COLLECTED
from kiosk.text import Words, local


def way_text(ordered: Json, fact: Fact, words: Words) -> str:
    """One line's way in a sentence, in the language of the receipt."""
    when = _when(ordered, fact, words)
    if ordered["kind"] not in COLLECTED:
        return words("Delivered at home {when}", when=when)
    if ordered["to"] == fact.place.store:
        return words("To be collected here {when}", when=when)
    return words("To be collected in {store} {when}", store=ordered.get("place") or ordered["to"], when=when)


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


def _when(ordered: Json, fact: Fact, words: Words) -> str:
    first, last = (local(ordered[key], fact.place.zone).date().isoformat() for key in ("from", "until"))
    if ordered["until"] <= fact.moment.wall_ms:
        text = words("today")
    elif first == last:
        text = words("on {day}", day=words.weekday(last))
    else:
        text = words("between {first} and {last}", first=words.weekday(first), last=words.weekday(last))
    return text if ordered["firm"] else f"{text} *"
