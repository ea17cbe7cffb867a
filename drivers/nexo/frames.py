"""Messages of the nexo Retailer protocol in JSON: made from a request, read into an answer; pure.

Everything a terminal prints or names passes through `masked`: what leaves this module holds no card number.

>>> header("Payment", "A0000042", Station("AMS1-01", "P400Plus-123456789"))["ServiceID"]
'A0000042'
>>> major(1234, "EUR"), minor(Decimal("12.34"), "EUR"), major(1234, "JPY")
(Decimal('12.34'), 1234, Decimal('1234'))
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from kiosk.domain.cardnumbers import masked
from kiosk.domain.cardterminal import CardAnswer, CardRequest, CardStatus, CardTotals, Deed, Found, Verdict

Body = Mapping[str, Any]

VERSION = "3.0"
_PLACES = {"JPY": 0, "ISK": 0, "CLP": 0, "KRW": 0, "BHD": 3, "KWD": 3, "TND": 3, "JOD": 3, "OMR": 3}
_TEXT_MAX = 200
_LINES_MAX = 200
_REASONS = {
    "Aborted": "card.aborted", "Busy": "card.busy", "Cancel": "card.cancelled", "DeviceOut": "card.out_of_order",
    "InsertedCard": "card.card_left", "InvalidCard": "card.invalid_card", "LoggedOut": "card.logged_out",
    "MessageFormat": "card.not_understood", "NotAllowed": "card.not_allowed", "NotFound": "card.not_found",
    "PaymentRestriction": "card.restricted", "Refusal": "card.refused", "UnavailableDevice": "card.out_of_order",
    "UnavailableService": "card.no_service", "UnreachableHost": "card.no_bank", "WrongPIN": "card.wrong_pin",
}  # fmt: skip
"""Why nothing was paid. InProgress is not here: it says that something may still be paid."""

IN_PROGRESS = "InProgress"
NOT_FOUND = "NotFound"
CATEGORY = {Deed.PAYMENT: "Payment", Deed.REFUND: "Payment", Deed.REVERSAL: "Reversal"}


class Garbled(ValueError):
    """An answer does not read, or belongs to something else that was asked."""


@dataclass(frozen=True, slots=True)
class Station:
    """Who asks (SaleID) and who is asked (POIID)."""

    sale_id: str
    poi_id: str


def header(category: str, service: str, station: Station) -> dict[str, str]:
    """The header of a request; `service` is 1 to 10 characters and unlike those before it."""
    assert 1 <= len(service) <= 10, f"a ServiceID has 1 to 10 characters, not {service!r}"
    return {
        "ProtocolVersion": VERSION, "MessageClass": "Service", "MessageCategory": category, "MessageType": "Request",
        "ServiceID": service, "SaleID": station.sale_id, "POIID": station.poi_id,
    }  # fmt: skip


def request(category: str, service: str, station: Station, body: Body) -> bytes:
    """A whole message as bytes, before it is sealed."""
    message = {"MessageHeader": header(category, service, station), f"{category}Request": body}
    return json.dumps({"SaleToPOIRequest": message}, ensure_ascii=False, separators=(",", ":")).encode()


def deed(asked: CardRequest, station: Station) -> bytes:
    """A payment, a refund or a reversal."""
    sale = {"SaleTransactionID": {"TransactionID": asked.sale, "TimeStamp": asked.at}}
    if asked.deed is Deed.REVERSAL:
        body: dict[str, Any] = {
            "SaleData": sale,
            "OriginalPOITransaction": {"POITransactionID": {"TransactionID": asked.original, "TimeStamp": asked.original_at}},
            "ReversalReason": "MerchantCancel",
            "ReversedAmount": _number(asked.amount_minor, asked.currency),
        }
    else:
        amounts = {"Currency": asked.currency, "RequestedAmount": _number(asked.amount_minor, asked.currency)}
        body = {"SaleData": sale, "PaymentTransaction": {"AmountsReq": amounts}}
        if asked.deed is Deed.REFUND:
            body["PaymentData"] = {"PaymentType": "Refund"}
    return request(CATEGORY[asked.deed], asked.reference, station, body)


def status(about: Deed, reference: str, service: str, station: Station) -> bytes:
    """What became of a reference, with its receipts."""
    named = {"MessageCategory": CATEGORY[about], "SaleID": station.sale_id, "ServiceID": reference}
    body = {
        "MessageReference": named, "ReceiptReprintFlag": True, "DocumentQualifier": ["CashierReceipt", "CustomerReceipt"],
    }  # fmt: skip
    return request("TransactionStatus", service, station, body)


def abort(about: Deed, reference: str, service: str, station: Station) -> bytes:
    """Give up a request that is under way, named by its own id and never by that of the latest message."""
    named = {"MessageCategory": CATEGORY[about], "SaleID": station.sale_id, "ServiceID": reference}
    return request("Abort", service, station, {"AbortReason": "MerchantAbort", "MessageReference": named})


def login(service: str, station: Station, at: str, language: str) -> bytes:
    """Open a session: who this till is."""
    body = {
        "DateTime": at, "OperatorLanguage": language,
        "SaleSoftware": {
            "ManufacturerID": "Toonbank", "ApplicationName": "Toonbank", "SoftwareVersion": "1", "CertificationCode": "none",
        },
        "SaleTerminalData": {
            "TerminalEnvironment": "Attended",
            "SaleCapabilities": ["CashierStatus", "CashierError", "PrinterReceipt"],
        },
    }  # fmt: skip
    return request("Login", service, station, body)


def diagnosis(service: str, station: Station) -> bytes:
    """How is the terminal?"""
    return request("Diagnosis", service, station, {"HostDiagnosisFlag": False})


def reconciliation(service: str, station: Station) -> bytes:
    """Close the terminal's period and ask for its totals."""
    return request("Reconciliation", service, station, {"ReconciliationType": "SaleReconciliation"})


