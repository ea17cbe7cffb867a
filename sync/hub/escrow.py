"""What a hub that comes back to life asks of the rights to promise goods."""

from collections.abc import Callable

from sqlalchemy import Connection

from sync.hub import stock_accounts, stock_holding
from sync.hub.core import Device
from sync.protocol.messages import RightsReport


def take_report(connection: Connection, device: Device, report: RightsReport) -> None:
    """What a terminal says it has left is what it has."""
    said = {(one.store, one.article): max(0, one.left_milli) for one in report.rights}
    stock_accounts.take_report(connection, device.tenant, device.dev, said)


def restored(connection: Connection, tenant: str, floor: int) -> None:
    """Numbers of grants go on above `floor`, which is above any that the lost hub can have given."""
    stock_accounts.restored(connection, tenant, floor)


def write_off(
    connection: Connection, device: Device, who: str, now_ms: int, new_id: Callable[[], str]
) -> dict[tuple[str, str], int]:
    """The terminal will never return its rights; gives what it had left: (store, article) to thousandths."""
    stock_holding.hold_rights(connection, device.tenant, device.dev)
    return stock_accounts.write_off_rights(connection, device.tenant, device.dev, who, now_ms, new_id)
