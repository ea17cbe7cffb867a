"""Post-void: a finished sale is undone within its shift by its own mirror image; nothing is ever taken out of the ledger."""

from collections.abc import Mapping
from typing import Any

from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import ReceiptNumber

VOID_SCHEMA = 1

_LINE = ("quantity", "before", "line_discount", "sale_discount", "promotion", "amount", "deposit", "margin_tax")
_BODY = ("deposit", "discount", "promotion", "total", "rounding")


def check_void(sale: Json, shift: str) -> None:
    """Raise Refused for a sale of another shift: its drawer is counted, so its goods come back as a return."""
    if sale["shift"] != shift:
        raise Refused("void.other_shift", receipt=sale["receipt"])


def void_body(sale: Json, void: str, number: ReceiptNumber, reason: str, approved_by: str) -> Json:
    """The body of `sale.voided`: every amount, quantity and movement of the sale with the opposite sign, under a number of its own.

    Net + tax is gross for negative amounts too, so the sale and its void add up to nothing at every rate and tender.
    """
    body: dict[str, Any] = {**sale, **_negated(sale, _BODY)}
    body.pop("rights", None)  # the right was used up with the goods; that they are back, the movement says
    body["lines"] = [{**line, **_negated(line, _LINE), "promotions": _parts(line)} for line in sale["lines"]]
    body["tax"] = [{**band, **_negated(band, ("net", "tax", "gross"))} for band in sale["tax"]]
    body["tenders"] = [{**one, **_negated(one, ("amount", "tendered", "change"))} for one in sale["tenders"]]
    body["movements"] = [{**one, **_negated(one, ("quantity_milli",))} for one in sale["movements"]]
    body |= {
        "sale": void, "receipt": str(number), "series": number.series, "number": number.number, "tickets": [], "fiscal": {},
        "void": {"receipt": sale["receipt"], "sale": sale["sale"], "reason": reason, "approved_by": approved_by},
    }  # fmt: skip
    return body


def _negated(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {name: -found[name] for name in names if name in found}


def _parts(line: Json) -> list[Json]:
    return [{**part, "amount": -part["amount"]} for part in line.get("promotions", ())]