def response(opened: Body, category: str, service: str, station: Station) -> Body:
    """The body of the response to a request of ours. Raises Garbled, also for the answer to another request."""
    try:
        message = opened["SaleToPOIResponse"]
        head = message["MessageHeader"]
        belongs = (head["MessageCategory"], head["ServiceID"], head["SaleID"]) == (category, service, station.sale_id)
        body = message[f"{category}Response"]
        if not belongs or head["MessageType"] != "Response" or not isinstance(body, dict):
            raise Garbled("the answer to another request")
        return body
    except (KeyError, TypeError) as error:
        raise Garbled("not a response") from error


def poi_of(opened: Body) -> str:
    """Which terminal a message says it comes from; empty when it does not say."""
    try:
        return str(opened["SaleToPOIResponse"]["MessageHeader"]["POIID"])
    except (KeyError, TypeError):
        return ""


def read_deed(body: Body, asked: Deed, currency: str, terminal: str) -> CardAnswer:
    """How a payment, refund or reversal ended. Raises Garbled."""
    try:
        result = body["Response"]["Result"]
        if result not in ("Success", "Partial", "Failure"):
            raise Garbled(f"no result: {result!r}")
        if result == "Failure":
            return _refused(body, terminal)
        return _approved(body, asked, currency, terminal)
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise Garbled("not a whole response") from error


def read_status(body: Body, about: Deed, reference: str, currency: str, terminal: str) -> CardStatus:
    """What the terminal says of a reference. Raises Garbled."""
    try:
        answer = body["Response"]
        if answer["Result"] == "Failure":
            condition = answer.get("ErrorCondition", "")
            if condition == IN_PROGRESS:
                return CardStatus(Found.IN_PROGRESS)
            if condition == NOT_FOUND:
                return CardStatus(Found.ABSENT)
            return CardStatus(Found.NO_ANSWER, code=_REASONS.get(condition, "card.refused"))
        repeated = body["RepeatedMessageResponse"]
        if repeated["MessageHeader"]["ServiceID"] != reference:
            raise Garbled("the answer about another reference")
        inner = repeated["RepeatedResponseMessageBody"][f"{CATEGORY[about]}Response"]
        return CardStatus(Found.ENDED, read_deed(inner, about, currency, terminal))
    except (KeyError, TypeError, AttributeError) as error:
        raise Garbled("not a whole status") from error


def read_ok(body: Body) -> str:
    """Empty when a Login or Diagnosis went well, else why not. Raises Garbled."""
    try:
        answer = body["Response"]
        return "" if answer["Result"] == "Success" else _REASONS.get(answer.get("ErrorCondition", ""), "card.refused")
    except (KeyError, TypeError, AttributeError) as error:
        raise Garbled("not a response") from error


