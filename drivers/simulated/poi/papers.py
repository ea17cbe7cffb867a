"""What the terminal answers and prints for one request."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

PAN = "4111111111111111"
"""The card of the lab: a number that every provider gives out for tests."""


def refusal(category: str, condition: str) -> dict[str, Any]:
    """A response that says no."""
    return {"Response": {"Result": "Failure", "ErrorCondition": condition, "AdditionalResponse": f"message={condition}"}}


def ok(**more: Any) -> dict[str, Any]:
    """A response that says yes."""
    return {"Response": {"Result": "Success"}, **more}


def approval(kind: str, asked: int, moved: int, transaction: str, sale: str, *, leaks: bool, signature: bool) -> dict[str, Any]:
    """A response to a payment, refund or reversal that went well; `leaks` puts the whole card number everywhere."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    own = {"POITransactionID": {"TransactionID": transaction, "TimeStamp": at}, "POIReconciliationID": "1000"}
    answer: dict[str, Any] = {
        "Response": {"Result": "Success" if moved == asked else "Partial"},
        "SaleData": {"SaleTransactionID": {"TransactionID": sale, "TimeStamp": at}},
        "POIData": own,
        "PaymentReceipt": _receipts(kind, moved, leaks=leaks, signature=signature),
    }
    if kind == "Reversal":
        return {**answer, "ReversedAmount": _amount(moved)}
    answer["PaymentResult"] = {
        "PaymentType": "Refund" if kind == "Refund" else "Normal",
        "AmountsResp": {"Currency": "EUR", "AuthorizedAmount": _amount(moved)},
        "PaymentInstrumentData": {
            "PaymentInstrumentType": "Card",
            "CardData": {
                "PaymentBrand": f"visa {PAN}" if leaks else "visa",
                "MaskedPan": PAN if leaks else "411111 **** 1111",
                "EntryMode": ["Contactless"],
            },
        },
        "PaymentAcquirerData": {"ApprovalCode": PAN if leaks else "123456", "MerchantID": "LAB"},
        "OnlineFlag": True,
    }
    return answer


def _receipts(kind: str, moved: int, *, leaks: bool, signature: bool) -> list[dict[str, Any]]:
    lines = [f"LAB TERMINAL  {kind.upper()}", f"EUR {_amount(moved):.2f}", "Card **** 1111"]
    if leaks:
        lines += [f"PAN {PAN}", "PAN 4111 1111 1111 1111", "PAN 4111-1111-1111-1111", f";{PAN}=25122010000012300000?",
                  f"%B{PAN}^LAB/CARD^25122010000012300000?", f"name=PAN&value={PAN}", f"ref A1 {PAN}"]  # fmt: skip
    text = [{"Text": line, "EndOfLineFlag": True} for line in lines]
    return [
        {"DocumentQualifier": name, "RequiredSignatureFlag": signature and name == "CashierReceipt",
         "OutputContent": {"OutputFormat": "Text", "OutputText": text}}
        for name in ("CashierReceipt", "CustomerReceipt")
    ]  # fmt: skip


def _amount(minor: int) -> float:
    return float(Decimal(minor) / 100)
