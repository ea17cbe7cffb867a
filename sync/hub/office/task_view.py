"""Tasks for people as the office pages show them: what it is about, what to do, how much money, since when."""

from collections.abc import Mapping
from typing import Any

from kiosk.domain.exceptions import TASK, Waiting
from kiosk.domain.orderevents import REASONS
from kiosk.text import Words
from sync.hub.office.views import View
from sync.hub.order_tasks import NOBODY


def task_texts(view: View, kind: str, store: str, detail: Mapping[str, Any]) -> tuple[str, str]:
    """What a task is about and what is to be done, in words."""
    words, place = view.words, view.place(store)
    values = {name: value for name, value in detail.items() if isinstance(value, str | int)}
    currency = str(values.get("currency", place.currency))
    if kind in (*REASONS, NOBODY):
        return words("Order {order}", order=str(values.get("order", "?"))), _order_task(view, kind, values, currency)
    waiting = Waiting("", TASK, f"what.task.{kind}", f"held.task.{kind}", 0, None, {**values, "kind": kind})
    return words.waiting(waiting, place.zone, currency)


def _order_task(view: View, kind: str, values: Mapping[str, str | int], currency: str) -> str:
    words: Words = view.words
    said: dict[str, str | int] = {
        **values, "quantity_milli": words.quantity(int(values.get("quantity_milli", 0)), "piece"),
        "amount_minor": words.money(int(values.get("amount_minor", 0)), currency),
        "place": view.place(str(values.get("place", ""))).name or words("Head office"),
    }  # fmt: skip
    return words.sentence(kind, **said)