def read_totals(body: Body, currency: str, terminal: str) -> CardTotals | None:
    """What the terminal has counted; None when it refuses. Raises Garbled."""
    counted = {"Debit": [0, 0], "Credit": [0, 0], "ReverseDebit": [0, 0]}
    if read_ok(body):
        return None
    try:
        for group in body.get("TransactionTotals", ()):
            for total in group["PaymentTotals"]:
                if total["TransactionType"] in counted:
                    counted[total["TransactionType"]][0] += int(total["TransactionCount"])
                    counted[total["TransactionType"]][1] += minor(total["TransactionAmount"], currency)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise Garbled("not whole totals") from error
    payments, refunds, reversals = ((count, amount) for count, amount in counted.values())
    return CardTotals(terminal, payments, refunds, reversals)


def major(amount_minor: int, currency: str) -> Decimal:
    """An amount as nexo writes it: a decimal number of whole units."""
    return Decimal(amount_minor).scaleb(-_PLACES.get(currency, 2))


def minor(amount: Decimal | float | str, currency: str) -> int:
    """An amount of nexo in minor units. Raises InvalidOperation or Garbled for what is none."""
    scaled = Decimal(str(amount)).scaleb(_PLACES.get(currency, 2))
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or not 0 <= scaled < 10**12:
        raise Garbled("no amount of this currency")
    return int(scaled)


def _number(amount_minor: int, currency: str) -> float:
    """For JSON; a double holds every amount below ten billion exactly as it is written."""
    return float(major(amount_minor, currency))


def _refused(body: Body, terminal: str) -> CardAnswer:
    condition = str(body["Response"].get("ErrorCondition", ""))
    customer, shop, _ = _papers(body)
    if condition == IN_PROGRESS:
        return CardAnswer(Verdict.UNKNOWN, "card.in_progress", terminal=terminal)
    code = _REASONS.get(condition, "card.refused")
    return CardAnswer(Verdict.DECLINED, code, terminal=terminal, customer_text=customer, shop_text=shop)


def _approved(body: Body, asked: Deed, currency: str, terminal: str) -> CardAnswer:
    own = body["POIData"]["POITransactionID"]
    if asked is Deed.REVERSAL:
        amount, card, approval = body.get("ReversedAmount"), {}, ""
    else:
        paid = body["PaymentResult"]
        if paid["AmountsResp"]["Currency"] != currency:
            raise Garbled("another currency")
        amount = paid["AmountsResp"]["AuthorizedAmount"]
        card = paid.get("PaymentInstrumentData", {}).get("CardData", {})
        approval = _text(paid.get("PaymentAcquirerData", {}).get("ApprovalCode", ""))
    customer, shop, signature = _papers(body)
    digits = [letter for letter in str(card.get("MaskedPan", ""))[-4:] if letter.isdigit()]
    return CardAnswer(
        Verdict.APPROVED, "", minor(amount, currency) if amount is not None else 0, True, terminal, _text(own["TransactionID"]),
        _text(own["TimeStamp"]), _text(card.get("PaymentBrand", "")), "".join(digits) if len(digits) == 4 else "", approval,
        signature, customer, shop,
    )  # fmt: skip


def _papers(body: Body) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What the terminal wants printed, for the shopper and for the shop, and whether the shopper has to sign."""
    customer: list[str] = []
    shop: list[str] = []
    signature = False
    for paper in body.get("PaymentReceipt", ()):
        signature = signature or paper.get("RequiredSignatureFlag") is True
        target = customer if paper.get("DocumentQualifier") == "CustomerReceipt" else shop
        target += _lines(paper.get("OutputContent", {}).get("OutputText", ()))
    return tuple(customer[:_LINES_MAX]), tuple(shop[:_LINES_MAX]), signature


def _lines(parts: Sequence[Body]) -> list[str]:
    """Lines of a receipt: plain text, or pairs spelled as a web form (`name=Merchant&value=...`).

    A number that is cut over two parts would be seen by nobody, so the whole paper is masked at once.
    """
    text = "".join(_part(str(part.get("Text", ""))) + ("\n" if part.get("EndOfLineFlag", True) else " ") for part in parts)
    return [line[:_TEXT_MAX] for line in masked(text).split("\n")[:-1]]


def _part(text: str) -> str:
    if "name=" not in text and "key=" not in text:
        return text
    pairs = dict(parse_qsl(text))
    return "  ".join(pairs[key] for key in ("name", "value") if key in pairs)


def _text(value: object) -> str:
    return masked(str(value))[:_TEXT_MAX]
