"""Local times as instants: a hub turns them once, when it publishes, and every terminal switches at the same one."""

import zoneinfo
from datetime import UTC, datetime

from sync.hub.imports.cells import Cell

LEFT_OUT = "left out when the clocks change"


class NoInstant(ValueError):
    """A text that stands for no instant in its zone; its words say why."""


def instant_ms(text: str, zone: zoneinfo.ZoneInfo) -> int:
    """A local time (`2026-12-01 09:00`, or with its own offset `2026-10-25T02:30+01:00`) as ms since 1970.

    A time that the clocks show twice is its first; one that they leave out is none. Raises NoInstant.
    """
    try:
        local = datetime.fromisoformat(text)
        if local.tzinfo is None:
            local = local.replace(tzinfo=zone)
            there = local.astimezone(UTC).astimezone(zone)
            if there.replace(tzinfo=None) != local.replace(tzinfo=None):
                raise NoInstant(LEFT_OUT)
        local.astimezone(zone)  # the store's own clock has to be able to show it
        return round(local.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise NoInstant(str(error)) from error


def moment(cell: Cell, zone: zoneinfo.ZoneInfo) -> int:
    """A cell's local time as an instant; empty is 0, and so is one that cannot be read, beside its fault."""
    if not cell.text:
        return 0
    try:
        return instant_ms(cell.text, zone)
    except NoInstant as error:
        if LEFT_OUT in str(error):
            cell.wrong(f"this time is {LEFT_OUT}: write one that the clocks of {zone.key} show")
        else:
            cell.wrong("not a time: write it as 2026-12-01 09:00, in the local time of the store")
        return 0


def zone_of(cell: Cell, default: str) -> zoneinfo.ZoneInfo:
    """The zone that a cell names, or the default one."""
    if cell.text and cell.text not in zoneinfo.available_timezones():
        cell.wrong("not a time zone: write it as Europe/Amsterdam, or leave it empty")
        return zoneinfo.ZoneInfo(default)
    return zoneinfo.ZoneInfo(cell.text or default)
