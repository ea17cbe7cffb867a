"""What the office asks of promotions, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from sync.hub.budgets import Budget, listed
from sync.hub.core import Hub
from sync.hub.places import the_tenant


class ReportPromotions(msgspec.Struct, frozen=True):
    """What was taken from the budgets of promotions."""

    tenant: str = ""


class PromotionReport(msgspec.Struct, frozen=True):
    """By promotion, minor units; `over` is what tills that could not hear of one another gave away beyond it."""

    items: list[Budget]


def report_promotions(hub: Hub, ask: ReportPromotions) -> PromotionReport:
    """The budgets as they stand now."""

    def work(connection: Connection) -> PromotionReport:
        return PromotionReport(listed(connection, the_tenant(connection, ask.tenant)))

    return hub.storage.call(work)
