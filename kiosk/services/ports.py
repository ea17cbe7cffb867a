"""What services need from outside, as faces: the fiscal device, and the line to the shop's people."""

from collections.abc import Mapping
from typing import Protocol

from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.pricing import PricedCart


class FiscalFailed(ShopError):
    """A fiscal device did not answer; the sale goes on and its receipt states the outage."""

    code = "fiscal.failed"


class FiscalDevice(Protocol):
    """A fiscal unit. Its answer is part of the sale's fact. The Netherlands have none (NullFiscalDevice)."""

    def begin(self, priced: PricedCart) -> str:
        """A payment begins; gives the unit's transaction id. Raises FiscalFailed."""
        ...

    def finish(self, transaction: str, receipt: str, total_minor: int) -> Mapping[str, str]:
        """The sale is about to be committed; gives what the receipt must print. Raises FiscalFailed."""
        ...

    def cancel(self, transaction: str) -> None:
        """The payment was cancelled. Raises FiscalFailed."""
        ...


class NullFiscalDevice:
    """No fiscal unit, as Dutch law asks for none."""

    def begin(self, priced: PricedCart) -> str:
        """Nothing to begin."""
        return ""

    def finish(self, transaction: str, receipt: str, total_minor: int) -> Mapping[str, str]:
        """Nothing to print."""
        return {}

    def cancel(self, transaction: str) -> None:
        """Nothing to cancel."""


class PayLinks(Protocol):
    """A service that lets a shopper pay by a link or a QR code on their own telephone."""

    def paid(self, sale: str, amount_minor: int) -> str:
        """The service's own reference of a payment that has arrived, whole, for a sale (its id). Raises Refused until then."""
        ...


class NoPayLinks:
    """No such service is connected."""

    def paid(self, sale: str, amount_minor: int) -> str:
        """Nothing ever arrives."""
        raise Refused("tender.not_connected")
