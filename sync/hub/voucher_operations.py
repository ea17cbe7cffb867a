"""What the office asks of gift cards and store credit, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from sync.hub.core import Hub
from sync.hub.places import the_tenant
from sync.hub.voucher_accounts import Liability, liabilities


class ReportVouchers(msgspec.Struct, frozen=True):
    """What the tenant owes for gift cards and store credit."""

    tenant: str = ""


class VoucherReport(msgspec.Struct, frozen=True):
    """By brand, currency and kind, minor units; `left` is what all of them together are still worth."""

    items: list[Liability]


def report_vouchers(hub: Hub, ask: ReportVouchers) -> VoucherReport:
    """The liability as it stands now."""

    def work(connection: Connection) -> VoucherReport:
        return VoucherReport(liabilities(connection, the_tenant(connection, ask.tenant)))

    return hub.storage.call(work)
