"""What the office asks of gift cards and store credit, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from sync.hub import staff
from sync.hub.core import Hub
from sync.hub.imports.apply_giftcards import apply_gift_cards, hold_accounts
from sync.hub.imports.faults import Faults
from sync.hub.imports.giftcards import GiftCardRow
from sync.hub.imports.outcome import Circumstances, Imported, imported
from sync.hub.imports.pause import collector_paused
from sync.hub.places import the_tenant
from sync.hub.voucher_accounts import Liability, liabilities


class ReportVouchers(msgspec.Struct, frozen=True):
    """What the tenant owes for gift cards and store credit."""

    tenant: str = ""


class ImportGiftCards(msgspec.Struct, frozen=True):
    """Bring gift cards of the system before this one in."""

    rows: list[GiftCardRow]
    tenant: str = ""


class VoucherReport(msgspec.Struct, frozen=True):
    """By brand, currency and kind, minor units; `left` is what all of them together are still worth."""

    items: list[Liability]


def report_vouchers(hub: Hub, ask: ReportVouchers) -> VoucherReport:
    """The liability as it stands now."""

    def work(connection: Connection) -> VoucherReport:
        return VoucherReport(liabilities(connection, the_tenant(connection, ask.tenant)))

    return hub.storage.call(work)


def import_gift_cards(hub: Hub, ask: ImportGiftCards) -> Imported:
    """Bring gift cards in, in one transaction; the same file a second time changes nothing."""

    def keep(connection: Connection) -> Imported:
        faults = Faults()  # made here: a transaction may be run again
        hold_accounts(connection)
        around = Circumstances(the_tenant(connection, ask.tenant), hub.world.now_ms(), hub.world.new_id)
        applied, sums = apply_gift_cards(connection, around, ask.rows, faults)
        if not faults.count and applied.added + applied.changed:
            owed = ", ".join(f"{label} {minor}" for label, minor in sorted(sums.items()))
            detail = {"subject": f"{applied.rows} rows, {applied.added} new, {applied.changed} changed: {owed}"}
            staff.note(connection, around.tenant, "hub", "giftcards.imported", detail, around.now_ms, around.new_id)
        return msgspec.structs.replace(imported("giftcards", applied, faults), sums=sums)

    with collector_paused():
        return hub.storage.call(keep)
