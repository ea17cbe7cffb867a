"""Shelf labels as entries of the stock screen: all that change until tomorrow, those that are here, or one of them."""

from collections.abc import Sequence

from kiosk.services.labels import LabelTask
from kiosk.services.pricechanges import PriceChange
from kiosk.text import Words

ALL, HERE = "labels:all", "labels:here"
SHOWN_MAX = 60
"""So many are listed one by one; all of them are printed at once."""

Entry = tuple[str, str, str, str]
"""Key, title, note, icon."""


def to_print(tasks: Sequence[LabelTask]) -> list[PriceChange]:
    """What has no label yet."""
    return [one.change for one in tasks if not one.printed]


def chosen_changes(key: str, tasks: Sequence[LabelTask]) -> list[PriceChange]:
    """What an entry prints: one that was printed already is printed again when it is chosen itself."""
    if key == ALL:
        return to_print(tasks)
    if key == HERE:
        return [one for one in to_print(tasks) if (one.here_milli or 0) > 0]
    return [one.change for one in tasks if one.change.article.id == key]


def label_entries(tasks: Sequence[LabelTask], say: Words, currency: str, zone: str) -> list[Entry]:
    """The page: what can be printed together, then each price that changes, those without a label first."""
    missing = to_print(tasks)
    here = chosen_changes(HERE, tasks)
    rows: list[Entry] = []
    if missing:
        rows.append((ALL, say("Print all: {count}", count=len(missing)), say("What changes until the end of tomorrow"), "printer"))
    if here and len(here) < len(missing):
        rows.append((HERE, say("Only what is here: {count}", count=len(here)), say("By the stock that is known"), "package"))
    for task in tasks[:SHOWN_MAX]:
        change = task.change
        was = say.money(change.before.asked_minor, currency) if change.before else "–"
        prices = f"{was} → {say.money(change.after.asked_minor, currency)}"
        parts = [prices, say.date_time(change.from_ms, zone), *change.after.offers[:1]]
        parts.append(say("Label printed") if task.printed else say("No label yet"))
        rows.append((change.article.id, task.title, " · ".join(parts), "check" if task.printed else "tag"))
    return rows
